// POST /api/v1/setup/refresh: reads customers and unsettled consents again; 202 with what was asked for.
import { refreshSetup } from '../../../shared/setup/refresh.ts';
import { httpRoute } from '../pipeline.ts';

export const refreshSetupFunction = httpRoute({
  name: 'refreshSetup',
  methods: ['POST'],
  route: 'api/v1/setup/refresh',
  access: 'reader',
  respond: 'json',
  handle: async ({ app, workspace, member }) => ({
    status: 202,
    jsonBody: await refreshSetup(app, workspace, member),
  }),
});
