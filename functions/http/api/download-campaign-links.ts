// GET /api/v1/consent-campaigns/{campaignId}/links.csv: every customer with its link, for a mail merge.
import { campaignCsv } from '../../../shared/consent/campaign-letters.ts';
import { campaignParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const downloadCampaignLinksFunction = httpRoute({
  name: 'downloadCampaignLinks',
  methods: ['GET'],
  route: 'api/v1/consent-campaigns/{campaignId}/links.csv',
  access: 'admin',
  respond: 'json',
  params: campaignParams,
  handle: async ({ app, workspace, params }) => ({
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="consent-links.csv"',
    },
    body: await campaignCsv(app, workspace, params.campaignId),
  }),
});
