// PATCH /api/v1/consent-campaigns/{campaignId}: its name and its letter; fields that are left out stay.
import { campaignChange, changeCampaign } from '../../../shared/consent/campaigns.ts';
import { campaignAnswer } from '../campaign-answers.ts';
import { campaignParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const changeCampaignFunction = httpRoute({
  name: 'changeCampaign',
  methods: ['PATCH'],
  route: 'api/v1/consent-campaigns/{campaignId}',
  access: 'admin',
  respond: 'json',
  params: campaignParams,
  body: campaignChange,
  handle: async ({ app, workspace, member, params, body }) => ({
    jsonBody: campaignAnswer(await changeCampaign(app, workspace, member, { ...params, ...body })),
  }),
});
