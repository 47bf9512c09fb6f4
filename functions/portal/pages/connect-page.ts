// GET /connect
import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { partnerAppPermissions } from '../../../shared/microsoft/permissions.ts';
import { type Call, httpRoute } from '../../http/pipeline.ts';
import type { Refused } from '../parts/form.tsx';
import { htmlPage, viewerOf } from '../viewer.ts';
import { connectView } from '../views/connect-view.tsx';

export const connectPage = httpRoute({
  name: 'connectPage',
  methods: ['GET'],
  route: 'connect',
  access: 'admin',
  respond: 'page',
  query: z.object({ notice: z.string().max(40).optional() }),
  handle: async (call) => showConnect(call, { notice: call.query.notice }),
});

/** The page, or with `form` the page again after its form was refused. */
export async function showConnect(
  call: Pick<Call, 'session' | 'member' | 'workspace'>,
  { notice, form, status }: { notice?: string | undefined; form?: Refused; status?: number },
): Promise<HttpResponseInit> {
  const viewer = await viewerOf(call);
  const model = { viewer, notice, suggestedName: viewer.workspaceName, permissions: partnerAppPermissions, form };
  return htmlPage(connectView(model), status);
}
