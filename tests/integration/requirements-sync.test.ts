// What the four products say of licences, over the simulated Microsoft.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CompanySubscription, Sku } from '../../infra/local/microsoft/world.ts';
import { readDirectory } from '../../shared/sync/read-directory.ts';
import { expectTruth } from './kit/sync-truth.ts';
import { type SyncWorld, startSyncWorld } from './kit/sync-world.ts';

let world: SyncWorld;
beforeEach(async () => {
  world = await startSyncWorld({ users: 6 });
});
afterEach(() => world.close());

interface Offer {
  prepaid: Partial<Sku['prepaid']>;
  appliesTo?: Sku['appliesTo'];
  status?: CompanySubscription['status'];
}

/** A product that no list knows, bought by one subscription; those of even numbers are trials. */
function addUnheardOf(number: number, { prepaid, appliesTo = 'User', status = 'Enabled' }: Offer): void {
  const skuId = `d0000000-0000-4000-8000-00000000000${number}`;
  const subscriptionId = `e0000000-0000-4000-8000-00000000000${number}`;
  const skuPartNumber = `UNHEARD_OF_${number}`;
  world.tenant.skus.set(skuId, {
    skuId,
    skuPartNumber,
    appliesTo,
    prepaid: { enabled: 0, suspended: 0, warning: 0, lockedOut: 0, ...prepaid },
    servicePlans: [],
    subscriptionIds: [subscriptionId],
  });
  world.tenant.subscriptions.set(subscriptionId, {
    id: subscriptionId,
    commerceSubscriptionId: subscriptionId,
    skuId,
    skuPartNumber,
    status,
    totalLicenses: Object.values(prepaid).reduce((sum, seats) => sum + seats, 0),
    isTrial: number % 2 === 0,
    createdDateTime: '2026-01-01T00:00:00Z',
    nextLifecycleDateTime: null,
    ownerId: null,
    ownerTenantId: null,
    ownerType: null,
  });
}

describe('licences', () => {
  it('SY-07 of every kind are read: for users and for companies, trials, suspended, free, and what no list knows', async () => {
    addUnheardOf(1, { prepaid: { enabled: 5 } });
    addUnheardOf(2, { prepaid: { enabled: 5 }, appliesTo: 'Company' });
    addUnheardOf(3, { prepaid: { warning: 5 }, status: 'Warning' });
    addUnheardOf(4, { prepaid: { suspended: 5 }, status: 'Suspended' });
    addUnheardOf(5, { prepaid: { lockedOut: 5 }, status: 'LockedOut' });
    addUnheardOf(6, { prepaid: { enabled: 1_000_000 } });
    expect(await world.run(world.tenant)).toBe('Success');
    await expectTruth(world.app.store, world.workspaceId, world.tenant);
    const { licences } = await readDirectory(world.app, world.workspaceId, world.tenant.id);
    expect(licences.map(({ skuId }) => skuId).sort()).toEqual([...world.tenant.skus.keys()].sort());
    const shown = licences.filter(({ skuPartNumber }) => skuPartNumber.startsWith('UNHEARD_OF'));
    expect(shown.map(({ productName, appliesTo, unused }) => [productName, appliesTo, unused]).sort()).toEqual([
      ['UNHEARD_OF_1', 'User', 5],
      ['UNHEARD_OF_2', 'Company', 5],
      ['UNHEARD_OF_3', 'User', 0],
      ['UNHEARD_OF_4', 'User', 0],
      ['UNHEARD_OF_5', 'User', 0],
      ['UNHEARD_OF_6', 'User', 1_000_000],
    ]);
  });
});
