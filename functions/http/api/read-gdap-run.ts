// GET /api/v1/gdap/requests/{gdapRunId}: how far a run of requests is, with each customer's link or problem.
import { readGdapRun } from '../../../shared/customers/gdap-runs.ts';
import { gdapRunParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const readGdapRunFunction = httpRoute({
  name: 'readGdapRun',
  methods: ['GET'],
  route: 'api/v1/gdap/requests/{gdapRunId}',
  access: 'reader',
  respond: 'json',
  params: gdapRunParams,
  handle: async ({ workspace, params }) => ({ jsonBody: await readGdapRun(workspace, params.gdapRunId) }),
});
