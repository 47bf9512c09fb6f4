// GET /api/v1/gdap/calendar: what ends within 1, 7, 30 or 90 days; `within` leaves out what ends later.
import { readCalendar } from '../../../shared/customers/gdap-list.ts';
import { calendarQuery } from '../calendar-query.ts';
import { httpRoute } from '../pipeline.ts';

export const readGdapCalendarFunction = httpRoute({
  name: 'readGdapCalendar',
  methods: ['GET'],
  route: 'api/v1/gdap/calendar',
  access: 'reader',
  respond: 'json',
  query: calendarQuery,
  handle: async ({ app, workspace, query }) => {
    const calendar = await readCalendar(app, workspace);
    return { jsonBody: { ...calendar, entries: calendar.entries.filter(({ within }) => within <= query.within) } };
  },
});
