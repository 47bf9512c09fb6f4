// GET /connect/single/callback: back from Microsoft's sign-in, and then from its consent page.
import { readConnection } from '../../../shared/connections/read.ts';
import { finishSingle } from '../../../shared/connections/single/journey.ts';
import { httpRoute } from '../pipeline.ts';
import { backTo, seeOther } from '../redirects.ts';

export const finishSingleFunction = httpRoute({
  name: 'finishSingle',
  methods: ['GET'],
  route: 'connect/single/callback',
  access: 'admin',
  respond: 'page',
  handle: async ({ app, workspace, member, request }) => {
    const answer = { query: request.query, cookieHeader: request.headers.get('cookie') };
    const arrival = await finishSingle(app, workspace, member, answer);
    if (arrival.kind === 'goOn') return seeOther(arrival.location, [arrival.cookie]);
    const { state, reason, connectionId } = arrival.connection;
    if (state === 'Connected') return backTo('/connections', 'single_connected');
    if (state === 'AuthPending') return backTo('/connections', 'single_pending');
    if (state === 'NotConnected') return backTo('/connections', 'connect_cancelled');
    const stored = await readConnection(app, workspace, connectionId);
    const notice = stored.state === 'Connected' ? 'reauthorize_failed' : 'connect_failed';
    return backTo('/connections', notice, reason ?? 'unknown');
  },
});
