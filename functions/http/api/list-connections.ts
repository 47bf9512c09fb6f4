// GET /api/v1/connections
import { listConnections } from '../../../shared/connections/read.ts';
import { httpRoute } from '../pipeline.ts';

export const listConnectionsFunction = httpRoute({
  name: 'listConnections',
  methods: ['GET'],
  route: 'api/v1/connections',
  access: 'reader',
  respond: 'json',
  handle: async ({ app, workspace }) => ({ jsonBody: { items: await listConnections(app, workspace) } }),
});
