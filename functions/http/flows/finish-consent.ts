// GET /consent/callback: back from Microsoft's consent page.
import { finishConsent } from '../../../shared/consent/journey.ts';
import { httpRoute } from '../pipeline.ts';
import { seeOther } from '../redirects.ts';

export const finishConsentFunction = httpRoute({
  name: 'finishConsent',
  methods: ['GET'],
  route: 'consent/callback',
  access: 'public',
  respond: 'page',
  handle: async ({ app, request }) => {
    const answer = { query: request.query, cookieHeader: request.headers.get('cookie') };
    const { location, cookie } = await finishConsent(app, answer);
    return seeOther(location, cookie ? [cookie] : []);
  },
});
