// GET /api/v1/consent-campaigns/{campaignId}/customers: for Admins, as an address is all that it takes to open a link.
import { pageOfCampaign, viewCampaign } from '../../../shared/consent/campaign-read.ts';
import { campaignRowsAnswer } from '../campaign-answers.ts';
import { campaignQuery } from '../consent-query.ts';
import { campaignParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const listCampaignCustomersFunction = httpRoute({
  name: 'listCampaignCustomers',
  methods: ['GET'],
  route: 'api/v1/consent-campaigns/{campaignId}/customers',
  access: 'admin',
  respond: 'json',
  params: campaignParams,
  query: campaignQuery,
  handle: async ({ app, workspace, params, query }) => {
    const view = await viewCampaign(app, workspace, params.campaignId);
    const { rows, ...place } = pageOfCampaign(view.rows, query);
    return { jsonBody: { items: await campaignRowsAnswer(app, workspace, rows), ...place, counts: view.counts } };
  },
});
