// POST /api/v1/contacts/sync-customers: the customers of every partner connection are read anew; 202.
import { syncCustomers } from '../../../shared/contacts/user-sync.ts';
import { httpRoute } from '../pipeline.ts';

export const syncCustomersFunction = httpRoute({
  name: 'syncCustomers',
  methods: ['POST'],
  route: 'api/v1/contacts/sync-customers',
  access: 'reader',
  respond: 'json',
  handle: async ({ app, workspace, member }) => ({
    status: 202,
    jsonBody: { connectionIds: await syncCustomers(app, workspace, member) },
  }),
});
