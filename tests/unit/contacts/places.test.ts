// The order in which tenants are searched, where a search goes on, and the parts of an export.
import { describe, expect, it } from 'vitest';
import {
  comparePlaces,
  countContacts,
  exportParts,
  fromToken,
  phasesOf,
  resume,
  selectPlaces,
  toToken,
} from '../../../shared/contacts/places.ts';
import { place, tenant } from './fixtures.ts';

const names = (places: readonly { name: string }[]) => places.map(({ name }) => name);

describe('which tenants are looked at', () => {
  it('goes by name, then by tenant id', () => {
    const places = [place(3, { name: 'beta' }), place(2, { name: 'Alpha' }), place(1, { name: 'Alpha' })];
    const order = selectPlaces(places, {}).map(({ tenantId }) => tenantId);
    expect(order).toEqual([tenant(1), tenant(2), tenant(3)]);
    expect(comparePlaces(place(1), place(1))).toBe(0);
  });

  it('leaves out those that are known to hold nothing, not those that are not counted yet', () => {
    const places = [place(1, { users: 0 }), place(2, { users: null }), place(3, { users: 0, kept: 2 })];
    expect(selectPlaces(places, {}).map(({ tenantId }) => tenantId)).toEqual([tenant(2), tenant(3)]);
  });

  it('MP-12 takes the customers whose name or domain has the text', () => {
    const places = [place(1, { name: 'Café Ada' }), place(2, { domain: 'cafe.example' }), place(3, { domain: null })];
    expect(selectPlaces(places, { customer: ' CAFE ' })).toHaveLength(2);
    expect(selectPlaces(places, { tenantId: tenant(3) })).toHaveLength(1);
    expect(selectPlaces(places, { tenantId: tenant(9) })).toHaveLength(0);
  });

  it.each([
    [{ state: 'synced', kept: 2 }, undefined, ['user', 'contact']],
    [{ state: 'synced', kept: 2 }, 'synced', ['user']],
    [{ state: 'synced', kept: 2 }, 'ended', ['contact']],
    [{ state: 'synced', kept: 2 }, 'paused', []],
    [{ state: 'paused', kept: 0 }, 'paused', ['user']],
    [{ state: 'paused', kept: 0 }, 'ended', []],
    [{ state: 'paused', users: 0, kept: 1 }, undefined, ['contact']],
  ] as const)('SY-44 of %j under the state %s looks for %j', (change, state, phases) => {
    expect(phasesOf(place(1, change), { state })).toEqual(phases);
  });

  it('counts what they hold, unless some are not counted yet', () => {
    const places = [place(1, { users: 7 }), place(2, { users: 0, kept: 3 })];
    expect(countContacts(places, {})).toBe(10);
    expect(countContacts(places, { state: 'ended' })).toBe(3);
    expect(countContacts([...places, place(3, { users: null })], {})).toBeNull();
    expect(countContacts([...places, place(3, { users: null })], { state: 'ended' })).toBe(3);
  });
});

describe('where a search goes on', () => {
  const filter = { text: 'ann', hasMobile: true };
  const after = { userPrincipalName: 'ann@x.example', id: 'user:1' };
  const cursor = { name: 'Customer 0002', tenantId: tenant(2), within: { phase: 'user' as const, after } };

  it('reads what it wrote, for the same filter', () => {
    for (const each of [
      cursor,
      { name: 'Ä', tenantId: tenant(1) },
      { name: 'B', tenantId: tenant(1), within: { phase: 'contact' as const, after: undefined } },
    ])
      expect(fromToken(filter, toToken(filter, each))).toEqual(each);
    // An open field is no other filter.
    expect(fromToken({ ...filter, department: '', office: undefined }, toToken(filter, cursor))).toEqual(cursor);
  });

  it('takes no cursor of another filter, and none that is none', () => {
    const token = toToken(filter, cursor);
    expect(fromToken({ ...filter, text: 'bob' }, token)).toBeUndefined();
    for (const text of ['', 'x', Buffer.from('[]').toString('base64url'), `${token}x`.slice(3)])
      expect(fromToken(filter, text)).toBeUndefined();
  });

  const places = [place(1), place(2), place(4)];
  it.each([
    ['the start without one', undefined, { at: 0 }],
    ['its own tenant', cursor, { at: 1, within: cursor.within }],
    ['the start of its own tenant', { name: 'Customer 0002', tenantId: tenant(2) }, { at: 1 }],
    ['the next tenant where its own has gone', { ...cursor, name: 'Customer 0003', tenantId: tenant(3) }, { at: 2 }],
    ['the end', { ...cursor, name: 'Customer 0005', tenantId: tenant(5) }, { at: 3 }],
  ])('goes on at %s', (_, from, expected) => {
    expect(resume(places, from)).toEqual(expected);
  });
});

describe('the parts of an export', () => {
  it('hold whole tenants, each once, up to the limit', () => {
    const parts = exportParts([place(1), place(2), place(3), place(4, { users: 50 }), place(5)], 10);
    expect(parts.map(({ customers, contacts }) => [customers, contacts])).toEqual([
      [2, 10],
      [1, 5],
      [1, 50],
      [1, 5],
    ]);
    expect(parts.map(({ first, last }) => [first, last])[0]).toEqual(['Customer 0001', 'Customer 0002']);
  });

  it('meet without gap or overlap', () => {
    const parts = exportParts(
      Array.from({ length: 25 }, (_, index) => place(index, { kept: index % 3 })),
      12,
    );
    expect(parts.length).toBeGreaterThan(5);
    for (const [index, { until }] of parts.entries()) expect(until).toEqual(parts[index + 1]?.from ?? null);
    expect(names([parts[0]?.from ?? { name: '' }])).toEqual(['Customer 0000']);
  });

  it('are none without places, and one that is not counted yet', () => {
    expect(exportParts([], 10)).toEqual([]);
    expect(exportParts([place(1, { users: null })], 10)).toHaveLength(1);
  });
});
