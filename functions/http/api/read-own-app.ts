// GET /api/v1/connections/{connectionId}/app: redirect address, permissions, and what is known of the registration.
import { readOwnAppView } from '../../../shared/connections/own-app-setup.ts';
import { connectionParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const readOwnAppFunction = httpRoute({
  name: 'readOwnApp',
  methods: ['GET'],
  route: 'api/v1/connections/{connectionId}/app',
  access: 'admin',
  respond: 'json',
  params: connectionParams,
  handle: async ({ app, workspace, params }) => ({
    jsonBody: await readOwnAppView(app, workspace, params.connectionId),
  }),
});
