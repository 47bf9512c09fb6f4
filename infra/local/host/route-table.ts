// Azure's route templates, matched as the Functions host matches them: `customers/{tenantId}`, `{name:guid}`,
// `{name?}`, `{*rest}`. Pure. https://learn.microsoft.com/aspnet/core/fundamentals/routing#route-templates
import type { HttpMethod } from '@azure/functions';
import type { HttpFunction } from '../../../functions/define.ts';
import { servedMethods } from '../../../functions/served-methods.ts';

export type RouteMatch =
  | { kind: 'found'; definition: HttpFunction; params: Record<string, string> }
  | { kind: 'methodNotAllowed'; allowed: readonly HttpMethod[] }
  | { kind: 'notFound' }
  /** The path has a `%` that begins no character. */
  | { kind: 'malformed' };

export type RouteTable = (method: string, path: string) => RouteMatch;

type Accepts = (text: string) => boolean;
type Segment =
  | { kind: 'literal'; text: string }
  | { kind: 'parameter'; name: string; optional: boolean; rest: boolean; accepts: readonly Accepts[] };

interface Route {
  definition: HttpFunction;
  segments: readonly Segment[];
  rank: string;
}

const constraints: Readonly<Record<string, (argument: number) => Accepts>> = {
  maxlength: (length) => (text) => text.length <= length,
  minlength: (length) => (text) => text.length >= length,
  length: (length) => (text) => text.length === length,
  int: () => (text) => /^[+-]?\d{1,10}$/.test(text),
  guid: () => (text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text),
  alpha: () => (text) => /^[a-z]*$/i.test(text),
};

/**
 * Compiles the routes. What is more exact wins: a literal over a constrained parameter, that over a plain one, a
 * catch-all last.
 *
 * @throws Error for a template that the host could not serve, or two functions on the same route and method
 */
export function createRouteTable(definitions: readonly HttpFunction[]): RouteTable {
  const routes = definitions.map(compileRoute).sort((a, b) => (a.rank < b.rank ? -1 : Number(a.rank > b.rank)));
  checkForTwins(definitions);
  return (method, path) => {
    const parts = decodePath(path);
    if (parts === undefined) return { kind: 'malformed' };
    const allowed = new Set<HttpMethod>();
    for (const { definition, segments } of routes) {
      const params = matchSegments(segments, parts);
      if (params === undefined) continue;
      const methods = servedMethods(definition);
      if (methods.some((each) => each === method)) return { kind: 'found', definition, params };
      for (const each of methods) allowed.add(each);
    }
    return allowed.size === 0 ? { kind: 'notFound' } : { kind: 'methodNotAllowed', allowed: [...allowed].sort() };
  };
}

function compileRoute(definition: HttpFunction): Route {
  const { route, name } = definition;
  if (/^(admin|runtime)(\/|$)/i.test(route)) {
    throw new Error(`${name}: the Functions host refuses routes that begin with admin or runtime: ${route}`);
  }
  const texts = route === '' ? [] : route.split('/');
  const segments = texts.map((text, index) => compileSegment(name, text, index === texts.length - 1));
  return { definition, segments, rank: segments.map(rankOf).join('') };
}

const parameterPattern = /^\{(\*{0,2})([A-Za-z_]\w*)((?::[a-z]+(?:\(\d+\))?)*)(\??)\}$/;

function compileSegment(functionName: string, text: string, isLast: boolean): Segment {
  const parsed = parameterPattern.exec(text);
  if (parsed === null) {
    if (text === '' || /[{}*?]/.test(text)) throw new Error(`${functionName}: cannot serve the route part ${text}`);
    return { kind: 'literal', text: text.toLowerCase() };
  }
  const [, stars, name = '', limits = '', question] = parsed;
  const optional = question === '?';
  const rest = stars !== '';
  if ((optional || rest) && !isLast) throw new Error(`${functionName}: ${text} must be the last part of its route`);
  const accepts = [...limits.matchAll(/:([a-z]+)(?:\((\d+)\))?/g)].map(([, kind = '', argument]) => {
    const constraint = constraints[kind];
    if (constraint === undefined) throw new Error(`${functionName}: unknown route constraint ${kind}`);
    return constraint(Number(argument ?? 0));
  });
  return { kind: 'parameter', name, optional, rest, accepts };
}

function rankOf(segment: Segment): string {
  if (segment.kind === 'literal') return '1';
  if (segment.rest) return '5';
  if (segment.optional) return '4';
  return segment.accepts.length > 0 ? '2' : '3';
}

function matchSegments(segments: readonly Segment[], parts: readonly string[]): Record<string, string> | undefined {
  if (parts.length > segments.length && !isRest(segments.at(-1))) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = isRest(segment) ? parts.slice(index).join('/') : parts[index];
    if (!fits(segment, part)) return undefined;
    if (segment.kind === 'parameter' && part !== undefined) params[segment.name] = part;
  }
  return params;
}

function isRest(segment: Segment | undefined): boolean {
  return segment?.kind === 'parameter' && segment.rest;
}

function fits(segment: Segment, part: string | undefined): boolean {
  if (segment.kind === 'literal') return part?.toLowerCase() === segment.text;
  if (part === undefined) return segment.optional;
  // Two slashes in a row are no value.
  return (part !== '' || segment.rest) && segment.accepts.every((accept) => accept(part));
}

/** The decoded parts; one slash at the end does not count. */
function decodePath(path: string): string[] | undefined {
  const trimmed = path.replace(/^\//, '').replace(/\/$/, '');
  if (trimmed === '') return path === '/' || path === '' ? [] : ['', ''];
  try {
    return trimmed.split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function checkForTwins(definitions: readonly HttpFunction[]): void {
  const owners = new Map<string, string>();
  for (const definition of definitions) {
    const shape = definition.route.toLowerCase().replace(/\{(\*{0,2})\w+/g, '{$1');
    for (const method of definition.methods) {
      const owner = owners.get(`${method} ${shape}`);
      if (owner !== undefined) throw new Error(`${owner} and ${definition.name} both answer ${method} ${shape}`);
      owners.set(`${method} ${shape}`, definition.name);
    }
  }
}
