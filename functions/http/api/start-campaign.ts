// POST /api/v1/consent-campaigns: a campaign by links (`customerAdmin`), made in the background, or a run (`gdapAccount`).
import { z } from 'zod';
import { campaignMethods } from '../../../shared/consent/campaign-documents.ts';
import { campaignName, startCampaign } from '../../../shared/consent/campaigns.ts';
import { customerChoice } from '../../../shared/consent/choice.ts';
import { campaignAnswer } from '../campaign-answers.ts';
import { httpRoute } from '../pipeline.ts';

export const startCampaignFunction = httpRoute({
  name: 'startCampaign',
  methods: ['POST'],
  route: 'api/v1/consent-campaigns',
  access: 'admin',
  respond: 'json',
  body: z.strictObject({ method: z.enum(campaignMethods), name: campaignName, choice: customerChoice }),
  handle: async ({ app, workspace, member, body }) => {
    const campaign = await startCampaign(app, workspace, member, body);
    return { status: campaign.task ? 202 : 201, jsonBody: campaignAnswer(campaign) };
  },
});
