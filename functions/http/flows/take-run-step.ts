// POST /consents/{campaignId}/next: the next step of a run through GDAP, off to Microsoft's consent page.
import { nextStep } from '../../../shared/consent/campaign-run.ts';
import { campaignParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';
import { backTo, seeOther } from '../redirects.ts';

export const takeRunStepFormFunction = httpRoute({
  name: 'takeRunStepForm',
  methods: ['POST'],
  route: 'consents/{campaignId}/next',
  access: 'admin',
  respond: 'page',
  params: campaignParams,
  handle: async ({ app, workspace, member, params, request }) => {
    const asked = { ...params, cookieHeader: request.headers.get('cookie') };
    const next = await nextStep(app, workspace, member, asked);
    if ('done' in next) return backTo(`/consents/${params.campaignId}`, 'run_done');
    return seeOther(next.location, next.cookie ? [next.cookie] : []);
  },
});
