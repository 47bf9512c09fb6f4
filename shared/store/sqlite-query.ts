// Turns a checked query into SQL over the embedded store's table: values are bound, names were checked.
import type { CheckedQuery } from './check.ts';
import type { Place } from './continuation.ts';
import type { ContainerName, Filter, Scalar } from './port.ts';

export interface SqliteQuery {
  sql: string;
  parameters: (string | number | null)[];
}

const operators = { eq: '=', lt: '<', le: '<=', gt: '>', ge: '>=' } as const;

/** SQL that gives rows of (body, etag) in order, one more than the page holds, after `place` where there is one. */
export function toSqliteQuery(
  target: { container: ContainerName; pk: string; nowMs: number },
  query: CheckedQuery,
  place: Place | undefined,
): SqliteQuery {
  const parameters: (string | number | null)[] = [target.container, target.pk, target.nowMs];
  const bind = (value: string | number | null): string => `?${parameters.push(value)}`;
  const conditions = ['container = ?1', 'pk = ?2', '(expires_at_ms IS NULL OR expires_at_ms > ?3)'];
  for (const filter of query.filters) conditions.push(condition(filter, bind));
  let order: string;
  if (query.orderBy === undefined) {
    if (place !== undefined) conditions.push(`id ${query.idDirection === 'asc' ? '>' : '<'} ${bind(place.id)}`);
    order = `id ${query.idDirection}`;
  } else {
    const { field, direction } = query.orderBy;
    const column = columnOf(field);
    if (column.kind !== undefined) conditions.push(`${column.kind} IN ('integer', 'real', 'text')`);
    if (place?.value !== undefined) {
      const value = bind(place.value);
      const past = `${column.value} ${direction === 'asc' ? '>' : '<'} ${value}`;
      conditions.push(`(${past} OR (${column.value} = ${value} AND id > ${bind(place.id)}))`);
    }
    order = `${column.value} ${direction}, id`;
  }
  const limit = bind(query.limit + 1);
  const sql = `SELECT body, etag FROM docs WHERE ${conditions.join(' AND ')} ORDER BY ${order} LIMIT ${limit}`;
  return { sql, parameters };
}

// Like Cosmos DB, a comparison holds only between values of one type: SQLite alone would call every text greater than
// every number, and reads JSON's true as 1.
function condition(filter: Filter, bind: (value: string | number) => string): string {
  const { field, op, value } = filter;
  const column = columnOf(field);
  if (column.kind === undefined) {
    return typeof value === 'string' ? `${column.value} ${operators[op]} ${bind(value)}` : 'FALSE';
  }
  const kinds = `${column.kind} IN (${jsonKinds(value)})`;
  if (typeof value === 'boolean' || value === null) return kinds;
  return `(${kinds} AND ${column.value} ${operators[op]} ${bind(value)})`;
}

function jsonKinds(value: Scalar): string {
  if (typeof value === 'string') return "'text'";
  if (typeof value === 'number') return "'integer', 'real'";
  return value === null ? "'null'" : `'${value}'`;
}

/** How SQL reads a field: its value, and the name of its JSON type unless it is a text column of the table. */
function columnOf(field: string): { value: string; kind: string | undefined } {
  if (field === 'id' || field === 'type' || field === 'pk') return { value: field, kind: undefined };
  const path = `'$.${field
    .split('.')
    .map((name) => `"${name}"`)
    .join('.')}'`;
  return { value: `json_extract(body, ${path})`, kind: `json_type(body, ${path})` };
}
