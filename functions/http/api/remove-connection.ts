// DELETE /api/v1/connections/{connectionId}: begins its removal with all its customers; 202, progress under /removal.
import { requestRemoval } from '../../../shared/connections/removal/request.ts';
import { connectionParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const removeConnectionFunction = httpRoute({
  name: 'removeConnection',
  methods: ['DELETE'],
  route: 'api/v1/connections/{connectionId}',
  access: 'admin',
  respond: 'json',
  params: connectionParams,
  handle: async ({ app, workspace, member, params }) => ({
    status: 202,
    jsonBody: await requestRemoval(app, workspace, member, params.connectionId),
  }),
});
