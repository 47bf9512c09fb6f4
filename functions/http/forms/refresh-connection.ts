// POST /connections/{connectionId}/refresh: the Refresh button.
import { refreshConnection } from '../../../shared/connections/refresh.ts';
import { connectionParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';
import { backTo } from '../redirects.ts';

export const refreshConnectionFormFunction = httpRoute({
  name: 'refreshConnectionForm',
  methods: ['POST'],
  route: 'connections/{connectionId}/refresh',
  access: 'reader',
  respond: 'page',
  params: connectionParams,
  handle: async ({ app, workspace, member, params }) => {
    await refreshConnection(app, workspace, member, params.connectionId);
    return backTo('/connections', 'discovery_requested');
  },
});
