// GET /consent-result: how a customer's consent went.
import { z } from 'zod';
import { readConsentResult } from '../../../shared/consent/landing.ts';
import { httpRoute } from '../../http/pipeline.ts';
import { htmlPage } from '../viewer.ts';
import { consentResultView } from '../views/consent-view.tsx';

export const consentResultPage = httpRoute({
  name: 'consentResultPage',
  methods: ['GET'],
  route: 'consent-result',
  access: 'public',
  respond: 'page',
  query: z.object({ r: z.string().max(8000).optional() }),
  handle: async ({ app, query }) => {
    const result = await readConsentResult(app, query.r);
    return htmlPage(consentResultView(result), result.kind === 'unknown' ? 404 : 200);
  },
});
