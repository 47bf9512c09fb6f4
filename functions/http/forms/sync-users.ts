// POST /contacts/sync-users: the button Sync users.
import { syncUsers } from '../../../shared/contacts/user-sync.ts';
import { httpRoute } from '../pipeline.ts';
import { backTo } from '../redirects.ts';

export const syncUsersFormFunction = httpRoute({
  name: 'syncUsersForm',
  methods: ['POST'],
  route: 'contacts/sync-users',
  access: 'reader',
  respond: 'page',
  handle: async ({ app, workspace, member }) => {
    await syncUsers(app, workspace, member);
    return backTo('/contacts', 'users_sync_requested');
  },
});
