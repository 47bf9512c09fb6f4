// POST /api/v1/connections/{connectionId}/refresh: reads the customers again; 202, progress under /discovery.
import { refreshConnection } from '../../../shared/connections/refresh.ts';
import { connectionParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const refreshConnectionFunction = httpRoute({
  name: 'refreshConnection',
  methods: ['POST'],
  route: 'api/v1/connections/{connectionId}/refresh',
  access: 'reader',
  respond: 'json',
  params: connectionParams,
  handle: async ({ app, workspace, member, params }) => {
    await refreshConnection(app, workspace, member, params.connectionId);
    return { status: 202, jsonBody: { connectionId: params.connectionId } };
  },
});
