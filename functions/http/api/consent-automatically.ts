// POST /api/v1/customers/{tenantId}/automatic-consent: starts it for one customer; 409 says why that cannot be.
import { startCustomer } from '../../../shared/consent/automatic/choose.ts';
import { tenantParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const consentAutomaticallyFunction = httpRoute({
  name: 'consentAutomatically',
  methods: ['POST'],
  route: 'api/v1/customers/{tenantId}/automatic-consent',
  access: 'admin',
  respond: 'json',
  params: tenantParams,
  handle: async ({ app, workspace, member, params }) => ({
    status: 202,
    jsonBody: await startCustomer(app, workspace, member, params.tenantId),
  }),
});
