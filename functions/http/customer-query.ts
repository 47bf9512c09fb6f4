// The query of a list of customers: the API and the page take the same one.
import { z } from 'zod';
import { sortKeys } from '../../shared/customers/rows.ts';
import { screenStatuses } from '../../shared/customers/screen-status.ts';

export const customerQuery = z.object({
  connection: z.guid().toLowerCase().optional(),
  text: z.string().max(200).optional(),
  group: z.enum(['ready', 'needsYou', 'waiting']).optional(),
  status: z.enum(screenStatuses).optional(),
  sort: z.enum(sortKeys).optional(),
  descending: z.stringbool().optional(),
  page: z.coerce.number().int().min(1).max(100_000).optional(),
});
