// Which contacts a filter leaves.
import { describe, expect, it } from 'vitest';
import { type ContactFilter, contactOf, fold, matcherOf } from '../../../shared/contacts/contact.ts';
import { contact, place } from './fixtures.ts';

const matches = (filter: ContactFilter, change = {}, members?: ReadonlySet<string>) =>
  matcherOf(filter, members)?.(contact(change)) ?? true;

describe('the text of a search', () => {
  it.each([
    ['zoe', true],
    ['ZOË', true],
    ['muller', true],
    ['müller zoë', true],
    ['zoe sales', true],
    ['zoe adatum', true],
    ['london', true],
    ['mail.adatum', true],
    ['zoe berlin', false],
    ['contoso', false],
    ['   ', true],
  ])('MP-12 %j: %s', (text, found) => {
    expect(matches({ text })).toBe(found);
  });

  it.each([
    ['+44 7700 900123', true],
    ['07700 900123', true],
    ['07700900123', true],
    ['(07700) 900-123', true],
    ['0044 7700 900123', true],
    ['900123', true],
    ['900124', false],
    ['123', true],
    ['12', true],
  ])('MP-12 a telephone number however it is written: %j: %s', (text, found) => {
    expect(matches({ text })).toBe(found);
  });

  it('finds nobody by number who has none', () => {
    expect(matches({ text: '0044' }, { mobilePhone: null })).toBe(false);
    expect(matches({ text: '00000' }, { mobilePhone: '+44 7700 900123' })).toBe(false);
  });

  it('finds fields apart: a word does not reach from one into the next', () => {
    expect(matches({ text: 'saleslondon' })).toBe(false);
  });
});

describe('filters', () => {
  it.each<[ContactFilter, Parameters<typeof contact>[0], boolean]>([
    [{ userType: 'guest' }, { userType: 'Guest' }, true],
    [{ userType: 'guest' }, { userType: 'Member' }, false],
    [{ userType: 'member' }, { userType: null }, true],
    [{ userType: 'member' }, { userType: 'Guest' }, false],
    [{ department: ' sales ' }, {}, true],
    [{ department: 'sale' }, {}, false],
    [{ department: 'Sales' }, { department: null }, false],
    [{ department: '' }, { department: null }, true],
    [{ office: 'london 2' }, {}, true],
    [{ office: 'London' }, {}, false],
    [{ domain: 'adatum.example' }, {}, true],
    [{ domain: '@MAIL.adatum.example' }, {}, true],
    [{ domain: 'example' }, {}, false],
    [{ domain: 'gmail.example' }, { mail: 'x@gmail.example', userPrincipalName: 'x_gmail#EXT#@a.example' }, true],
    [{ domain: 'adatum.example' }, { mail: null, userPrincipalName: 'no-address' }, false],
    [{ hasMobile: true }, {}, true],
    [{ hasMobile: true }, { mobilePhone: null }, false],
    [{ hasMobile: true }, { mobilePhone: '' }, false],
    [{ hasMobile: false }, { mobilePhone: null }, true],
    [{ hasMobile: false }, {}, false],
    [{ department: 'Sales', userType: 'guest' }, {}, false],
  ])('MP-12 %j of %j: %s', (filter, change, found) => {
    expect(matches(filter, change)).toBe(found);
  });

  it('MP-12 a group leaves its members, in whatever case their ids are written', () => {
    const members = new Set(['b0000000-0000-4000-8000-00000000000a']);
    expect(matches({ groupId: 'g' }, { userId: 'B0000000-0000-4000-8000-00000000000A' }, members)).toBe(true);
    expect(matches({ groupId: 'g' }, { userId: 'c' }, members)).toBe(false);
    expect(matches({ groupId: 'g' }, {}, new Set())).toBe(false);
  });

  it('asks nothing of a contact where nothing is asked', () => {
    expect(matcherOf({})).toBeUndefined();
    expect(matcherOf({ text: ' ', department: '', office: ' ', domain: '@' })).toBeUndefined();
    // These choose tenants.
    expect(matcherOf({ customer: 'a', tenantId: 'b', state: 'ended' })).toBeUndefined();
  });
});

it('compares text without case, accents and outer spaces', () => {
  expect(fold(' Ångström ')).toBe('angstrom');
  expect(fold('ＡＢＣ')).toBe('abc');
});

describe('what a contact says of its age', () => {
  const doc = {
    schemaVersion: 1 as const,
    userId: 'u',
    displayName: null,
    userPrincipalName: 'u@a.example',
    mail: null,
    mobilePhone: null,
    department: null,
    officeLocation: null,
    userType: null,
    accountEnabled: true,
  };
  const rest = { generation: 1, licences: [], lastSignInAt: null, signInReadAt: null, standing: 'unlicensed' as const };
  const user = { ...doc, ...rest, id: 'user:u', type: 'user' as const };
  const kept = { ...doc, id: 'contact:u', type: 'contact' as const, endedAt: '2026-03-01T00:00:00.000Z' };
  const paused = place(1, { state: 'paused', since: '2026-02-01T00:00:00.000Z' });

  it('is synced, paused with its customer, or ended', () => {
    expect(contactOf(place(1), user)).toMatchObject({ state: 'synced', since: null });
    expect(contactOf(paused, user)).toMatchObject({ state: 'paused', since: '2026-02-01T00:00:00.000Z' });
  });

  it('SY-44 is ended from the day on which its connection was removed, whatever its customer is now', () => {
    for (const at of [place(1), paused])
      expect(contactOf(at, kept)).toMatchObject({ state: 'ended', since: '2026-03-01T00:00:00.000Z' });
  });
});
