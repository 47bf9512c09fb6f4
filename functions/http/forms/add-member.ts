// POST /members: the form of the members page.
import { addMember, memberInput } from '../../../shared/access/members.ts';
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
});
