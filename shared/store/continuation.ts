// Continuation tokens: a place in the order of one query, opaque to callers, refused with any other query.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type ContainerName, type Query, StoreError } from './port.ts';

const placeSchema = z.strictObject({
  /** Which query: container, partition, filters, order. */
  query: z.string(),
  /** The last document's id. */
  id: z.string(),
  /** The last document's value of the ordering field; absent when the order is by id. */
  value: z.union([z.string(), z.number()]).optional(),
  /** Whether documents with the same value may follow. */
  tied: z.boolean().optional(),
});

/** The last document that a page gave. */
export interface Place {
  id: string;
  value?: string | number | undefined;
  tied?: boolean | undefined;
}

/** The token that continues `query` after `place`. */
export function toContinuation(container: ContainerName, pk: string, query: Query, place: Place): string {
  return Buffer.from(JSON.stringify({ query: digest(container, pk, query), ...place })).toString('base64url');
}

/**
 * The place that the query's token names; `undefined` without one.
 * @throws StoreError `invalid` for a token of another query, or none of ours.
 */
export function fromContinuation(container: ContainerName, pk: string, query: Query): Place | undefined {
  if (query.continuation === undefined) return undefined;
  const place = placeSchema.safeParse(parse(query.continuation));
  const { orderBy } = query;
  const byValue = orderBy !== undefined && orderBy.field !== 'id';
  if (
    !place.success ||
    place.data.query !== digest(container, pk, query) ||
    (place.data.value !== undefined) !== byValue
  ) {
    throw new StoreError('invalid', `${container}: the continuation is not of this query`);
  }
  return place.data;
}

function parse(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

function digest(container: ContainerName, pk: string, query: Query): string {
  const filters = (query.where ?? []).map(({ field, op, value }) => [field, op, value]);
  const order = query.orderBy === undefined ? null : [query.orderBy.field, query.orderBy.direction];
  const text = JSON.stringify([container, pk, query.type ?? null, filters, order]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}
