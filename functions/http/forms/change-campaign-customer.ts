// POST /consents/{campaignId}/customers/{tenantId}: what a row's buttons do; back to the same page of the list.
import { z } from 'zod';
import { customerDeed, doCustomerDeed } from '../campaign-task.ts';
import { campaignCustomerParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';
import { type Notice, seeOther } from '../redirects.ts';

const notices: Record<z.infer<typeof customerDeed>['do'], Notice> = {
  markSent: 'campaign_sent',
  unmarkSent: 'campaign_sent',
  remind: 'campaign_reminded',
  revoke: 'campaign_link_revoked',
  restore: 'campaign_link_restored',
  skip: 'run_skipped',
  wait: 'run_skipped',
};

export const changeCampaignCustomerFormFunction = httpRoute({
  name: 'changeCampaignCustomerForm',
  methods: ['POST'],
  route: 'consents/{campaignId}/customers/{tenantId}',
  access: 'admin',
  respond: 'page',
  params: campaignCustomerParams,
  body: z.object({ ...customerDeed.shape, page: z.coerce.number().int().min(1).max(100_000).optional() }),
  handle: async ({ app, workspace, member, params, body: { page, ...deed } }) => {
    await doCustomerDeed(app, workspace, member, { ...params, ...deed });
    const query = new URLSearchParams({ notice: notices[deed.do], ...(page ? { page: String(page) } : {}) });
    return seeOther(`/consents/${params.campaignId}?${query}#t-${params.tenantId}`);
  },
});
