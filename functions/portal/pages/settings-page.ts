// GET /settings
import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { readSettings } from '../../../shared/access/settings.ts';
import { readRoleNeeds } from '../../../shared/customers/role-needs.ts';
import { type Call, httpRoute } from '../../http/pipeline.ts';
import type { Refused } from '../parts/form.tsx';
import { htmlPage, viewerOf } from '../viewer.ts';
import { settingsView } from '../views/settings-view.tsx';

export const settingsPage = httpRoute({
  name: 'settingsPage',
  methods: ['GET'],
  route: 'settings',
  access: 'reader',
  respond: 'page',
  query: z.object({ notice: z.string().max(40).optional() }),
  handle: async (call) => showSettings(call, { notice: call.query.notice }),
});

/** The page, or with `form` the page again after its form was refused. */
export async function showSettings(
  call: Pick<Call, 'session' | 'member' | 'workspace'>,
  { notice, form, status }: { notice?: string | undefined; form?: Refused; status?: number },
): Promise<HttpResponseInit> {
  const [viewer, settings, needs] = await Promise.all([
    viewerOf(call),
    readSettings(call.workspace),
    readRoleNeeds(call.workspace),
  ]);
  return htmlPage(settingsView({ viewer, settings, needs, notice, form }), status);
}
