// POST /consents/{campaignId}/customers/{tenantId}/draft: a file that the mail program opens as a draft; noted as sent.
import { takeDraft } from '../../../shared/consent/campaign-letters.ts';
import { campaignCustomerParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const takeCampaignDraftFormFunction = httpRoute({
  name: 'takeCampaignDraftForm',
  methods: ['POST'],
  route: 'consents/{campaignId}/customers/{tenantId}/draft',
  access: 'admin',
  respond: 'page',
  params: campaignCustomerParams,
  handle: async ({ app, workspace, member, params }) => {
    const { file, fileName } = await takeDraft(app, workspace, member, params);
    return {
      headers: { 'content-type': 'message/rfc822', 'content-disposition': `attachment; filename="${fileName}"` },
      body: file,
    };
  },
});
