// The query of the calendar: the API and the page take the same one.
import { z } from 'zod';
import { calendarDays } from '../../shared/customers/gdap-calendar.ts';

export const calendarQuery = z.object({
  /** Days ahead. */
  within: z.coerce
    .number()
    .pipe(z.literal([...calendarDays]))
    .default(90),
});
