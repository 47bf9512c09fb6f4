// POST /customers/{tenantId}/sync: the Sync now button.

import { tenantParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';
import { backTo } from '../redirects.ts';
import { syncNow } from '../sync-now.ts';

export const syncCustomerFormFunction = httpRoute({
  name: 'syncCustomerForm',
  methods: ['POST'],
  route: 'customers/{tenantId}/sync',
  access: 'reader',
  respond: 'page',
  params: tenantParams,
  handle: async ({ app, workspace, member, params: { tenantId } }) => {
    await syncNow(app, workspace, member, tenantId);
    return backTo(`/customers/${tenantId}`, 'sync_requested');
  },
});
