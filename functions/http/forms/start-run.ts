// POST /consents/runs: the chosen customers become a run through GDAP.
import { z } from 'zod';
import { campaignName, startCampaign } from '../../../shared/consent/campaigns.ts';
import { showConsents } from '../../portal/pages/consents-page.ts';
import { refused } from '../../portal/parts/form.tsx';
import { choiceForm, choiceOf } from '../consent-query.ts';
import { httpRoute } from '../pipeline.ts';
import { backTo } from '../redirects.ts';

export const startRunFormFunction = httpRoute({
  name: 'startRunForm',
  methods: ['POST'],
  route: 'consents/runs',
  access: 'admin',
  respond: 'page',
  body: z.object({ ...choiceForm.shape, name: campaignName }),
  handle: async ({ app, workspace, member, body: { name, ...form } }) => {
    const asked = { method: 'gdapAccount', name, choice: choiceOf(form) } as const;
    const { campaignId } = await startCampaign(app, workspace, member, asked);
    return backTo(`/consents/${campaignId}`, 'run_started');
  },
  onProblem: async (call, problem) =>
    showConsents(call, { form: refused(call.typed, problem), status: problem.status }),
});
