// POST /consents/campaigns: the chosen customers become a campaign by links.
import { z } from 'zod';
import { campaignName, startCampaign } from '../../../shared/consent/campaigns.ts';
import { showConsents } from '../../portal/pages/consents-page.ts';
import { refused } from '../../portal/parts/form.tsx';
import { choiceForm, choiceOf } from '../consent-query.ts';
import { httpRoute } from '../pipeline.ts';
import { backTo } from '../redirects.ts';

export const startCampaignFormFunction = httpRoute({
  name: 'startCampaignForm',
  methods: ['POST'],
  route: 'consents/campaigns',
  access: 'admin',
  respond: 'page',
  body: z.object({ ...choiceForm.shape, name: campaignName }),
  handle: async ({ app, workspace, member, body: { name, ...form } }) => {
    const asked = { method: 'customerAdmin', name, choice: choiceOf(form) } as const;
    const { campaignId } = await startCampaign(app, workspace, member, asked);
    return backTo(`/consents/${campaignId}`, 'campaign_started');
  },
  onProblem: async (call, problem) =>
    showConsents(call, { form: refused(call.typed, problem), status: problem.status }),
});
