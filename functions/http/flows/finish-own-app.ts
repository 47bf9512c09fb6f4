// GET /own-app/{connectionId}/callback: back from Microsoft on any journey of an MSP's own app registration, which has one
// address for all of them. The state, which only we can have made, says which journey it was, and of which connection.
import { z } from 'zod';
import { stateOf } from '../../../shared/access/flow-state.ts';
import { finishConsent, finishEvidenceSignIn } from '../../../shared/consent/journey.ts';
import { notFound } from '../../../shared/errors.ts';
import { connectionParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';
import { seeOther } from '../redirects.ts';

const journeys = ['connect', 'consent', 'consentEvidence'] as const;
/** Connecting and consenting name the connection each in its own way. */
const payloadSchema = z.object({
  connectionId: z.string().optional(),
  ownAppConnectionId: z.string().nullable().optional(),
});

export const finishOwnAppFunction = httpRoute({
  name: 'finishOwnApp',
  methods: ['GET'],
  route: 'own-app/{connectionId}/callback',
  access: 'public',
  respond: 'page',
  params: connectionParams,
  handle: async ({ app, request, params }) => {
    const answer = { query: request.query, cookieHeader: request.headers.get('cookie') };
    const begun = await stateOf(app, request.query.get('state') ?? undefined, journeys);
    const payload = payloadSchema.safeParse(begun?.payload).data;
    const connectionId = payload?.connectionId ?? payload?.ownAppConnectionId;
    if (!begun || connectionId !== params.connectionId) throw notFound('journey');
    // Whoever connects is an Admin: that address asks for the session.
    if (begun.purpose === 'connect') return seeOther(`/connect/callback?${request.query}`);
    const finish = begun.purpose === 'consentEvidence' ? finishEvidenceSignIn : finishConsent;
    const { location, cookie } = await finish(app, answer);
    return seeOther(location, cookie ? [cookie] : []);
  },
});
