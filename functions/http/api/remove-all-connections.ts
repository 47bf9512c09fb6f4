// POST /api/v1/connections/removals: begins the removal of every connection, said on purpose; 202, one record for each.
import { z } from 'zod';
import { requestRemovalOfAll } from '../../../shared/connections/removal/request.ts';
import { httpRoute } from '../pipeline.ts';

export const removeAllConnectionsFunction = httpRoute({
  name: 'removeAllConnections',
  methods: ['POST'],
  route: 'api/v1/connections/removals',
  access: 'admin',
  respond: 'json',
  body: z.object({ confirm: z.literal('all', 'Send "confirm": "all" to remove every connection.') }),
  handle: async ({ app, workspace, member }) => ({
    status: 202,
    jsonBody: { items: await requestRemovalOfAll(app, workspace, member) },
  }),
});
