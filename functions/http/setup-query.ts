// The query of setup's review: the API and the page take the same one.
import { z } from 'zod';
import { reviewSorts, reviewStatuses } from '../../shared/setup/review.ts';

export const reviewQuery = z.object({
  status: z.enum(reviewStatuses).optional(),
  ready: z.stringbool().optional(),
  text: z.string().max(200).optional(),
  sort: z.enum(reviewSorts).optional(),
  descending: z.stringbool().optional(),
  page: z.coerce.number().int().min(1).max(100_000).optional(),
});
