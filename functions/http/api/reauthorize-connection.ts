// POST /api/v1/connections/{connectionId}/reauthorize: begins a sign-in for a connection. Answers with Microsoft's address,
// where a browser that keeps the cookie of this answer goes on.
import { signInAgain } from '../../../shared/connections/sign-in-again.ts';
import { connectionParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const reauthorizeConnectionFunction = httpRoute({
  name: 'reauthorizeConnection',
  methods: ['POST'],
  route: 'api/v1/connections/{connectionId}/reauthorize',
  access: 'admin',
  respond: 'json',
  params: connectionParams,
  handle: async ({ app, workspace, member, params, request }) => {
    const { connectionId } = params;
    const asked = { connectionId, cookieHeader: request.headers.get('cookie') };
    const { location, cookie } = await signInAgain(app, workspace, member, asked);
    return { status: 200, jsonBody: { connectionId, location }, cookies: [cookie] };
  },
});
