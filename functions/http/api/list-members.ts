// GET /api/v1/members: who may use the workspace.
import { listMembers } from '../../../shared/access/members.ts';
import { httpRoute } from '../pipeline.ts';

export const listMembersFunction = httpRoute({
  name: 'listMembers',
  methods: ['GET'],
  route: 'api/v1/members',
  access: 'reader',
  respond: 'json',
  handle: async ({ workspace }) => ({ jsonBody: { items: await listMembers(workspace) } }),
});
