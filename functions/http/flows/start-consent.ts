// POST /consent/{token}/start: the button of the landing page, off to Microsoft's consent page.
import { startConsent } from '../../../shared/consent/journey.ts';
import { tokenParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';
import { seeOther } from '../redirects.ts';

export const startConsentFunction = httpRoute({
  name: 'startConsent',
  methods: ['POST'],
  route: 'consent/{token}/start',
  access: 'public',
  respond: 'page',
  params: tokenParams,
  handle: async ({ app, params, request }) => {
    const asked = { token: params.token, cookieHeader: request.headers.get('cookie') };
    const { location, cookie } = await startConsent(app, asked);
    return seeOther(location, cookie ? [cookie] : []);
  },
});
