// GET /setup: where setup stands, or the step that the address names.
import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { setupSteps } from '../../../shared/setup/documents.ts';
import { readSetup } from '../../../shared/setup/read.ts';
import { type Call, httpRoute } from '../../http/pipeline.ts';
import { reviewQuery } from '../../http/setup-query.ts';
import type { Refused } from '../parts/form.tsx';
import { htmlPage, viewerOf } from '../viewer.ts';
import type { SetupQuery } from '../views/setup-model.ts';
import { setupView } from '../views/setup-view.tsx';

/** A form sends a field that was left open as an empty text. */
const pageQuery = z.preprocess(
  (query) =>
    Object.fromEntries(
      Object.entries(z.record(z.string(), z.string()).parse(query)).filter(([, value]) => value !== ''),
    ),
  reviewQuery.extend({ step: z.enum(setupSteps).optional(), notice: z.string().max(40).optional() }),
);

export const setupPage = httpRoute({
  name: 'setupPage',
  methods: ['GET'],
  route: 'setup',
  access: 'reader',
  respond: 'page',
  query: pageQuery,
  handle: async (call) => {
    const { notice, ...query } = call.query;
    return showSetup(call, query, { notice });
  },
});

/** The page, or with `form` the page again after one of its forms was refused. */
export async function showSetup(
  call: Pick<Call, 'app' | 'session' | 'member' | 'workspace'>,
  query: SetupQuery,
  { notice, form, status }: { notice?: string | undefined; form?: Refused; status?: number },
): Promise<HttpResponseInit> {
  const { step, ...review } = query;
  const [viewer, report] = await Promise.all([viewerOf(call), readSetup(call.app, call.workspace, review)]);
  const shown = step ?? report.setup.step;
  return htmlPage(setupView({ viewer, report, query, shown, notice, form, nowMs: call.app.clock.now() }), status);
}
