// POST /customers/{tenantId}/consent/check: the Check again button.
import { checkConsent } from '../../../shared/consent/verify.ts';
import { tenantParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';
import { backTo } from '../redirects.ts';

export const checkConsentFormFunction = httpRoute({
  name: 'checkConsentForm',
  methods: ['POST'],
  route: 'customers/{tenantId}/consent/check',
  access: 'reader',
  respond: 'page',
  params: tenantParams,
  handle: async ({ app, workspace, params: { tenantId } }) => {
    await checkConsent(app, workspace, tenantId);
    return backTo(`/customers/${tenantId}`, 'consent_checked');
  },
});
