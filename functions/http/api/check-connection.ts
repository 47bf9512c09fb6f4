// POST /api/v1/connections/{connectionId}/check: tests the connection now, with fresh tokens.
import { checkConnection } from '../../../shared/connections/check.ts';
import { connectionParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const checkConnectionFunction = httpRoute({
  name: 'checkConnection',
  methods: ['POST'],
  route: 'api/v1/connections/{connectionId}/check',
  access: 'reader',
  respond: 'json',
  params: connectionParams,
  handle: async ({ app, workspace, params }) => ({
    jsonBody: await checkConnection(app, workspace, params.connectionId),
  }),
});
