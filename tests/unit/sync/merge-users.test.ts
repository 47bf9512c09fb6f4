import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UserDoc } from '../../../shared/sync/documents.ts';
import { mergeSignIn, mergeUser, newestSignIn } from '../../../shared/sync/merge-users.ts';
import type { GraphUser } from '../../../shared/sync/wire.ts';
import { nowMs, user } from './fixtures.ts';

const delta = { mode: 'delta', generation: 1, nowMs } as const;
const full = { mode: 'full', generation: 2, nowMs } as const;
const { userId } = user();

const text = fc.option(fc.string({ maxLength: 8 }), { nil: null });
const graphUser: fc.Arbitrary<GraphUser> = fc.record(
  {
    id: fc.constant(userId),
    displayName: text,
    userPrincipalName: fc.string({ minLength: 1, maxLength: 8 }),
    mail: text,
    mobilePhone: text,
    department: text,
    officeLocation: text,
    userType: text,
    accountEnabled: fc.boolean(),
    assignedLicenses: fc.array(fc.record({ skuId: fc.constantFrom('a', 'b', 'c') })),
  },
  { requiredKeys: ['id'] },
);

function apply(existing: UserDoc | undefined, items: readonly GraphUser[]): UserDoc | undefined {
  let doc = existing;
  for (const item of items) {
    const outcome = mergeUser(doc, item, delta);
    if (outcome.kind === 'removed') doc = undefined;
    else if (outcome.kind === 'user') doc = outcome.doc;
  }
  return doc;
}

describe('merging users', () => {
  it('leaves what a delta does not say, and clears what it says is null', () => {
    const before = user({ mobilePhone: '+31 1', department: 'Bakery' });
    const outcome = mergeUser(before, { id: userId, mobilePhone: null }, delta);
    expect(outcome).toEqual({ kind: 'user', doc: { ...before, mobilePhone: null } });
  });

  it('takes an item of a full read for the whole truth, but keeps the sign-in, which another dataset tells', () => {
    const before = user({
      mobilePhone: '+31 1',
      lastSignInAt: '2026-02-27T00:00:00Z',
      signInReadAt: '2026-02-28T00:00:00.000Z',
    });
    const outcome = mergeUser(before, { id: userId, userPrincipalName: 'ada@contoso.com' }, full);
    expect(outcome).toMatchObject({
      kind: 'user',
      doc: { mobilePhone: null, displayName: null, licences: [], generation: 2, lastSignInAt: '2026-02-27T00:00:00Z' },
    });
  });

  it('takes a second item within a full read for a change', () => {
    const before = user({ generation: 2, displayName: 'Ada' });
    expect(mergeUser(before, { id: userId, mobilePhone: '1' }, full)).toMatchObject({
      doc: { displayName: 'Ada', mobilePhone: '1' },
    });
  });

  it.each(['changed', 'deleted'])('removes a user for good or into the recycle bin: %s', (reason) => {
    expect(mergeUser(user(), { id: userId, '@removed': { reason } }, delta)).toEqual({ kind: 'removed' });
  });

  it('says so when a change is about a user of whom nothing is known', () => {
    expect(mergeUser(undefined, { id: userId, mobilePhone: '1' }, delta)).toEqual({ kind: 'incomplete' });
  });

  it('sorts licences and takes each once', () => {
    const item = { id: userId, assignedLicenses: [{ skuId: 'b' }, { skuId: 'a' }, { skuId: 'b' }] };
    expect(mergeUser(user(), item, delta)).toMatchObject({ doc: { licences: ['a', 'b'] } });
  });

  it('gives the same user however often a page of changes is replayed', () => {
    fc.assert(
      fc.property(fc.array(graphUser, { minLength: 1, maxLength: 6 }), (items) => {
        const once = apply(user(), items);
        expect(apply(once, [items.at(-1) ?? { id: userId }])).toEqual(once);
        expect(apply(apply(user(), items), items)).toEqual(once);
      }),
    );
  });
});

describe('merging sign-ins', () => {
  it('SY-03 counts a licensed user as inactive after 30 days without a sign-in, not a moment before', () => {
    const at = (ms: number) => ({
      id: userId,
      signInActivity: { lastSuccessfulSignInDateTime: new Date(ms).toISOString() },
    });
    const days = 24 * 60 * 60_000;
    expect(mergeSignIn(user(), at(nowMs - 30 * days), nowMs).standing).toBe('inactive');
    expect(mergeSignIn(user(), at(nowMs - 30 * days + 1), nowMs).standing).toBe('active');
    expect(mergeSignIn(user(), { id: userId }, nowMs).standing).toBe('inactive');
    expect(mergeSignIn(user({ licences: [] }), { id: userId }, nowMs).standing).toBe('unlicensed');
    expect(mergeSignIn(user({ accountEnabled: false }), { id: userId }, nowMs).standing).toBe('disabled');
  });

  it('gives the very same document where nothing is new, so that nothing is written', () => {
    const item = { id: userId, signInActivity: { lastSignInDateTime: '2026-02-20T00:00:00Z' } };
    const told = mergeSignIn(user(), item, nowMs);
    expect(mergeSignIn(told, item, nowMs + 3_600_000)).toBe(told);
  });

  it('prefers the sign-in that succeeded to attempts', () => {
    const signInActivity = {
      lastSignInDateTime: '2026-02-20T00:00:00Z',
      lastNonInteractiveSignInDateTime: '2026-02-21T00:00:00Z',
      lastSuccessfulSignInDateTime: '2025-12-01T00:00:00Z',
    };
    expect(newestSignIn({ id: userId, signInActivity })).toBe('2025-12-01T00:00:00Z');
    expect(
      newestSignIn({ id: userId, signInActivity: { ...signInActivity, lastSuccessfulSignInDateTime: null } }),
    ).toBe('2026-02-21T00:00:00Z');
    expect(newestSignIn({ id: userId, signInActivity: null })).toBeNull();
  });
});
