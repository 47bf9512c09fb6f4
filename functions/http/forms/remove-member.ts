// POST /members/{memberId}/remove
import { removeMember } from '../../../shared/access/members.ts';
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
  handle: async ({ app, workspace, member, params }) => {
    await removeMember(app, workspace, member, params.memberId);
    return backTo('/members', 'member_removed');
  },
});
