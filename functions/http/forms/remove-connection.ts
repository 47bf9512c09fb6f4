// POST /connections/{connectionId}/remove: after the connection's name was typed.
import { z } from 'zod';
import { readConnection } from '../../../shared/connections/read.ts';
import { requestRemoval } from '../../../shared/connections/removal/request.ts';
import { showRemoveConnection } from '../../portal/pages/remove-connection-page.ts';
import { refused } from '../../portal/parts/form.tsx';
import { connectionParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';
import { seeOther } from '../redirects.ts';
import { requireTyped } from '../typed-name.ts';

export const removeConnectionFormFunction = httpRoute({
  name: 'removeConnectionForm',
  methods: ['POST'],
  route: 'connections/{connectionId}/remove',
  access: 'admin',
  respond: 'page',
  params: connectionParams,
  body: z.object({ name: z.string().max(200).default('') }),
  handle: async ({ app, workspace, member, params, body }) => {
    const { name } = await readConnection(app, workspace, params.connectionId);
    requireTyped(body.name, name);
    await requestRemoval(app, workspace, member, params.connectionId);
    // The page shows how far it is: no notice is needed.
    return seeOther(`/connections/${params.connectionId}/remove`);
  },
  onProblem: async (call, problem) =>
    showRemoveConnection(call, { form: refused(call.typed, problem), status: problem.status }),
});
