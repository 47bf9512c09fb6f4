// POST /api/v1/customers/{tenantId}/gdap/check: reads this customer's GDAP at Microsoft now.
import { checkGdap } from '../../../shared/customers/gdap-follow.ts';
import { readGdapReport } from '../../../shared/customers/gdap-list.ts';
import { tenantParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const checkGdapFunction = httpRoute({
  name: 'checkGdap',
  methods: ['POST'],
  route: 'api/v1/customers/{tenantId}/gdap/check',
  access: 'reader',
  respond: 'json',
  params: tenantParams,
  handle: async ({ app, workspace, params }) => {
    await checkGdap(app, workspace, params.tenantId);
    return { jsonBody: await readGdapReport(app, workspace, params.tenantId) };
  },
});
