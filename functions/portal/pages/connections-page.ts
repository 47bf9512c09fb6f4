// GET /connections
import { z } from 'zod';
import { readSettings } from '../../../shared/access/settings.ts';
import { MINUTE_MS } from '../../../shared/clock.ts';
import { readAccountRoles } from '../../../shared/connections/account-roles.ts';
import { listConnections } from '../../../shared/connections/read.ts';
import { readExpiryWarnings } from '../../../shared/connections/read-endings.ts';
import { listRemovals } from '../../../shared/connections/removal/request.ts';
import { readDiscovery } from '../../../shared/customers/discovery.ts';
import { listCustomers } from '../../../shared/customers/list.ts';
import { customerQuery } from '../../http/customer-query.ts';
import { httpRoute } from '../../http/pipeline.ts';
import { htmlPage, viewerOf } from '../viewer.ts';
import { connectionsView } from '../views/connections-view.tsx';

/** A form sends a field that was left open as an empty text. */
const pageQuery = z.preprocess(
  (query) =>
    Object.fromEntries(
      Object.entries(z.record(z.string(), z.string()).parse(query)).filter(([, value]) => value !== ''),
    ),
  customerQuery.extend({ notice: z.string().max(40).optional(), reason: z.string().max(60).optional() }),
);

export const connectionsPage = httpRoute({
  name: 'connectionsPage',
  methods: ['GET'],
  route: 'connections',
  access: 'reader',
  respond: 'page',
  query: pageQuery,
  handle: async (call) => {
    const { app, workspace } = call;
    const { notice, reason: _reason, ...query } = call.query;
    const [viewer, connections, list, settings, warnings, removals] = await Promise.all([
      viewerOf(call),
      listConnections(app, workspace),
      listCustomers(app, workspace, query),
      readSettings(workspace),
      readExpiryWarnings(app, workspace),
      listRemovals(workspace),
    ]);
    const cards = await Promise.all(
      connections.map(async (connection) => ({
        connection,
        discovery: await readDiscovery(workspace, connection.connectionId),
        account: await readAccountRoles(workspace, connection.connectionId),
        removal: removals.find(({ connectionId }) => connectionId === connection.connectionId),
        customers: list.perConnection[connection.connectionId] ?? 0,
      })),
    );
    const there = new Set(connections.map(({ connectionId }) => connectionId));
    const removed = removals.filter(({ connectionId }) => !there.has(connectionId)).reverse();
    const names = Object.fromEntries(connections.map(({ connectionId, name }) => [connectionId, name]));
    const intervalMs = settings.syncIntervalMinutes * MINUTE_MS;
    return htmlPage(
      connectionsView({
        viewer,
        nowMs: app.clock.now(),
        intervalMs,
        cards,
        list,
        query,
        notice,
        warnings,
        removed,
        names,
      }),
    );
  },
});
