// POST /connections/remove-all: after the workspace's name was typed.
import { z } from 'zod';
import { requestRemovalOfAll } from '../../../shared/connections/removal/request.ts';
import { showRemoveAll } from '../../portal/pages/remove-all-page.ts';
import { refused } from '../../portal/parts/form.tsx';
import { viewerOf } from '../../portal/viewer.ts';
import { httpRoute } from '../pipeline.ts';
import { backTo } from '../redirects.ts';
import { requireTyped } from '../typed-name.ts';

export const removeAllConnectionsFormFunction = httpRoute({
  name: 'removeAllConnectionsForm',
  methods: ['POST'],
  route: 'connections/remove-all',
  access: 'admin',
  respond: 'page',
  body: z.object({ name: z.string().max(200).default('') }),
  handle: async (call) => {
    requireTyped(call.body.name, (await viewerOf(call)).workspaceName);
    await requestRemovalOfAll(call.app, call.workspace, call.member);
    return backTo('/connections', 'removal_begun');
  },
  onProblem: async (call, problem) =>
    showRemoveAll(call, { form: refused(call.typed, problem), status: problem.status }),
});
