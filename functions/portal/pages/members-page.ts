// GET /members
import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { listMembers } from '../../../shared/access/members.ts';
import { type Call, httpRoute } from '../../http/pipeline.ts';
import type { Refused } from '../parts/form.tsx';
import { htmlPage, viewerOf } from '../viewer.ts';
import { membersView } from '../views/members-view.tsx';

export const membersPage = httpRoute({
  name: 'membersPage',
  methods: ['GET'],
  route: 'members',
  access: 'reader',
  respond: 'page',
  query: z.object({ notice: z.string().max(40).optional() }),
  handle: async (call) => showMembers(call, { notice: call.query.notice }),
});

/** The page, or with `form` the page again after one of its forms was refused. */
export async function showMembers(
  call: Pick<Call, 'session' | 'member' | 'workspace'>,
  { notice, form, status }: { notice?: string | undefined; form?: Refused; status?: number },
): Promise<HttpResponseInit> {
  const [viewer, members] = await Promise.all([viewerOf(call), listMembers(call.workspace)]);
  return htmlPage(membersView({ viewer, members, selfId: call.member.id, notice, form }), status);
}
