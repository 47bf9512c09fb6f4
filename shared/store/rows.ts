// What a row of either adapter becomes: a document, checked to be one, and the place where a page ended.
import { z } from 'zod';
import type { Place } from './continuation.ts';
import { type ContainerName, type Doc, StoreError } from './port.ts';

const envelopeSchema = z.looseObject({
  id: z.string(),
  pk: z.string(),
  type: z.string(),
  schemaVersion: z.number(),
  ttl: z.number().optional(),
});

/** @throws StoreError `unavailable` when what is stored has no envelope: somebody else wrote it. */
export function toDoc(container: ContainerName, value: unknown): Doc {
  const parsed = envelopeSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new StoreError('unavailable', `${container} holds something that is no document of ours`, {
    cause: parsed.error,
  });
}

/** The value of a field by its dotted path; `undefined` when there is none. */
export function fieldOf(doc: Doc | undefined, path: string): unknown {
  let value: unknown = doc;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    value = new Map(Object.entries(value)).get(name);
  }
  return value;
}

/** Where a page that ends with `doc` ends, in the order of `field`, or of ids without one. */
export function lastPlace(doc: Doc, field: string | undefined): Place {
  if (field === undefined) return { id: doc.id };
  const value = fieldOf(doc, field);
  if (typeof value !== 'string' && typeof value !== 'number')
    throw new TypeError(`${field} was not what it is ordered by`);
  return { id: doc.id, value };
}
