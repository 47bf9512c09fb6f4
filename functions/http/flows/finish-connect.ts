// GET /connect/callback: back from Microsoft with the service account.
import { finishConnect } from '../../../shared/connections/connect.ts';
import { readConnection } from '../../../shared/connections/read.ts';
import { cameFromSetup } from '../../../shared/setup/change.ts';
import { httpRoute } from '../pipeline.ts';
import { backTo, backToSetup } from '../redirects.ts';

export const finishConnectFunction = httpRoute({
  name: 'finishConnect',
  methods: ['GET'],
  route: 'connect/callback',
  access: 'admin',
  respond: 'page',
  handle: async ({ app, workspace, member, request }) => {
    const answer = { query: request.query, cookieHeader: request.headers.get('cookie') };
    const { state, reason, connectionId } = await finishConnect(app, workspace, member, answer);
    const inSetup = await cameFromSetup(app, workspace);
    if (state === 'Connected') return inSetup ? backToSetup('connected') : backTo('/connections', 'connected');
    if (state === 'NotConnected')
      return inSetup ? backToSetup('connect_cancelled') : backTo('/connect', 'connect_cancelled');
    const stored = await readConnection(app, workspace, connectionId);
    const notice = stored.state === 'Connected' ? 'reauthorize_failed' : 'connect_failed';
    return inSetup ? backToSetup(notice) : backTo('/connections', notice, reason ?? 'unknown');
  },
});
