// GET /consent/sign-in-callback: back from the administrator's sign-in at the customer's tenant.
import { finishEvidenceSignIn } from '../../../shared/consent/journey.ts';
import { httpRoute } from '../pipeline.ts';
import { seeOther } from '../redirects.ts';

export const finishConsentSignInFunction = httpRoute({
  name: 'finishConsentSignIn',
  methods: ['GET'],
  route: 'consent/sign-in-callback',
  access: 'public',
  respond: 'page',
  handle: async ({ app, request }) => {
    const answer = { query: request.query, cookieHeader: request.headers.get('cookie') };
    const { location } = await finishEvidenceSignIn(app, answer);
    return seeOther(location);
  },
});
