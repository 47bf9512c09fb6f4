// POST /setup/refresh: the Refresh button of setup's second step.
import { refreshSetup } from '../../../shared/setup/refresh.ts';
import { httpRoute } from '../pipeline.ts';
import { backToSetup } from '../redirects.ts';

export const refreshSetupFormFunction = httpRoute({
  name: 'refreshSetupForm',
  methods: ['POST'],
  route: 'setup/refresh',
  access: 'reader',
  respond: 'page',
  handle: async ({ app, workspace, member }) => {
    await refreshSetup(app, workspace, member);
    return backToSetup('discovery_requested');
  },
});
