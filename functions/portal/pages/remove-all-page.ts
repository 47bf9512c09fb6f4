// GET /connections/remove-all: what is lost with every connection, and the workspace's name to type.
import type { HttpResponseInit } from '@azure/functions';
import { listConnections } from '../../../shared/connections/read.ts';
import { countWhatGoes } from '../../../shared/connections/removal/preview.ts';
import { type Call, httpRoute } from '../../http/pipeline.ts';
import type { Refused } from '../parts/form.tsx';
import { htmlPage, viewerOf } from '../viewer.ts';
import { removeAllView } from '../views/remove-all-view.tsx';

export const removeAllPage = httpRoute({
  name: 'removeAllPage',
  methods: ['GET'],
  route: 'connections/remove-all',
  access: 'admin',
  respond: 'page',
  handle: async (call) => showRemoveAll(call, {}),
});

/** The page, or with `form` the page again after the name did not fit. */
export async function showRemoveAll(
  call: Pick<Call, 'app' | 'session' | 'member' | 'workspace'>,
  { form, status }: { form?: Refused; status?: number },
): Promise<HttpResponseInit> {
  const { app, workspace } = call;
  const [viewer, connections, counts] = await Promise.all([
    viewerOf(call),
    listConnections(app, workspace),
    countWhatGoes(workspace),
  ]);
  return htmlPage(removeAllView({ viewer, connections, counts, form }), status);
}
