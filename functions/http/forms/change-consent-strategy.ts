// POST /customers/{tenantId}/consent-strategy: how the customer consents; an empty choice is the workspace's way.
import { z } from 'zod';
import { changeStrategy } from '../../../shared/consent/automatic/choose.ts';
import { consentStrategy } from '../../../shared/consent/strategy.ts';
import { tenantParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';
import { backTo } from '../redirects.ts';

const form = z.object({
  strategy: z.preprocess((value) => (value === '' ? null : value), consentStrategy.nullable()),
});

export const changeConsentStrategyFormFunction = httpRoute({
  name: 'changeConsentStrategyForm',
  methods: ['POST'],
  route: 'customers/{tenantId}/consent-strategy',
  access: 'admin',
  respond: 'page',
  params: tenantParams,
  body: form,
  handle: async ({ app, workspace, member, params: { tenantId }, body }) => {
    await changeStrategy(app, workspace, member, { tenantId, strategy: body.strategy });
    return backTo(`/customers/${tenantId}`, 'consent_way_changed');
  },
});
