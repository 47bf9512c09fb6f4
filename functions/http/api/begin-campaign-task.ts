// POST /api/v1/consent-campaigns/{campaignId}/tasks: something for all customers of a campaign, or a run as a whole.
import { viewCampaign } from '../../../shared/consent/campaign-read.ts';
import { campaignViewAnswer } from '../campaign-answers.ts';
import { campaignTask, doCampaignTask } from '../campaign-task.ts';
import { campaignParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const beginCampaignTaskFunction = httpRoute({
  name: 'beginCampaignTask',
  methods: ['POST'],
  route: 'api/v1/consent-campaigns/{campaignId}/tasks',
  access: 'admin',
  respond: 'json',
  params: campaignParams,
  body: campaignTask,
  handle: async ({ app, workspace, member, params, body }) => {
    await doCampaignTask(app, workspace, member, { ...params, ...body });
    const view = await viewCampaign(app, workspace, params.campaignId);
    return { status: view.campaign.task ? 202 : 200, jsonBody: campaignViewAnswer(view) };
  },
});
