// GET /connect/own-app
import type { HttpResponseInit } from '@azure/functions';
import { type Call, httpRoute } from '../../http/pipeline.ts';
import type { Refused } from '../parts/form.tsx';
import { htmlPage, viewerOf } from '../viewer.ts';
import { ownAppDraftView } from '../views/own-app-draft-view.tsx';

export const ownAppDraftPage = httpRoute({
  name: 'ownAppDraftPage',
  methods: ['GET'],
  route: 'connect/own-app',
  access: 'admin',
  respond: 'page',
  handle: async (call) => showDraftOwnApp(call, {}),
});

/** The page, or with `form` the page again after its form was refused. */
export async function showDraftOwnApp(
  call: Pick<Call, 'session' | 'member' | 'workspace'>,
  { form, status }: { form?: Refused; status?: number },
): Promise<HttpResponseInit> {
  return htmlPage(ownAppDraftView({ viewer: await viewerOf(call), form }), status);
}
