// GET /api/v1/expiry-warnings: secrets, certificates and unused sign-ins that end within 30 days or have ended.
import { readExpiryWarnings } from '../../../shared/connections/read-endings.ts';
import { httpRoute } from '../pipeline.ts';

export const listExpiryWarningsFunction = httpRoute({
  name: 'listExpiryWarnings',
  methods: ['GET'],
  route: 'api/v1/expiry-warnings',
  access: 'reader',
  respond: 'json',
  handle: async ({ app, workspace }) => ({ jsonBody: { items: await readExpiryWarnings(app, workspace) } }),
});
