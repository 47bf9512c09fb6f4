// POST /consents/{campaignId}/customers/{tenantId}/step: one customer of a run, whatever its turn, off to Microsoft.
import { stepFor } from '../../../shared/consent/campaign-run.ts';
import { campaignCustomerParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';
import { seeOther } from '../redirects.ts';

export const takeCustomerStepFormFunction = httpRoute({
  name: 'takeCustomerStepForm',
  methods: ['POST'],
  route: 'consents/{campaignId}/customers/{tenantId}/step',
  access: 'admin',
  respond: 'page',
  params: campaignCustomerParams,
  handle: async ({ app, workspace, member, params, request }) => {
    const asked = { ...params, cookieHeader: request.headers.get('cookie') };
    const { location, cookie } = await stepFor(app, workspace, member, asked);
    return seeOther(location, cookie ? [cookie] : []);
  },
});
