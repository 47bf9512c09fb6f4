// GET /api/v1/consent-campaigns: campaigns by links and runs through GDAP, the newest first.
import { listCampaigns } from '../../../shared/consent/campaign-read.ts';
import { campaignAnswer } from '../campaign-answers.ts';
import { httpRoute } from '../pipeline.ts';

export const listCampaignsFunction = httpRoute({
  name: 'listCampaigns',
  methods: ['GET'],
  route: 'api/v1/consent-campaigns',
  access: 'reader',
  respond: 'json',
  handle: async ({ workspace }) => ({ jsonBody: { items: (await listCampaigns(workspace)).map(campaignAnswer) } }),
});
