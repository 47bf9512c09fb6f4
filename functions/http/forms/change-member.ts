// POST /members/{memberId}/role
import { z } from 'zod';
import { roles } from '../../../shared/access/documents.ts';
import { changeRole } from '../../../shared/access/members.ts';
import { showMembers } from '../../portal/pages/members-page.ts';
import { refused } from '../../portal/parts/form.tsx';
import { memberParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';
import { backTo } from '../redirects.ts';

export const changeMemberFormFunction = httpRoute({
  name: 'changeMemberForm',
  methods: ['POST'],
  route: 'members/{memberId}/role',
  access: 'admin',
  respond: 'page',
  params: memberParams,
  body: z.object({ role: z.enum(roles) }),
  handle: async ({ app, workspace, member, params, body }) => {
    await changeRole(app, workspace, member, { memberId: params.memberId, role: body.role });
    return backTo('/members', 'member_changed');
  },
  // The list shows what is; nothing was typed that could be lost.
  onProblem: async (call, problem) => showMembers(call, { form: refused({}, problem), status: problem.status }),
});
