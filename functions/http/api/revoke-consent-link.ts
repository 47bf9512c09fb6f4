// DELETE /api/v1/customers/{tenantId}/consent-links/{linkId}: the link stops working; its record stays.
import { revokeConsentLink } from '../../../shared/consent/links.ts';
import { linkParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const revokeConsentLinkFunction = httpRoute({
  name: 'revokeConsentLink',
  methods: ['DELETE'],
  route: 'api/v1/customers/{tenantId}/consent-links/{linkId}',
  access: 'admin',
  respond: 'json',
  params: linkParams,
  handle: async ({ app, workspace, member, params }) => ({
    jsonBody: await revokeConsentLink(app, workspace, member, params),
  }),
});
