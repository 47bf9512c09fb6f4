// POST /api/v1/customers/{tenantId}/consent-links: the customer's open link, or a new one.
import { z } from 'zod';
import { createConsentLink } from '../../../shared/consent/links.ts';
import { tenantParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const createConsentLinkFunction = httpRoute({
  name: 'createConsentLink',
  methods: ['POST'],
  route: 'api/v1/customers/{tenantId}/consent-links',
  access: 'admin',
  respond: 'json',
  params: tenantParams,
  body: z.strictObject({ replace: z.boolean().default(false) }),
  handle: async ({ app, workspace, member, params, body }) => ({
    status: 201,
    jsonBody: await createConsentLink(app, workspace, member, { tenantId: params.tenantId, replace: body.replace }),
  }),
});
