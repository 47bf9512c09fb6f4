// GET /api/v1/customers/{tenantId}/timeline: what happened to GDAP, consent and access, newest first, 50 at a time.
import { z } from 'zod';
import { invalid } from '../../../shared/errors.ts';
import { isStoreError } from '../../../shared/store/port.ts';
import { readAccess, readTimeline } from '../../../shared/timeline/read-timeline.ts';
import { explainLoss } from '../../../shared/timeline/words.ts';
import { tenantParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const timelineQuery = z.object({ continuation: z.string().max(4000).optional() });

export const readTimelineFunction = httpRoute({
  name: 'readTimeline',
  methods: ['GET'],
  route: 'api/v1/customers/{tenantId}/timeline',
  access: 'reader',
  respond: 'json',
  params: tenantParams,
  query: timelineQuery,
  handle: async ({ workspace, params: { tenantId }, query }) => {
    const [page, access] = await Promise.all([
      readTimeline(workspace, tenantId, query).catch(noSuchPlace),
      readAccess(workspace, tenantId),
    ]);
    const losses = (access?.losses ?? []).map((loss) => ({ ...loss, explanation: explainLoss(loss.cause) }));
    return { jsonBody: { ...page, haveSince: access?.haveSince ?? null, losses } };
  },
});

function noSuchPlace(error: unknown): never {
  if (!isStoreError(error, 'invalid')) throw error;
  throw invalid('`continuation` does not lead to a part of the timeline.', 'Leave it out and begin with the newest.');
}
