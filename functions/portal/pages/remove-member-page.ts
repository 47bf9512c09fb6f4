// GET /members/{memberId}/remove: what is lost, and the name to type.
import type { HttpResponseInit } from '@azure/functions';
import { findMember } from '../../../shared/access/members.ts';
import { allCustomers } from '../../../shared/customers/list.ts';
import { memberParams } from '../../http/params.ts';
import { type Call, httpRoute } from '../../http/pipeline.ts';
import type { Refused } from '../parts/form.tsx';
import { htmlPage, viewerOf } from '../viewer.ts';
import { removeMemberView } from '../views/remove-member-view.tsx';

export const removeMemberPage = httpRoute({
  name: 'removeMemberPage',
  methods: ['GET'],
  route: 'members/{memberId}/remove',
  access: 'admin',
  respond: 'page',
  params: memberParams,
  handle: async (call) => showRemoveMember(call, {}),
});

/** The page, or with `form` the page again after the name did not fit. @throws Problem 404 for no such member */
export async function showRemoveMember(
  call: Pick<Call<{ memberId: string }>, 'app' | 'session' | 'member' | 'workspace' | 'params'>,
  { form, status }: { form?: Refused; status?: number },
): Promise<HttpResponseInit> {
  const leaver = await findMember(call.workspace, call.params.memberId);
  const [viewer, customers] = await Promise.all([viewerOf(call), allCustomers(call.app, call.workspace)]);
  return htmlPage(removeMemberView({ viewer, member: leaver, customers: customers.length, form }), status);
}
