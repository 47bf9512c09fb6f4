import type { HttpMethod } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import type { HttpFunction } from '../../../functions/define.ts';
import { createRouteTable } from '../../../infra/local/host/route-table.ts';

function route(template: string, methods: readonly HttpMethod[] = ['GET'], name = template): HttpFunction {
  return { kind: 'http', name, methods, route: template, access: 'public', run: async () => ({}) };
}

function found(routes: readonly HttpFunction[], path: string, method = 'GET') {
  const match = createRouteTable(routes)(method, path);
  return match.kind === 'found' ? { name: match.definition.name, params: match.params } : match.kind;
}

const home = route('{ignored:maxlength(0)?}');

describe('the routes of the one-machine host', () => {
  it('finds the root page by the template that Azure needs for it', () => {
    expect(found([home], '/')).toEqual({ name: home.name, params: {} });
    expect(found([home], '/x')).toBe('notFound');
    expect(found([home], '//')).toBe('notFound');
  });

  it('gives parameters decoded', () => {
    const routes = [route('api/v1/customers/{tenantId}/sync')];
    expect(found(routes, '/api/v1/customers/a%20b%2Fc/sync')).toMatchObject({ params: { tenantId: 'a b/c' } });
    expect(found(routes, '/api/v1/customers/%/sync')).toBe('malformed');
    expect(found(routes, '/api/v1/customers//sync')).toBe('notFound');
    expect(found(routes, '/api/v1/customers/a/sync/b')).toBe('notFound');
  });

  it('takes literals in any case, parameters as they are, and one slash at the end', () => {
    expect(found([route('Consent/{token}')], '/consent/AbC/')).toMatchObject({ params: { token: 'AbC' } });
  });

  it('prefers what is more exact, whatever the order of the list', () => {
    const routes = [route('{*rest}'), route('consent/{token}'), route('consent/callback'), route('consent/{id:guid}')];
    for (const list of [routes, routes.toReversed()]) {
      expect(found(list, '/consent/callback')).toMatchObject({ name: 'consent/callback' });
      expect(found(list, '/consent/11111111-1111-4111-8111-111111111111')).toMatchObject({ name: 'consent/{id:guid}' });
      expect(found(list, '/consent/other')).toMatchObject({ name: 'consent/{token}' });
      expect(found(list, '/a/b/c')).toEqual({ name: '{*rest}', params: { rest: 'a/b/c' } });
    }
  });

  it('answers HEAD where there is GET, and tells what is allowed elsewhere', () => {
    const table = createRouteTable([route('a', ['GET']), route('a', ['POST'], 'other')]);
    expect(table('HEAD', '/a').kind).toBe('found');
    expect(table('POST', '/a')).toMatchObject({ kind: 'found', definition: { name: 'other' } });
    expect(table('DELETE', '/a')).toEqual({ kind: 'methodNotAllowed', allowed: ['GET', 'HEAD', 'POST'] });
  });

  it('falls back to a less exact route for a method that the exact one does not take', () => {
    const table = createRouteTable([route('a/b', ['POST']), route('a/{x}', ['GET'])]);
    expect(table('GET', '/a/b')).toMatchObject({ kind: 'found', params: { x: 'b' } });
  });

  it.each([
    ['admin/things', /admin or runtime/],
    ['Runtime', /admin or runtime/],
    ['a/{x:regex(1)}', /unknown route constraint regex/],
    ['a/{x?}/b', /last part/],
    ['a//b', /cannot serve/],
    ['a/pre{x}', /cannot serve/],
  ])('refuses the template %s at the start', (template, says) => {
    expect(() => createRouteTable([route(template)])).toThrow(says);
  });

  it('refuses two functions on one route and method', () => {
    expect(() => createRouteTable([route('a/{x}', ['GET'], 'one'), route('a/{y}', ['GET'], 'two')])).toThrow(
      /one and two/,
    );
  });
});
