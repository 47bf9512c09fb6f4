// POST /customers/{tenantId}/consent-links: the Consent button; `replace` for a new link.
import { z } from 'zod';
import { createConsentLink } from '../../../shared/consent/links.ts';
import { tenantParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';
import { backTo } from '../redirects.ts';

export const createConsentLinkFormFunction = httpRoute({
  name: 'createConsentLinkForm',
  methods: ['POST'],
  route: 'customers/{tenantId}/consent-links',
  access: 'admin',
  respond: 'page',
  params: tenantParams,
  body: z.object({ replace: z.literal(['on', 'true']).optional() }),
  handle: async ({ app, workspace, member, params: { tenantId }, body }) => {
    await createConsentLink(app, workspace, member, { tenantId, replace: body.replace !== undefined });
    return backTo(`/customers/${tenantId}`, 'link_created');
  },
});
