// GET /connect/callback: back from Microsoft with the service account.
import { finishConnect } from '../../../shared/connections/connect.ts';
import { readConnection } from '../../../shared/connections/read.ts';
import { httpRoute } from '../pipeline.ts';
import { backTo } from '../redirects.ts';

export const finishConnectFunction = httpRoute({
  name: 'finishConnect',
  methods: ['GET'],
  route: 'connect/callback',
  access: 'admin',
  respond: 'page',
  handle: async ({ app, workspace, member, request }) => {
    const answer = { query: request.query, cookieHeader: request.headers.get('cookie') };
    const { state, reason, connectionId } = await finishConnect(app, workspace, member, answer);
    if (state === 'Connected') return backTo('/connections', 'connected');
    if (state === 'NotConnected') return backTo('/connect', 'connect_cancelled');
    const stored = await readConnection(app, workspace, connectionId);
    const notice = stored.state === 'Connected' ? 'reauthorize_failed' : 'connect_failed';
    return backTo('/connections', notice, reason ?? 'unknown');
  },
});
