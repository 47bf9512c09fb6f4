// PUT /api/v1/connections/{connectionId}/app: domain, application id, and a secret or certificate.
import { ownAppInput } from '../../../shared/connections/own-app-rules.ts';
import { configureOwnApp } from '../../../shared/connections/own-app-setup.ts';
import { connectionParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const configureOwnAppFunction = httpRoute({
  name: 'configureOwnApp',
  methods: ['PUT'],
  route: 'api/v1/connections/{connectionId}/app',
  access: 'admin',
  respond: 'json',
  params: connectionParams,
  body: ownAppInput,
  handle: async ({ app, workspace, member, params, body }) => ({
    jsonBody: await configureOwnApp(app, workspace, member, params.connectionId, body),
  }),
});
