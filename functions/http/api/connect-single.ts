// POST /api/v1/connections/single: begins to connect one tenant. 201 with Microsoft's address, where a browser that keeps the
// cookie of this answer goes on.
import { startSingle } from '../../../shared/connections/single/journey.ts';
import { singleInput } from '../../../shared/connections/single/rules.ts';
import { httpRoute } from '../pipeline.ts';

export const connectSingleFunction = httpRoute({
  name: 'connectSingle',
  methods: ['POST'],
  route: 'api/v1/connections/single',
  access: 'admin',
  respond: 'json',
  body: singleInput,
  handle: async ({ app, workspace, member, body, request }) => {
    const asked = { ...body, cookieHeader: request.headers.get('cookie') };
    const { connectionId, location, cookie } = await startSingle(app, workspace, member, asked);
    return { status: 201, jsonBody: { connectionId, location }, cookies: [cookie] };
  },
});
