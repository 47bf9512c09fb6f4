// GET /api/v1/customers/{tenantId}/consent-links: for Admins, as an address is all that it takes to open one.
import { listConsentLinks } from '../../../shared/consent/links.ts';
import { tenantParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const listConsentLinksFunction = httpRoute({
  name: 'listConsentLinks',
  methods: ['GET'],
  route: 'api/v1/customers/{tenantId}/consent-links',
  access: 'admin',
  respond: 'json',
  params: tenantParams,
  handle: async ({ app, workspace, params }) => ({
    jsonBody: { items: await listConsentLinks(app, workspace, params.tenantId) },
  }),
});
