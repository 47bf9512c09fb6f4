// POST /api/v1/customers/{tenantId}/sync/check: tests a sync that failed; `mended`, `still`, or `running` where a run tries it.
import { checkSync } from '../../../shared/sync/check.ts';
import { tenantParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const checkSyncFunction = httpRoute({
  name: 'checkSync',
  methods: ['POST'],
  route: 'api/v1/customers/{tenantId}/sync/check',
  access: 'reader',
  respond: 'json',
  params: tenantParams,
  handle: async ({ app, workspace, params: { tenantId } }) => ({
    jsonBody: { tenantId, outcome: await checkSync(app, workspace, tenantId) },
  }),
});
