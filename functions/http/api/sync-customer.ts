// POST /api/v1/customers/{tenantId}/sync: Sync now; 202.

import { tenantParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';
import { syncNow } from '../sync-now.ts';

export const syncCustomerFunction = httpRoute({
  name: 'syncCustomer',
  methods: ['POST'],
  route: 'api/v1/customers/{tenantId}/sync',
  access: 'reader',
  respond: 'json',
  params: tenantParams,
  handle: async ({ app, workspace, member, params }) => ({
    status: 202,
    jsonBody: await syncNow(app, workspace, member, params.tenantId),
  }),
});
