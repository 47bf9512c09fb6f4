// POST /connections/{connectionId}/reauthorize: sign in again for a connection.
import { signInAgain } from '../../../shared/connections/sign-in-again.ts';
import { connectionParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';
import { seeOther } from '../redirects.ts';

export const startReauthorizeFunction = httpRoute({
  name: 'startReauthorize',
  methods: ['POST'],
  route: 'connections/{connectionId}/reauthorize',
  access: 'admin',
  respond: 'page',
  params: connectionParams,
  handle: async ({ app, workspace, member, params, request }) => {
    const asked = { connectionId: params.connectionId, cookieHeader: request.headers.get('cookie') };
    const { location, cookie } = await signInAgain(app, workspace, member, asked);
    return seeOther(location, [cookie]);
  },
});
