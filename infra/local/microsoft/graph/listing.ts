// Lists of a few objects (up to some ten thousand): $filter, $orderby, $select, $top, $count, and pages by $skiptoken.

import { badRequest, type GraphAnswer, type GraphCall, graphAddress, metadata } from './call.ts';
import { type Condition, meets, parseFilter } from './filter.ts';
import { openToken, sealToken } from './opaque-token.ts';
import {
  allowOptions,
  contextSelect,
  type EntityShape,
  option,
  project,
  readSelect,
  readTop,
} from './query-options.ts';

interface ListRules<Source> {
  /** The `@odata.context` fragment, without the selected properties. */
  contextFragment: string;
  shape: EntityShape<Source>;
  pageSize: number;
  maxTop: number;
  /** Operators by property path; without it $filter is refused. */
  filters?: Record<string, readonly Condition['operator'][]>;
  /** Reads a property that a filter names; the shape's own property by default. */
  readFilter?: (source: Source, property: string) => unknown;
  orderBy?: readonly string[];
  /** Put before the properties of each item: `@odata.type`, `@odata.etag`. */
  annotate?: (source: Source) => Record<string, unknown>;
  /** Whether $count works without `ConsistencyLevel: eventual`. */
  countAlways?: boolean;
}

/** Answers a collection. */
export function listAnswer<Source>(call: GraphCall, items: readonly Source[], rules: ListRules<Source>): GraphAnswer {
  allowOptions(call, LIST_OPTIONS);
  const selected = readSelect(call, rules.shape, 'collection');
  const top = readTop(call, rules.pageSize, rules.maxTop);
  const found = ordered(call, filtered(call, items, rules), rules);
  const offset = readOffset(call);
  const body: Record<string, unknown> = {
    '@odata.context': metadata(call, `${rules.contextFragment}${contextSelect(selected)}`),
  };
  const counts = option(call, '$count') === 'true' && (rules.countAlways || isEventual(call));
  if (counts && offset === 0) body['@odata.count'] = found.length;
  if (offset + top < found.length) body['@odata.nextLink'] = nextPage(call, offset + top);
  body['value'] = found
    .slice(offset, offset + top)
    .map((item) => ({ ...rules.annotate?.(item), ...project(rules.shape, item, selected) }));
  return { status: 200, body };
}

const LIST_OPTIONS = ['$select', '$filter', '$top', '$orderby', '$count', '$skiptoken'];

/** Whether the caller asked for advanced directory queries. */
export function isEventual(call: GraphCall): boolean {
  return call.headers['consistencylevel']?.toLowerCase() === 'eventual';
}

/** The address of the page that starts at a token, with the caller's other options. */
export function pageAddress(call: GraphCall, token: string): string {
  const kept = [...call.query].filter(([name]) => !/^\$?skiptoken$/i.test(name));
  const options = kept.map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return graphAddress(call, `${encodeURI(call.path)}?${[...options, `$skiptoken=${token}`].join('&')}`);
}

/** The refusal of a page token that was changed or belongs elsewhere. */
export function badPageToken(): Error {
  return badRequest('The specified page token value is invalid or has expired.');
}

function nextPage(call: GraphCall, offset: number): string {
  return pageAddress(call, sealToken(call.context.world, { t: call.tenant.id, p: call.path, o: offset }));
}

function readOffset(call: GraphCall): number {
  const token = option(call, '$skiptoken');
  if (token === null) return 0;
  const value = openToken(call.context.world, token);
  const offset = value?.['o'];
  if (value?.['t'] !== call.tenant.id || value['p'] !== call.path || typeof offset !== 'number') throw badPageToken();
  return offset;
}

function filtered<Source>(call: GraphCall, items: readonly Source[], rules: ListRules<Source>): readonly Source[] {
  const text = option(call, '$filter');
  if (text === null) return items;
  const filter = parseFilter(text, rules.filters ?? {});
  const read = rules.readFilter ?? ((item: Source, property: string) => rules.shape.properties.get(property)?.(item));
  return items.filter((item) => meets(filter, (property) => read(item, property)));
}

function ordered<Source>(call: GraphCall, items: readonly Source[], rules: ListRules<Source>): readonly Source[] {
  const text = option(call, '$orderby');
  if (text === null) return items;
  const [name = '', direction = 'asc'] = text.trim().split(/\s+/);
  const property = rules.orderBy?.find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  const read = property === undefined ? undefined : rules.shape.properties.get(property);
  if (!read) throw badRequest(`Sorting by '${text}' is not supported for the current query.`);
  const sign = direction.toLowerCase() === 'desc' ? -1 : 1;
  return items.toSorted(
    (left, right) => sign * String(read(left) ?? '').localeCompare(String(read(right) ?? ''), 'en'),
  );
}
