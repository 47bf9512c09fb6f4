// GET /connections/{connectionId}: one connection, with its id to copy.
import { z } from 'zod';
import { readAccountRoles } from '../../../shared/connections/account-roles.ts';
import { readConnection } from '../../../shared/connections/read.ts';
import { readExpiryWarnings } from '../../../shared/connections/read-endings.ts';
import { readRemoval } from '../../../shared/connections/removal/request.ts';
import { readDiscovery } from '../../../shared/customers/discovery.ts';
import { connectionParams } from '../../http/params.ts';
import { httpRoute } from '../../http/pipeline.ts';
import { htmlPage, viewerOf } from '../viewer.ts';
import { connectionView } from '../views/connection-view.tsx';

export const connectionPage = httpRoute({
  name: 'connectionPage',
  methods: ['GET'],
  route: 'connections/{connectionId}',
  access: 'reader',
  respond: 'page',
  params: connectionParams,
  query: z.object({ notice: z.string().max(40).optional() }),
  handle: async (call) => {
    const { app, workspace, params, query } = call;
    const { connectionId } = params;
    const connection = await readConnection(app, workspace, connectionId);
    const [viewer, discovery, report, warnings, account] = await Promise.all([
      viewerOf(call),
      readDiscovery(workspace, connectionId),
      readRemoval(workspace, connectionId),
      readExpiryWarnings(app, workspace),
      readAccountRoles(workspace, connectionId),
    ]);
    const card = {
      connection,
      discovery,
      account,
      removal: report.removal ?? undefined,
      customers: report.preview.customers,
    };
    const own = warnings.filter((warning) => warning.connectionId === connectionId);
    const { notice } = query;
    return htmlPage(
      connectionView({ viewer, nowMs: app.clock.now(), card, counts: report.preview, warnings: own, notice }),
    );
  },
});
