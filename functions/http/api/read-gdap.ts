// GET /api/v1/customers/{tenantId}/gdap: the status with its evidence for each role, and what would mend it.
import { readGdapReport } from '../../../shared/customers/gdap-list.ts';
import { tenantParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const readGdapFunction = httpRoute({
  name: 'readGdap',
  methods: ['GET'],
  route: 'api/v1/customers/{tenantId}/gdap',
  access: 'reader',
  respond: 'json',
  params: tenantParams,
  handle: async ({ app, workspace, params }) => ({ jsonBody: await readGdapReport(app, workspace, params.tenantId) }),
});
