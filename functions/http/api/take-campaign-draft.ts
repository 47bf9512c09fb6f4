// POST /api/v1/consent-campaigns/{campaignId}/customers/{tenantId}/draft: the letter as a draft, noted as sent.
import { takeDraft } from '../../../shared/consent/campaign-letters.ts';
import { campaignCustomerParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const takeCampaignDraftFunction = httpRoute({
  name: 'takeCampaignDraft',
  methods: ['POST'],
  route: 'api/v1/consent-campaigns/{campaignId}/customers/{tenantId}/draft',
  access: 'admin',
  respond: 'json',
  params: campaignCustomerParams,
  handle: async ({ app, workspace, member, params }) => ({
    jsonBody: await takeDraft(app, workspace, member, params),
  }),
});
