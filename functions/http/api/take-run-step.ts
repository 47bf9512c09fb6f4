// POST /api/v1/consent-campaigns/{campaignId}/next: Microsoft's page for the customer whose turn it is; the browser that opens
// it must hold the cookie that is set here.
import { nextStep } from '../../../shared/consent/campaign-run.ts';
import { campaignParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const takeRunStepFunction = httpRoute({
  name: 'takeRunStep',
  methods: ['POST'],
  route: 'api/v1/consent-campaigns/{campaignId}/next',
  access: 'admin',
  respond: 'json',
  params: campaignParams,
  handle: async ({ app, workspace, member, params, request }) => {
    const asked = { ...params, cookieHeader: request.headers.get('cookie') };
    const next = await nextStep(app, workspace, member, asked);
    if ('done' in next) return { jsonBody: next };
    const { cookie, ...jsonBody } = next;
    return { jsonBody: { ...jsonBody, done: false }, ...(cookie ? { cookies: [cookie] } : {}) };
  },
});
