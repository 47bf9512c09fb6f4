// GET /api/v1/consent-campaigns/{campaignId}
import { viewCampaign } from '../../../shared/consent/campaign-read.ts';
import { campaignViewAnswer } from '../campaign-answers.ts';
import { campaignParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const readCampaignFunction = httpRoute({
  name: 'readCampaign',
  methods: ['GET'],
  route: 'api/v1/consent-campaigns/{campaignId}',
  access: 'reader',
  respond: 'json',
  params: campaignParams,
  handle: async ({ app, workspace, params }) => ({
    jsonBody: campaignViewAnswer(await viewCampaign(app, workspace, params.campaignId)),
  }),
});
