// The datasets' parsers on answers that Microsoft may give beside the documented examples.
import { describe, expect, it } from 'vitest';
import { mergeUser, newestSignIn } from '../../../shared/sync/merge-users.ts';
import { licenceOf, organizationOf, subscriptionOf } from '../../../shared/sync/normalise.ts';
import {
  licencesAnswer,
  organizationAnswer,
  signInsPage,
  subscriptionsAnswer,
  usersPage,
} from '../../../shared/sync/wire.ts';
import { nowMs } from './fixtures.ts';

const upper = 'C7DF2760-2C81-4EF7-B578-5B5392B571DF';
const lower = upper.toLowerCase();

describe('licences', () => {
  const read = (sku: object) => licencesAnswer.parse({ value: [sku] }).value.map(licenceOf)[0];

  it('keys by GUID whatever its case, and takes null for what the schema lets be null', () => {
    const told = {
      '@odata.type': '#microsoft.graph.subscribedSku',
      skuId: upper,
      skuPartNumber: null,
      capabilityStatus: 'SomethingNew',
      consumedUnits: null,
      prepaidUnits: { enabled: 5, suspended: null, somethingNew: 7 },
      subscriptionIds: [null, upper],
      somethingNew: { deep: true },
    };
    expect(read(told)).toMatchObject({
      id: `licence:${lower}`,
      skuPartNumber: '',
      capabilityStatus: 'SomethingNew',
      consumed: 0,
      enabled: 5,
      suspended: 0,
      unused: 5,
      subscriptionIds: [lower],
    });
  });

  it('takes a product without seats and without subscriptions', () => {
    expect(read({ skuId: lower, prepaidUnits: null })).toMatchObject({ enabled: 0, unused: 0, subscriptionIds: [] });
  });

  it('refuses a product without an id, and units that are no whole numbers', () => {
    expect(licencesAnswer.safeParse({ value: [{ skuPartNumber: 'SPB' }] }).success).toBe(false);
    expect(licencesAnswer.safeParse({ value: [{ skuId: lower, consumedUnits: '14' }] }).success).toBe(false);
    expect(licencesAnswer.safeParse({}).success).toBe(false);
  });
});

describe('subscriptions', () => {
  it('joins to licences whatever the case, and takes what is missing for unknown', () => {
    const { value, '@odata.nextLink': next } = subscriptionsAnswer.parse({
      value: [{ id: upper, skuId: upper, ownerTenantId: upper, status: 'LockedOut', nextLifecycleDateTime: null }],
      '@odata.nextLink': null,
    });
    expect(next).toBeUndefined();
    expect(value.map(subscriptionOf)).toMatchObject([
      { subscriptionId: lower, skuId: lower, ownerTenantId: lower, totalLicenses: 0, commerceSubscriptionId: null },
    ]);
  });
});

describe('the organisation', () => {
  it('takes null names, drops domains without one, and wants exactly what it is keyed by', () => {
    const told = { id: upper, displayName: null, verifiedDomains: [{ name: null }, { name: 'a.example' }] };
    const [first] = organizationAnswer.parse({ value: [told] }).value;
    expect(first && organizationOf(first)).toMatchObject({
      tenantId: lower,
      displayName: '',
      verifiedDomains: [{ name: 'a.example', isDefault: false, isInitial: false }],
    });
    expect(organizationAnswer.safeParse({ value: [] }).success).toBe(false);
    expect(organizationAnswer.safeParse({ value: [{ displayName: 'A' }] }).success).toBe(false);
  });
});

describe('users', () => {
  it('merges items of either case, with null licences in the list and annotations that are new', () => {
    const page = usersPage.parse({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#users(id)',
      '@odata.nextLink': '',
      '@odata.deltaLink': 'https://graph.microsoft.com/v1.0/users/delta?$deltatoken=1',
      value: [
        {
          '@odata.type': '#microsoft.graph.user',
          id: upper,
          userPrincipalName: 'ada@contoso.com',
          accountEnabled: null,
          assignedLicenses: [{ skuId: upper, disabledPlans: [] }, { skuId: null }, { skuId: lower }],
          'manager@delta': [],
        },
      ],
    });
    expect(page['@odata.nextLink']).toBeUndefined();
    const outcomes = page.value.map((item) => mergeUser(undefined, item, { mode: 'full', generation: 1, nowMs }));
    expect(outcomes).toMatchObject([{ kind: 'user', doc: { id: `user:${lower}`, licences: [lower] } }]);
  });

  it.each([{ reason: 'changed' }, { reason: 'deleted' }, { reason: 'somethingNew' }, {}])(
    'a removal counts whatever its reason: %j',
    (removed) => {
      const [item] = usersPage.parse({ value: [{ id: lower, '@removed': removed }] }).value;
      expect(item && mergeUser(undefined, item, { mode: 'delta', generation: 1, nowMs })).toEqual({ kind: 'removed' });
    },
  );
});

describe('sign-ins', () => {
  const newest = (signInActivity: unknown) =>
    signInsPage.parse({ value: [{ id: lower, signInActivity }] }).value.map(newestSignIn)[0];

  it('takes null, nothing, an empty text and the first day of the calendar for never', () => {
    for (const never of [null, '', '0001-01-01T00:00:00Z', undefined]) {
      expect(newest({ lastSignInDateTime: never, lastSuccessfulSignInDateTime: never })).toBeNull();
    }
    expect(newest(undefined)).toBeNull();
    expect(newest(null)).toBeNull();
  });

  it('falls back on attempts where the successful one is not told', () => {
    const told = { lastSuccessfulSignInDateTime: '0001-01-01T00:00:00Z', lastSignInDateTime: '2026-01-02T00:00:00Z' };
    expect(newest(told)).toBe('2026-01-02T00:00:00Z');
  });
});
