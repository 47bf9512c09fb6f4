// GET /renewals
import { z } from 'zod';
import { readCalendar } from '../../../shared/customers/gdap-list.ts';
import { calendarQuery } from '../../http/calendar-query.ts';
import { httpRoute } from '../../http/pipeline.ts';
import { htmlPage, viewerOf } from '../viewer.ts';
import { renewalsView } from '../views/renewals-view.tsx';

export const renewalsPage = httpRoute({
  name: 'renewalsPage',
  methods: ['GET'],
  route: 'renewals',
  access: 'reader',
  respond: 'page',
  query: calendarQuery.extend({
    notice: z.string().max(40).optional(),
    page: z.coerce.number().int().min(1).max(100_000).optional(),
  }),
  handle: async (call) => {
    const [viewer, calendar] = await Promise.all([viewerOf(call), readCalendar(call.app, call.workspace)]);
    const { within, notice, page } = call.query;
    return htmlPage(renewalsView({ viewer, calendar, within, notice, page, nowMs: call.app.clock.now() }));
  },
});
