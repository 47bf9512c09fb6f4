// GET /members
import { z } from 'zod';
import { listMembers } from '../../../shared/access/members.ts';
import { httpRoute } from '../../http/pipeline.ts';
import { htmlPage, viewerOf } from '../viewer.ts';
import { membersView } from '../views/members-view.tsx';

export const membersPage = httpRoute({
  name: 'membersPage',
  methods: ['GET'],
  route: 'members',
  access: 'reader',
  respond: 'page',
  query: z.object({ notice: z.string().max(40).optional() }),
  handle: async (call) => {
    const [viewer, members] = await Promise.all([viewerOf(call), listMembers(call.workspace)]);
    return htmlPage(membersView({ viewer, members, selfId: call.member.id, notice: call.query.notice }));
  },
});
