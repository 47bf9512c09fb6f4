// GET /api/v1/customers/{tenantId}/consent-strategy: how the customer consents, and whether automatic consent may be started.
import { readAutomaticOf } from '../../../shared/consent/automatic/overview.ts';
import { notFound } from '../../../shared/errors.ts';
import { tenantParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const readConsentStrategyFunction = httpRoute({
  name: 'readConsentStrategy',
  methods: ['GET'],
  route: 'api/v1/customers/{tenantId}/consent-strategy',
  access: 'reader',
  respond: 'json',
  params: tenantParams,
  handle: async ({ app, workspace, params }) => {
    const row = await readAutomaticOf(app, workspace, params.tenantId);
    if (!row) throw notFound('customer');
    return { jsonBody: row };
  },
});
