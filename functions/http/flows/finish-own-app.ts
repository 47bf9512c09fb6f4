// GET /own-app/{connectionId}/callback: back from Microsoft on any journey of an MSP's own app registration, which has one
// address for all of them. The state, which only we can have made, says which journey it was.
import { purposeOf } from '../../../shared/access/flow-state.ts';
import { finishConsent, finishEvidenceSignIn } from '../../../shared/consent/journey.ts';
import { connectionParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';
import { seeOther } from '../redirects.ts';

const journeys = ['connect', 'consent', 'consentEvidence'] as const;

export const finishOwnAppFunction = httpRoute({
  name: 'finishOwnApp',
  methods: ['GET'],
  route: 'own-app/{connectionId}/callback',
  access: 'public',
  respond: 'page',
  params: connectionParams,
  handle: async ({ app, request }) => {
    const answer = { query: request.query, cookieHeader: request.headers.get('cookie') };
    const journey = await purposeOf(app, request.query.get('state') ?? undefined, journeys);
    if (journey === 'connect') return seeOther(`/connect/callback?${request.query}`);
    const finish = journey === 'consentEvidence' ? finishEvidenceSignIn : finishConsent;
    const { location, cookie } = await finish(app, answer);
    return seeOther(location, cookie ? [cookie] : []);
  },
});
