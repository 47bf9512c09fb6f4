// POST /customers/{tenantId}/consent/check: the Check again button.
import { checkConsent } from '../../../shared/consent/verify.ts';
import { backField, backToCustomer } from '../back.ts';
import { tenantParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const checkConsentFormFunction = httpRoute({
  name: 'checkConsentForm',
  methods: ['POST'],
  route: 'customers/{tenantId}/consent/check',
  access: 'reader',
  respond: 'page',
  params: tenantParams,
  body: backField,
  handle: async ({ app, workspace, params: { tenantId }, body }) => {
    await checkConsent(app, workspace, tenantId);
    return backToCustomer(tenantId, body, { notice: 'consent_checked' });
  },
});
