// POST /api/v1/connections/own-app: a connection with the MSP's own app registration; answers with its redirect address.
import { ownAppDraftInput } from '../../../shared/connections/own-app-rules.ts';
import { draftOwnApp } from '../../../shared/connections/own-app-setup.ts';
import { httpRoute } from '../pipeline.ts';

export const draftOwnAppFunction = httpRoute({
  name: 'draftOwnApp',
  methods: ['POST'],
  route: 'api/v1/connections/own-app',
  access: 'admin',
  respond: 'json',
  body: ownAppDraftInput,
  handle: async ({ app, workspace, member, body }) => ({
    status: 201,
    jsonBody: await draftOwnApp(app, workspace, member, body),
  }),
});
