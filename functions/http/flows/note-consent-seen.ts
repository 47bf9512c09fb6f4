// POST /consent/{token}/seen: the script of the landing page says that a person sees it. A GET says nothing: mail scanners
// follow links too.
import { noteLandingSeen } from '../../../shared/consent/landing.ts';
import { tokenParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const noteConsentSeenFunction = httpRoute({
  name: 'noteConsentSeen',
  methods: ['POST'],
  route: 'consent/{token}/seen',
  access: 'public',
  respond: 'page',
  params: tokenParams,
  handle: async ({ app, params }) => {
    await noteLandingSeen(app, params.token);
    return { status: 204 };
  },
});
