// POST /connect/start: off to Microsoft with the service account of the partner tenant.
import { connectInput, startConnect } from '../../../shared/connections/connect.ts';
import { httpRoute } from '../pipeline.ts';
import { seeOther } from '../redirects.ts';

export const startConnectFunction = httpRoute({
  name: 'startConnect',
  methods: ['POST'],
  route: 'connect/start',
  access: 'admin',
  respond: 'page',
  body: connectInput,
  handle: async ({ app, workspace, member, body, request }) => {
    const asked = { name: body.name, cookieHeader: request.headers.get('cookie') };
    const { location, cookie } = await startConnect(app, workspace, member, asked);
    return seeOther(location, [cookie]);
  },
});
