// GET /api/v1/connections/{connectionId}
import { readConnection } from '../../../shared/connections/read.ts';
import { connectionParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const readConnectionFunction = httpRoute({
  name: 'readConnection',
  methods: ['GET'],
  route: 'api/v1/connections/{connectionId}',
  access: 'reader',
  respond: 'json',
  params: connectionParams,
  handle: async ({ app, workspace, params }) => ({
    jsonBody: await readConnection(app, workspace, params.connectionId),
  }),
});
