// GET /connect/single
import type { HttpResponseInit } from '@azure/functions';
import { customerAppPermissions } from '../../../shared/microsoft/permissions.ts';
import { type Call, httpRoute } from '../../http/pipeline.ts';
import type { Refused } from '../parts/form.tsx';
import { htmlPage, viewerOf } from '../viewer.ts';
import { connectSingleView } from '../views/connect-single-view.tsx';

export const connectSinglePage = httpRoute({
  name: 'connectSinglePage',
  methods: ['GET'],
  route: 'connect/single',
  access: 'admin',
  respond: 'page',
  handle: async (call) => showConnectSingle(call, {}),
});

/** The page, or with `form` the page again after its form was refused. */
export async function showConnectSingle(
  call: Pick<Call, 'session' | 'member' | 'workspace'>,
  { form, status }: { form?: Refused; status?: number },
): Promise<HttpResponseInit> {
  const viewer = await viewerOf(call);
  return htmlPage(connectSingleView({ viewer, permissions: customerAppPermissions, form }), status);
}
