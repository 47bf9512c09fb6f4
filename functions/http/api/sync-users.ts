// POST /api/v1/contacts/sync-users: a sync of every customer that can be synced; 202, progress under /contacts/sync.
import { readSyncStanding, syncUsers } from '../../../shared/contacts/user-sync.ts';
import { httpRoute } from '../pipeline.ts';

export const syncUsersFunction = httpRoute({
  name: 'syncUsers',
  methods: ['POST'],
  route: 'api/v1/contacts/sync-users',
  access: 'reader',
  respond: 'json',
  handle: async ({ app, workspace, member }) => {
    await syncUsers(app, workspace, member);
    return { status: 202, jsonBody: (await readSyncStanding(app, workspace)).users };
  },
});
