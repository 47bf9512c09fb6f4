// OData query options: which of them a resource takes, $top, and $select against the properties of a type.

import { badRequest, type GraphCall, GraphFailure, unsupportedQuery } from './call.ts';

/** The properties of a type: what each of them reads from its source. */
export interface EntityShape<Source> {
  /** As in `microsoft.graph.user`. */
  typeName: string;
  properties: ReadonlyMap<string, (source: Source) => unknown>;
  /** What comes without $select; all properties when left out. */
  defaults?: readonly string[];
  /** Properties that the type has but that a collection cannot return: 501. */
  notInCollections?: ReadonlySet<string>;
}

/**
 * Refuses query options that the resource does not take. Names compare without case and with or without `$`.
 * @throws GraphFailure 400
 */
export function allowOptions(call: GraphCall, allowed: readonly string[]): void {
  for (const name of call.query.keys()) {
    const lower = name.toLowerCase();
    if (!allowed.includes(lower.startsWith('$') ? lower : `$${lower}`) && KNOWN_OPTIONS.has(lower.replace('$', ''))) {
      throw unsupportedQuery(`Query option '${name}' is not allowed for this resource.`);
    }
  }
}

const KNOWN_OPTIONS = new Set([
  'select',
  'filter',
  'top',
  'skip',
  'orderby',
  'count',
  'search',
  'expand',
  'skiptoken',
  'deltatoken',
]);

/** The value of a query option, whatever its case; null when absent. */
export function option(call: GraphCall, name: string): string | null {
  const exact = call.query.get(name);
  if (exact !== null) return exact;
  for (const [key, value] of call.query) {
    if (key.toLowerCase() === name) return value;
  }
  return null;
}

/**
 * Reads $top.
 * @throws GraphFailure 400 when it is not a whole number from 1 to `max`
 */
export function readTop(call: GraphCall, fallback: number, max: number): number {
  const text = option(call, '$top');
  if (text === null) return fallback;
  const top = Number(text);
  if (!/^\d+$/.test(text) || top < 1) throw badRequest(`Invalid value '${text}' for $top query option.`);
  if (top > max) throw badRequest(`Invalid page size specified: '${text}'. Must be between 1 and ${max} inclusive.`);
  return top;
}

/**
 * Reads $select into canonical property names; null when it is absent.
 * @throws GraphFailure 400 for an unknown property, 501 for one that a collection cannot return
 */
export function readSelect<Source>(
  call: GraphCall,
  shape: EntityShape<Source>,
  kind: 'collection' | 'entity',
): string[] | null {
  const text = option(call, '$select');
  if (text === null || text.trim() === '' || text.trim() === '*') return null;
  const names = canonicalNames(shape);
  const selected = new Set<string>();
  for (const part of text.split(',')) {
    const asked = part.trim();
    const name = names.get(asked.toLowerCase());
    if (kind === 'collection' && shape.notInCollections?.has(name ?? asked)) {
      throw new GraphFailure(501, 'NotImplemented', `Property '${asked}' is not supported in a collection.`);
    }
    if (!name) throw badRequest(`Could not find a property named '${asked}' on type '${shape.typeName}'.`);
    selected.add(name);
  }
  return [...selected];
}

const canonical = new WeakMap<object, Map<string, string>>();

function canonicalNames<Source>(shape: EntityShape<Source>): Map<string, string> {
  let names = canonical.get(shape);
  if (!names) {
    names = new Map([...shape.properties.keys()].map((name) => [name.toLowerCase(), name]));
    canonical.set(shape, names);
  }
  return names;
}

/** Makes the object that Graph answers: the selected properties, or the default ones. An undefined value is left out. */
export function project<Source>(
  shape: EntityShape<Source>,
  source: Source,
  selected: readonly string[] | null,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const name of selected ?? shape.defaults ?? shape.properties.keys()) {
    const value = shape.properties.get(name)?.(source);
    if (value !== undefined) result[name] = value;
  }
  return result;
}

/** `(id,displayName)` for an `@odata.context`; empty without $select. */
export function contextSelect(selected: readonly string[] | null): string {
  return selected ? `(${selected.join(',')})` : '';
}
