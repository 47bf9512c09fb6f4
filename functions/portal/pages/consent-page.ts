// GET /consent/{token}: the landing page of a consent link.
import { readConsentLanding } from '../../../shared/consent/landing.ts';
import { customerAppPermissions } from '../../../shared/microsoft/permissions.ts';
import { tokenParams } from '../../http/params.ts';
import { httpRoute } from '../../http/pipeline.ts';
import { htmlPage } from '../viewer.ts';
import { consentView } from '../views/consent-view.tsx';

export const consentPage = httpRoute({
  name: 'consentPage',
  methods: ['GET'],
  route: 'consent/{token}',
  access: 'public',
  respond: 'page',
  params: tokenParams,
  handle: async ({ app, params: { token } }) => {
    const landing = await readConsentLanding(app, token);
    const status = landing.kind === 'unknown' ? 404 : landing.kind === 'open' ? 200 : 410;
    return htmlPage(consentView({ landing, token, permissions: customerAppPermissions }), status);
  },
});
