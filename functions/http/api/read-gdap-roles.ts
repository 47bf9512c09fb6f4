// GET /api/v1/gdap/roles: the profile in use, the presets, the least roles for what is turned on, and every role known here.
import { readRoleNeeds } from '../../../shared/customers/role-needs.ts';
import { httpRoute } from '../pipeline.ts';

export const readGdapRolesFunction = httpRoute({
  name: 'readGdapRoles',
  methods: ['GET'],
  route: 'api/v1/gdap/roles',
  access: 'reader',
  respond: 'json',
  handle: async ({ workspace }) => ({ jsonBody: await readRoleNeeds(workspace) }),
});
