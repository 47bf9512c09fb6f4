// POST /customers/{tenantId}/consent-links/{linkId}/revoke
import { revokeConsentLink } from '../../../shared/consent/links.ts';
import { linkParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';
import { backTo } from '../redirects.ts';

export const revokeConsentLinkFormFunction = httpRoute({
  name: 'revokeConsentLinkForm',
  methods: ['POST'],
  route: 'customers/{tenantId}/consent-links/{linkId}/revoke',
  access: 'admin',
  respond: 'page',
  params: linkParams,
  handle: async ({ app, workspace, member, params }) => {
    await revokeConsentLink(app, workspace, member, params);
    return backTo(`/customers/${params.tenantId}`, 'link_revoked');
  },
});
