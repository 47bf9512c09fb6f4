// DELETE /api/v1/members/{memberId}
import { removeMember } from '../../../shared/access/members.ts';
import { memberParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const removeMemberFunction = httpRoute({
  name: 'removeMember',
  methods: ['DELETE'],
  route: 'api/v1/members/{memberId}',
  access: 'admin',
  respond: 'json',
  params: memberParams,
  handle: async ({ app, workspace, member, params }) => {
    await removeMember(app, workspace, member, params.memberId);
    return { status: 204 };
  },
});
