// POST /api/v1/connections/partner: begins to connect the workspace's own tenant as a partner. 201 with Microsoft's address,
// where a browser that keeps the cookie of this answer goes on.
import { connectInput, startConnect } from '../../../shared/connections/connect.ts';
import { partnerConnectionId } from '../../../shared/connections/state.ts';
import { httpRoute } from '../pipeline.ts';

export const connectPartnerFunction = httpRoute({
  name: 'connectPartner',
  methods: ['POST'],
  route: 'api/v1/connections/partner',
  access: 'admin',
  respond: 'json',
  body: connectInput,
  handle: async ({ app, workspace, member, body, request }) => {
    const asked = { name: body.name, cookieHeader: request.headers.get('cookie') };
    const { location, cookie } = await startConnect(app, workspace, member, asked);
    const connectionId = partnerConnectionId(workspace.workspaceId);
    return { status: 201, jsonBody: { connectionId, location }, cookies: [cookie] };
  },
});
