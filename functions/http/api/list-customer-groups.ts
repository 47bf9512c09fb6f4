// GET /api/v1/customers/{tenantId}/groups: the customer's groups, read from Microsoft now.
import { listGroups } from '../../../shared/contacts/groups.ts';
import { tenantParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const listCustomerGroupsFunction = httpRoute({
  name: 'listCustomerGroups',
  methods: ['GET'],
  route: 'api/v1/customers/{tenantId}/groups',
  access: 'reader',
  respond: 'json',
  params: tenantParams,
  handle: async ({ app, workspace, params }) => ({ jsonBody: await listGroups(app, workspace, params.tenantId) }),
});
