// What forms send in a shape of their own.
import { z } from 'zod';

/** A field that may come once or several times, as boxes that are ticked do: always a list, or left out. */
export function listField<T>(schema: z.ZodType<T>) {
  return z.preprocess((value) => (typeof value === 'string' ? [value] : value), schema);
}
