// POST /consents/{campaignId}: its name and letter.
import { z } from 'zod';
import { campaignName, changeCampaign } from '../../../shared/consent/campaigns.ts';
import { letterInput } from '../../../shared/consent/letter.ts';
import { showCampaign } from '../../portal/pages/campaign-page.ts';
import { refused } from '../../portal/parts/form.tsx';
import { campaignParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';
import { backTo } from '../redirects.ts';

export const changeCampaignFormFunction = httpRoute({
  name: 'changeCampaignForm',
  methods: ['POST'],
  route: 'consents/{campaignId}',
  access: 'admin',
  respond: 'page',
  params: campaignParams,
  body: z.object({ name: campaignName, ...letterInput.shape }),
  handle: async ({ app, workspace, member, params, body: { name, subject, text } }) => {
    await changeCampaign(app, workspace, member, { ...params, name, letter: { subject, text } });
    return backTo(`/consents/${params.campaignId}`, 'campaign_changed');
  },
  onProblem: async (call, problem) =>
    showCampaign(call, { form: refused(call.typed, problem), status: problem.status }),
});
