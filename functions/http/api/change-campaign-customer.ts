// POST /api/v1/consent-campaigns/{campaignId}/customers/{tenantId}: marks, reminds, revokes, restores; skips or gives a turn.
import { viewCampaign } from '../../../shared/consent/campaign-read.ts';
import { campaignRowsAnswer } from '../campaign-answers.ts';
import { customerDeed, doCustomerDeed } from '../campaign-task.ts';
import { campaignCustomerParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const changeCampaignCustomerFunction = httpRoute({
  name: 'changeCampaignCustomer',
  methods: ['POST'],
  route: 'api/v1/consent-campaigns/{campaignId}/customers/{tenantId}',
  access: 'admin',
  respond: 'json',
  params: campaignCustomerParams,
  body: customerDeed,
  handle: async ({ app, workspace, member, params, body }) => {
    await doCustomerDeed(app, workspace, member, { ...params, ...body });
    const { rows } = await viewCampaign(app, workspace, params.campaignId);
    const changed = rows.filter(({ entry }) => entry.tenantId.toLowerCase() === params.tenantId);
    const [jsonBody] = await campaignRowsAnswer(app, workspace, changed);
    return { jsonBody };
  },
});
