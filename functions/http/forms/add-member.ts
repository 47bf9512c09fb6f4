// POST /members: the form of the members page.
import { addMember, memberInput } from '../../../shared/access/members.ts';
import { showMembers } from '../../portal/pages/members-page.ts';
import { refused } from '../../portal/parts/form.tsx';
import { httpRoute } from '../pipeline.ts';
import { backTo } from '../redirects.ts';

export const addMemberFormFunction = httpRoute({
  name: 'addMemberForm',
  methods: ['POST'],
  route: 'members',
  access: 'admin',
  respond: 'page',
  body: memberInput,
  handle: async ({ app, workspace, member, body }) => {
    await addMember(app, workspace, member, body);
    return backTo('/members', 'member_added');
  },
  onProblem: async (call, problem) => showMembers(call, { form: refused(call.typed, problem), status: problem.status }),
});
