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
  handle: async ({ app, workspace, params: { tenantId } }) => ({
    jsonBody: { tenantId, ...(await listGroups(app, workspace, tenantId)) },
  }),
});
