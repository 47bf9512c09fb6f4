import { describe, expect, it } from 'vitest';
import { eventOf, sameDoc } from '../../../shared/sync/changes.ts';
import { licence, user } from './fixtures.ts';

const change = (before: ReturnType<typeof user> | undefined, after: ReturnType<typeof user> | undefined) =>
  eventOf({ id: 'user:x', before, after });

describe('events of changes', () => {
  it('tells each field from and to', () => {
    expect(change(user(), user({ department: 'Sales', licences: [] }))).toEqual({
      kind: 'user.updated',
      subject: user().userId,
      changes: { department: { from: 'Bakery', to: 'Sales' }, licences: { from: ['sku-1'], to: [] } },
    });
  });

  it('tells an added object from nothing and a removed one to nothing', () => {
    expect(change(undefined, user())).toMatchObject({
      kind: 'user.added',
      changes: { displayName: { from: null, to: 'Ada' } },
    });
    expect(change(user(), undefined)).toMatchObject({
      kind: 'user.removed',
      changes: { displayName: { from: 'Ada', to: null } },
    });
    expect(change(undefined, user())?.changes).not.toHaveProperty('mobilePhone');
  });

  it('raises nothing for what only we count by, nor for sign-ins', () => {
    const after = user({
      generation: 9,
      standing: 'inactive',
      lastSignInAt: '2026-01-01T00:00:00Z',
      signInReadAt: '2026-01-01T00:00:00.000Z',
    });
    expect(sameDoc(user(), after)).toBe(false);
    expect(change(user(), after)).toBeUndefined();
  });

  it('SY-03 tells when seats fall unused', () => {
    const event = eventOf({ id: 'licence:sku-1', before: licence(), after: licence({ consumed: 6, unused: 4 }) });
    expect(event).toMatchObject({ kind: 'licence.updated', changes: { unused: { from: 3, to: 4 } } });
  });
});
