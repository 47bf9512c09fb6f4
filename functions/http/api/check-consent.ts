// POST /api/v1/customers/{tenantId}/consent/check: looks at the grant now.
import { checkConsent } from '../../../shared/consent/verify.ts';
import { tenantParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const checkConsentFunction = httpRoute({
  name: 'checkConsent',
  methods: ['POST'],
  route: 'api/v1/customers/{tenantId}/consent/check',
  access: 'reader',
  respond: 'json',
  params: tenantParams,
  handle: async ({ app, workspace, params }) => ({
    jsonBody: { consent: await checkConsent(app, workspace, params.tenantId) },
  }),
});
