// Turns a checked query into parameterised Cosmos DB SQL, and reads one page in an order that needs no composite index.
import type { SqlParameter, SqlQuerySpec } from '@azure/cosmos';
import type { CheckedQuery } from './check.ts';
import type { Place } from './continuation.ts';
import { encodeId } from './ids.ts';
import type { Filter, Stored } from './port.ts';
import { fieldOf } from './rows.ts';

/** Fetches at most `max` documents, in the query's order. */
export type Fetch = (query: SqlQuerySpec, max: number) => Promise<Stored[]>;

type Direction = 'asc' | 'desc';
type OrderValue = string | number;
type Bind = (value: OrderValue | boolean | null) => string;

const operators = { eq: '=', lt: '<', le: '<=', gt: '>', ge: '>=' } as const;

/**
 * Reads one page after `place`, and where the next one begins when there is more.
 *
 * Cosmos DB orders ties of `ORDER BY c.field` as it likes, and `ORDER BY c.field, c.id` needs a composite index for each
 * field (https://learn.microsoft.com/azure/cosmos-db/index-policy#composite-indexes). So ties are put in order of id
 * here; only ties that a page boundary cuts are asked for again, by themselves.
 */
export async function readPage(
  fetch: Fetch,
  query: CheckedQuery,
  place: Place | undefined,
): Promise<{ items: Stored[]; next: Place | undefined }> {
  const { orderBy, limit } = query;
  if (orderBy === undefined) {
    const rows = await fetch(byId(query, place), limit + 1);
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items, next: rows.length > limit && last !== undefined ? { id: last.doc.id } : undefined };
  }
  for (;;) {
    const { rows, mayGoOn } = await readOrdered(fetch, query, orderBy, place);
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    if (!mayGoOn) return { items, next: undefined };
    // All that was there has been deleted between two requests, but more may follow: look again.
    if (last === undefined) continue;
    const value = orderValue(last, orderBy.field);
    const after = rows[limit];
    const tied = after === undefined || orderValue(after, orderBy.field) === value;
    return { items, next: { id: last.doc.id, value, tied } };
  }
}

/** Up to one document more than the page holds, ties in order of id. */
async function readOrdered(
  fetch: Fetch,
  query: CheckedQuery,
  { field, direction }: { field: string; direction: Direction },
  place: Place | undefined,
): Promise<{ rows: Stored[]; mayGoOn: boolean }> {
  const wanted = query.limit + 1;
  const rows: Stored[] = [];
  if (place?.value !== undefined && place.tied !== false) {
    rows.push(...(await fetch(tiedWith(query, field, place.value, place.id), wanted)));
  }
  const missing = wanted - rows.length;
  if (missing === 0) return { rows, mayGoOn: true };
  const further = await fetch(beyond(query, field, direction, place?.value), missing);
  const last = further.at(-1);
  if (last === undefined || further.length < missing) {
    return { rows: [...rows, ...inOrder(further, field)], mayGoOn: false };
  }
  const value = orderValue(last, field);
  const whole = further.filter((row) => orderValue(row, field) !== value);
  // The last value may have more documents than fit. Where only the one beyond the page has it, that matters to no one.
  const cut = missing - whole.length;
  const ties = cut === 1 && missing > 1 ? [last] : await fetch(tiedWith(query, field, value, undefined), cut);
  return { rows: [...rows, ...inOrder(whole, field), ...ties], mayGoOn: true };
}

/** Puts each run of equal values in order of id. */
function inOrder(rows: readonly Stored[], field: string): Stored[] {
  const groups: { value: OrderValue; rows: Stored[] }[] = [];
  for (const row of rows) {
    const value = orderValue(row, field);
    const group = groups.at(-1);
    if (group?.value === value) group.rows.push(row);
    else groups.push({ value, rows: [row] });
  }
  return groups.flatMap((group) => group.rows.sort((a, b) => (encodeId(a.doc.id) < encodeId(b.doc.id) ? -1 : 1)));
}

function orderValue({ doc }: Stored, field: string): OrderValue {
  const value = fieldOf(doc, field);
  if (typeof value === 'string' || typeof value === 'number') return value;
  throw new TypeError(`${field} was not what the documents are ordered by`);
}

function byId(query: CheckedQuery, place: Place | undefined): SqlQuerySpec {
  const { idDirection } = query;
  return select(query, `c["id"] ${idDirection}`, (bind) =>
    place === undefined ? [] : [`c["id"] ${idDirection === 'asc' ? '>' : '<'} ${bind(encodeId(place.id))}`],
  );
}

function tiedWith(query: CheckedQuery, field: string, value: OrderValue, afterId: string | undefined): SqlQuerySpec {
  return select(query, 'c["id"] asc', (bind) => [
    `${pathOf(field)} = ${bind(value)}`,
    ...(afterId === undefined ? [] : [`c["id"] > ${bind(encodeId(afterId))}`]),
  ]);
}

/** Documents past `value`, or all with a number or text there: numbers come before text, and a comparison keeps to its type. */
function beyond(query: CheckedQuery, field: string, direction: Direction, value: OrderValue | undefined): SqlQuerySpec {
  const path = pathOf(field);
  return select(query, `${path} ${direction}`, (bind) => {
    if (value === undefined) return [`(IS_NUMBER(${path}) OR IS_STRING(${path}))`];
    const past = `${path} ${direction === 'asc' ? '>' : '<'} ${bind(value)}`;
    if (direction === 'asc' && typeof value === 'number') return [`(${past} OR IS_STRING(${path}))`];
    if (direction === 'desc' && typeof value === 'string') return [`(${past} OR IS_NUMBER(${path}))`];
    return [past];
  });
}

function select(query: CheckedQuery, order: string, more: (bind: Bind) => string[]): SqlQuerySpec {
  const parameters: SqlParameter[] = [];
  const bind: Bind = (value) => {
    const name = `@p${parameters.length}`;
    parameters.push({ name, value });
    return name;
  };
  const conditions = [...query.filters.map((filter) => condition(filter, bind)), ...more(bind)];
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  return { query: `SELECT * FROM c${where} ORDER BY ${order}`, parameters };
}

function condition({ field, op, value }: Filter, bind: Bind): string {
  const stored = field === 'id' && typeof value === 'string' ? encodeId(value) : value;
  return `${pathOf(field)} ${operators[op]} ${bind(stored)}`;
}

/** `a.b` as `c["a"]["b"]`, so that a name may be a word of the language. The names were checked. */
function pathOf(field: string): string {
  return `c${field
    .split('.')
    .map((name) => `["${name}"]`)
    .join('')}`;
}
