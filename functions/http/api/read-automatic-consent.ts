// GET /api/v1/automatic-consent: how far it has come, and the customers that are not granted, by filter and page.
import { automaticQuery, readAutomatic } from '../../../shared/consent/automatic/overview.ts';
import { httpRoute } from '../pipeline.ts';

export const readAutomaticConsentFunction = httpRoute({
  name: 'readAutomaticConsent',
  methods: ['GET'],
  route: 'api/v1/automatic-consent',
  access: 'reader',
  respond: 'json',
  query: automaticQuery,
  handle: async ({ app, workspace, query }) => ({ jsonBody: await readAutomatic(app, workspace, query) }),
});
