// GET /api/v1/contacts/sync: how far Sync customers and Sync users are.
import { readSyncStanding } from '../../../shared/contacts/user-sync.ts';
import { httpRoute } from '../pipeline.ts';

export const readContactSyncFunction = httpRoute({
  name: 'readContactSync',
  methods: ['GET'],
  route: 'api/v1/contacts/sync',
  access: 'reader',
  respond: 'json',
  handle: async ({ app, workspace }) => ({ jsonBody: await readSyncStanding(app, workspace) }),
});
