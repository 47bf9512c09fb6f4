// GET /connections/{connectionId}/app: the connection's own app registration.
import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { readOwnAppView } from '../../../shared/connections/own-app-setup.ts';
import { connectionParams } from '../../http/params.ts';
import { type Call, httpRoute } from '../../http/pipeline.ts';
import type { Refused } from '../parts/form.tsx';
import { htmlPage, viewerOf } from '../viewer.ts';
import { ownAppView } from '../views/own-app-view.tsx';

export const ownAppPage = httpRoute({
  name: 'ownAppPage',
  methods: ['GET'],
  route: 'connections/{connectionId}/app',
  access: 'admin',
  respond: 'page',
  params: connectionParams,
  query: z.object({ notice: z.string().max(40).optional() }),
  handle: async (call) => showOwnApp(call, { notice: call.query.notice }),
});

/** The page, or with `form` the page again after its form was refused. @throws Problem 404 for no such connection */
export async function showOwnApp(
  call: Pick<Call<{ connectionId: string }>, 'app' | 'session' | 'member' | 'workspace' | 'params'>,
  { notice, form, status }: { notice?: string | undefined; form?: Refused; status?: number },
): Promise<HttpResponseInit> {
  const { app, workspace, params } = call;
  const [viewer, view] = await Promise.all([viewerOf(call), readOwnAppView(app, workspace, params.connectionId)]);
  const entraUrl = app.config.portals.entraOrigin;
  return htmlPage(ownAppView({ viewer, view, notice, form, entraUrl, nowMs: app.clock.now() }), status);
}
