// POST /members/{memberId}/remove: after the person's name was typed.
import { z } from 'zod';
import { findMember, removeMember } from '../../../shared/access/members.ts';
import { invalid } from '../../../shared/errors.ts';
import { showRemoveMember } from '../../portal/pages/remove-member-page.ts';
import { refused } from '../../portal/parts/form.tsx';
import { memberParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';
import { backTo } from '../redirects.ts';

export const removeMemberFormFunction = httpRoute({
  name: 'removeMemberForm',
  methods: ['POST'],
  route: 'members/{memberId}/remove',
  access: 'admin',
  respond: 'page',
  params: memberParams,
  body: z.object({ name: z.string().max(200).default('') }),
  handle: async ({ app, workspace, member, params, body }) => {
    const leaver = await findMember(workspace, params.memberId);
    if (body.name.trim().toLocaleLowerCase('en') !== leaver.name.toLocaleLowerCase('en'))
      throw invalid('Nobody was removed.', 'Type the name to confirm.', { name: `Type "${leaver.name}" to confirm.` });
    await removeMember(app, workspace, member, params.memberId);
    return backTo('/members', 'member_removed');
  },
  onProblem: async (call, problem) =>
    showRemoveMember(call, { form: refused(call.typed, problem), status: problem.status }),
});
