// POST /api/v1/automatic-consent: starts automatic consent of all that can, of named customers, or of those of a filter.
import { automaticChoice, startChosen } from '../../../shared/consent/automatic/choose.ts';
import { httpRoute } from '../pipeline.ts';

export const startAutomaticConsentFunction = httpRoute({
  name: 'startAutomaticConsent',
  methods: ['POST'],
  route: 'api/v1/automatic-consent',
  access: 'admin',
  respond: 'json',
  body: automaticChoice,
  handle: async ({ app, workspace, member, body }) => ({
    status: 202,
    jsonBody: await startChosen(app, workspace, member, body),
  }),
});
