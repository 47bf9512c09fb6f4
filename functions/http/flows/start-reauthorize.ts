// POST /connections/{connectionId}/reauthorize: sign in again for a connection.
import { startReauthorize } from '../../../shared/connections/connect.ts';
import { readConnection } from '../../../shared/connections/read.ts';
import { reauthorizeSingle } from '../../../shared/connections/single/journey.ts';
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
    const { kind } = await readConnection(app, workspace, params.connectionId);
    const start = kind === 'microsoft_single' ? reauthorizeSingle : startReauthorize;
    const { location, cookie } = await start(app, workspace, member, asked);
    return seeOther(location, [cookie]);
  },
});
