// POST /connect/own-app: a connection that has an id, and with it the redirect address to register.

import { ownAppDraftInput } from '../../../shared/connections/own-app-rules.ts';
import { draftOwnApp } from '../../../shared/connections/own-app-setup.ts';
import { showDraftOwnApp } from '../../portal/pages/own-app-draft-page.ts';
import { refused } from '../../portal/parts/form.tsx';
import { httpRoute } from '../pipeline.ts';
import { seeOther } from '../redirects.ts';

export const startOwnAppFunction = httpRoute({
  name: 'startOwnApp',
  methods: ['POST'],
  route: 'connect/own-app',
  access: 'admin',
  respond: 'page',
  body: ownAppDraftInput,
  handle: async ({ app, workspace, member, body }) => {
    const { connectionId } = await draftOwnApp(app, workspace, member, body);
    return seeOther(`/connections/${connectionId}/app`);
  },
  onProblem: async (call, problem) =>
    showDraftOwnApp(call, { form: refused(call.typed, problem), status: problem.status }),
});
