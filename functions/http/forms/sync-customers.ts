// POST /contacts/sync-customers: the button Sync customers.
import { syncCustomers } from '../../../shared/contacts/user-sync.ts';
import { httpRoute } from '../pipeline.ts';
import { backTo } from '../redirects.ts';

export const syncCustomersFormFunction = httpRoute({
  name: 'syncCustomersForm',
  methods: ['POST'],
  route: 'contacts/sync-customers',
  access: 'reader',
  respond: 'page',
  handle: async ({ app, workspace, member }) => {
    await syncCustomers(app, workspace, member);
    return backTo('/contacts', 'discovery_requested');
  },
});
