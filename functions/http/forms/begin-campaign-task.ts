// POST /consents/{campaignId}/tasks: something for all customers of a campaign, or a run as a whole.
import { campaignTask, doCampaignTask } from '../campaign-task.ts';
import { campaignParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';
import { backTo } from '../redirects.ts';

export const beginCampaignTaskFormFunction = httpRoute({
  name: 'beginCampaignTaskForm',
  methods: ['POST'],
  route: 'consents/{campaignId}/tasks',
  access: 'admin',
  respond: 'page',
  params: campaignParams,
  body: campaignTask,
  handle: async ({ app, workspace, member, params, body }) => {
    await doCampaignTask(app, workspace, member, { ...params, ...body });
    const notices = { stop: 'run_stopped', retry: 'run_retried' } as const;
    const { kind } = body;
    const notice = kind === 'stop' || kind === 'retry' ? notices[kind] : 'campaign_task_begun';
    return backTo(`/consents/${params.campaignId}`, notice);
  },
});
