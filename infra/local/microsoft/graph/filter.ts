// The part of $filter that the simulator understands: comparisons of properties with constants, `in`, `startswith`,
// joined by `and` or by `or`. Anything else is refused as Graph refuses it.

import { unsupportedQuery } from './call.ts';

export interface Condition {
  /** As written, e.g. `customer/tenantId`. */
  property: string;
  operator: 'eq' | 'ne' | 'startswith' | 'in';
  values: (string | boolean | number | null)[];
}

export interface Filter {
  join: 'and' | 'or';
  conditions: Condition[];
}

const LITERAL = String.raw`'(?:[^']|'')*'|[\w:.+-]+`;
const COMPARISON = new RegExp(String.raw`^([\w/]+)\s+(eq|ne)\s+(${LITERAL})$`, 'i');
const STARTS = new RegExp(String.raw`^startswith\(\s*([\w/]+)\s*,\s*(${LITERAL})\s*\)$`, 'i');
const MEMBER = new RegExp(String.raw`^([\w/]+)\s+in\s+\(\s*((?:${LITERAL})(?:\s*,\s*(?:${LITERAL}))*)\s*\)$`, 'i');

/**
 * Parses a $filter.
 * @param operators the operators allowed for each property
 * @throws GraphFailure 400 when the filter is not understood, or uses a property or operator that is not allowed
 */
export function parseFilter(text: string, operators: Record<string, readonly Condition['operator'][]>): Filter {
  const { parts, join } = splitClauses(text);
  const conditions = parts.map((part) => parseCondition(part));
  for (const condition of conditions) {
    const name = Object.keys(operators).find((key) => key.toLowerCase() === condition.property.toLowerCase());
    if (!name || !operators[name]?.includes(condition.operator)) {
      throw unsupportedQuery(
        `Unsupported or invalid query filter clause specified for property '${condition.property}'.`,
      );
    }
    condition.property = name;
  }
  return { join, conditions };
}

/** Whether a source meets the filter; strings compare without case, as the directory compares them. */
export function meets(filter: Filter, read: (property: string) => unknown): boolean {
  const holds = (condition: Condition) => conditionHolds(condition, read(condition.property));
  return filter.join === 'and' ? filter.conditions.every(holds) : filter.conditions.some(holds);
}

/** The constants that `property` must equal by this filter alone; null when the filter says something else. */
export function equalValues(filter: Filter, property: string): string[] | null {
  if (filter.join === 'and' && filter.conditions.length > 1) return null;
  const values: string[] = [];
  for (const condition of filter.conditions) {
    if (condition.property !== property || (condition.operator !== 'eq' && condition.operator !== 'in')) return null;
    values.push(...condition.values.map(String));
  }
  return values;
}

function conditionHolds(condition: Condition, actual: unknown): boolean {
  const value = comparable(actual);
  const wanted = condition.values.map(comparable);
  switch (condition.operator) {
    case 'startswith':
      return typeof value === 'string' && value.startsWith(String(wanted[0]));
    case 'ne':
      return value !== wanted[0];
    default:
      return wanted.includes(value);
  }
}

function comparable(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : (value ?? null);
}

function splitClauses(text: string): { parts: string[]; join: 'and' | 'or' } {
  const parts: string[] = [];
  const joins = new Set<string>();
  let quoted = false;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === "'") quoted = !quoted;
    const word = quoted ? null : /^\s+(and|or)\s+/i.exec(text.slice(at, at + 8));
    if (!word) continue;
    parts.push(text.slice(start, at));
    joins.add((word[1] ?? '').toLowerCase());
    at += word[0].length - 1;
    start = at + 1;
  }
  parts.push(text.slice(start));
  if (joins.size > 1) throw unsupportedQuery('Unsupported Query: and with or.');
  return { parts: parts.map((part) => part.trim()), join: joins.has('or') ? 'or' : 'and' };
}

function parseCondition(part: string): Condition {
  const comparison = COMPARISON.exec(part);
  if (comparison) {
    const operator = comparison[2]?.toLowerCase() === 'ne' ? 'ne' : 'eq';
    return { property: comparison[1] ?? '', operator, values: [literal(comparison[3] ?? '')] };
  }
  const starts = STARTS.exec(part);
  if (starts) return { property: starts[1] ?? '', operator: 'startswith', values: [literal(starts[2] ?? '')] };
  const member = MEMBER.exec(part);
  if (member) {
    const values = (member[2] ?? '').match(new RegExp(LITERAL, 'g')) ?? [];
    return { property: member[1] ?? '', operator: 'in', values: values.map(literal) };
  }
  throw unsupportedQuery(`Invalid filter clause: '${part}'.`);
}

function literal(text: string): string | boolean | number | null {
  if (text.startsWith("'")) return text.slice(1, -1).replaceAll("''", "'");
  if (text === 'true' || text === 'false') return text === 'true';
  if (text === 'null') return null;
  return /^-?\d+$/.test(text) ? Number(text) : text;
}
