// GET /consents/{campaignId}: a campaign by links, or a run through GDAP.
import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { senderOf } from '../../../shared/consent/campaign-letters.ts';
import { addressesOf, pageOfCampaign, viewCampaign } from '../../../shared/consent/campaign-read.ts';
import { campaignQuery } from '../../http/consent-query.ts';
import { campaignParams } from '../../http/params.ts';
import { type Call, httpRoute } from '../../http/pipeline.ts';
import type { Refused } from '../parts/form.tsx';
import { htmlPage, viewerOf } from '../viewer.ts';
import { campaignView } from '../views/campaign-view.tsx';

const pageQuery = campaignQuery.extend({
  notice: z.string().max(40).optional(),
  /** The customer of the step that ended just now. */
  after: z.guid().toLowerCase().optional().catch(undefined),
  /** All links in one field, to copy. */
  copy: z.literal('all').optional().catch(undefined),
});
type PageQuery = z.infer<typeof pageQuery>;

export const campaignPage = httpRoute({
  name: 'campaignPage',
  methods: ['GET'],
  route: 'consents/{campaignId}',
  access: 'reader',
  respond: 'page',
  params: campaignParams,
  query: pageQuery,
  handle: async (call) => showCampaign(call, { query: call.query }),
});

/** The page, or with `form` the page again after its letter was refused. */
export async function showCampaign(
  call: Pick<Call<{ campaignId: string }>, 'app' | 'session' | 'member' | 'workspace' | 'params'>,
  { query = pageQuery.parse({}), form, status }: { query?: PageQuery; form?: Refused; status?: number },
): Promise<HttpResponseInit> {
  const { app, workspace, member, params } = call;
  const [viewer, view, sender] = await Promise.all([
    viewerOf(call),
    viewCampaign(app, workspace, params.campaignId),
    senderOf(workspace, member),
  ]);
  const shown = pageOfCampaign(view.rows, query);
  const mayCopy = viewer.role === 'Admin';
  const copied = mayCopy && query.copy === 'all' ? view.rows : shown.rows;
  const links = mayCopy ? await addressesOf(app, workspace, copied) : new Map<string, never>();
  const model = { viewer, memberId: member.id, ...view, shown, query, links, sender, form, nowMs: app.clock.now() };
  return htmlPage(campaignView(model), status);
}
