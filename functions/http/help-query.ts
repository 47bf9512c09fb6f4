// The query of Help: the API and the page take the same one.
import { z } from 'zod';

export const helpQuery = z.object({ text: z.string().trim().max(200).default('') });
