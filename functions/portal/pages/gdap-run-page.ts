// GET /gdap-requests/{gdapRunId}
import { z } from 'zod';
import { readGdapRun } from '../../../shared/customers/gdap-runs.ts';
import { gdapRunParams } from '../../http/params.ts';
import { httpRoute } from '../../http/pipeline.ts';
import { htmlPage, viewerOf } from '../viewer.ts';
import { gdapRunView } from '../views/gdap-run-view.tsx';

export const gdapRunPage = httpRoute({
  name: 'gdapRunPage',
  methods: ['GET'],
  route: 'gdap-requests/{gdapRunId}',
  access: 'reader',
  respond: 'page',
  params: gdapRunParams,
  query: z.object({
    notice: z.string().max(40).optional(),
    page: z.coerce.number().int().min(1).max(100_000).optional(),
  }),
  handle: async (call) => {
    const [viewer, run] = await Promise.all([viewerOf(call), readGdapRun(call.workspace, call.params.gdapRunId)]);
    return htmlPage(gdapRunView({ viewer, run, ...call.query, nowMs: call.app.clock.now() }));
  },
});
