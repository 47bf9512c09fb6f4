// GET /api/v1/gdap/requests/{gdapRunId}/links.csv: every customer with its approval link, for a mail merge.
import { gdapRunCsv } from '../../../shared/customers/gdap-runs.ts';
import { gdapRunParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const downloadGdapLinksFunction = httpRoute({
  name: 'downloadGdapLinks',
  methods: ['GET'],
  route: 'api/v1/gdap/requests/{gdapRunId}/links.csv',
  access: 'reader',
  respond: 'json',
  params: gdapRunParams,
  handle: async ({ workspace, params }) => ({
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="gdap-approval-links.csv"',
    },
    body: await gdapRunCsv(workspace, params.gdapRunId),
  }),
});
