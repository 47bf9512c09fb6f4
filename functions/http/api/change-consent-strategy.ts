// PATCH /api/v1/customers/{tenantId}/consent-strategy: how the customer consents; null for the workspace's way.
import { changeStrategy, strategyChange } from '../../../shared/consent/automatic/choose.ts';
import { tenantParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const changeConsentStrategyFunction = httpRoute({
  name: 'changeConsentStrategy',
  methods: ['PATCH'],
  route: 'api/v1/customers/{tenantId}/consent-strategy',
  access: 'admin',
  respond: 'json',
  params: tenantParams,
  body: strategyChange,
  handle: async ({ app, workspace, member, params, body }) => ({
    jsonBody: await changeStrategy(app, workspace, member, { ...params, ...body }),
  }),
});
