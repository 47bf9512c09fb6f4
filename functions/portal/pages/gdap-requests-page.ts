// GET /gdap-requests
import { z } from 'zod';
import { gdapNeeds } from '../../../shared/customers/gdap-needs.ts';
import { listGdapRuns } from '../../../shared/customers/gdap-runs.ts';
import { allCustomers } from '../../../shared/customers/list.ts';
import { httpRoute } from '../../http/pipeline.ts';
import { htmlPage, viewerOf } from '../viewer.ts';
import { gdapRequestsView } from '../views/gdap-requests-view.tsx';

export const gdapRequestsPage = httpRoute({
  name: 'gdapRequestsPage',
  methods: ['GET'],
  route: 'gdap-requests',
  access: 'reader',
  respond: 'page',
  query: z.object({
    need: z.enum(gdapNeeds).optional(),
    notice: z.string().max(40).optional(),
    page: z.coerce.number().int().min(1).max(100_000).optional(),
  }),
  handle: async (call) => {
    const { app, workspace, query } = call;
    const [viewer, rows, runs] = await Promise.all([
      viewerOf(call),
      allCustomers(app, workspace),
      listGdapRuns(workspace),
    ]);
    return htmlPage(gdapRequestsView({ viewer, rows, runs, ...query, nowMs: app.clock.now() }));
  },
});
