// GET /connections/{connectionId}/remove: what is lost and the name to type; then how it goes; then what is left to do by hand.
import type { HttpResponseInit } from '@azure/functions';
import { readRemoval } from '../../../shared/connections/removal/request.ts';
import { entraAppsAddress } from '../../http/entra-address.ts';
import { connectionParams } from '../../http/params.ts';
import { type Call, httpRoute } from '../../http/pipeline.ts';
import type { Refused } from '../parts/form.tsx';
import { htmlPage, viewerOf } from '../viewer.ts';
import { removeConnectionView } from '../views/remove-connection-view.tsx';

export const removeConnectionPage = httpRoute({
  name: 'removeConnectionPage',
  methods: ['GET'],
  route: 'connections/{connectionId}/remove',
  access: 'admin',
  respond: 'page',
  params: connectionParams,
  handle: async (call) => showRemoveConnection(call, {}),
});

/** The page, or with `form` the page again after the name did not fit. @throws Problem 404 for no such connection */
export async function showRemoveConnection(
  call: Pick<Call<{ connectionId: string }>, 'app' | 'session' | 'member' | 'workspace' | 'params'>,
  { form, status }: { form?: Refused; status?: number },
): Promise<HttpResponseInit> {
  const { app, workspace, params } = call;
  const [viewer, report] = await Promise.all([viewerOf(call), readRemoval(workspace, params.connectionId)]);
  const addressOf = (tenantId: string) => entraAppsAddress(app.config, tenantId);
  const { connectionId } = params;
  return htmlPage(removeConnectionView({ viewer, connectionId, ...report, addressOf, form }), status);
}
