// Seats that nobody pays for are counted apart from those that cost money.
import { describe, expect, it } from 'vitest';
import { isFreeProduct } from '../../../shared/microsoft/free-products.ts';
import type { LicenceDoc } from '../../../shared/sync/documents.ts';
import { addTally, emptyTally, tallyDoc } from '../../../shared/sync/standing.ts';
import { newSyncState } from '../../../shared/sync/state.ts';

const licence = (skuPartNumber: string, unused: number): LicenceDoc => ({
  id: `licence:${skuPartNumber}`,
  type: 'licence',
  schemaVersion: 1,
  skuId: skuPartNumber,
  skuPartNumber,
  capabilityStatus: 'Enabled',
  appliesTo: 'User',
  enabled: unused,
  consumed: 0,
  suspended: 0,
  warning: 0,
  lockedOut: 0,
  unused,
  subscriptionIds: [],
});

describe('unused seats', () => {
  it('SY-03 leaves free products out of the paid figure and in the plain sum', () => {
    const tally = { ...emptyTally };
    for (const doc of [licence('FLOW_FREE', 10_000), licence('SPE_E3', 3), licence('POWER_BI_STANDARD', 1_000_000)])
      tallyDoc(tally, doc, 1, 1);
    const { counts } = addTally(newSyncState('7fb0e2b1-7d0c-4f0f-8b1e-0a5f6f0f6a11'), tally);
    expect(counts).toMatchObject({ licences: 3, unusedSeats: 1_010_003, unusedPaidSeats: 3 });
  });

  it('takes away what was counted', () => {
    const tally = { ...emptyTally };
    tallyDoc(tally, licence('SPE_E3', 3), 1, 1);
    tallyDoc(tally, licence('SPE_E3', 3), -1, 1);
    expect(tally).toEqual(emptyTally);
  });

  it('counts a product that it does not know as paid', () => {
    expect(isFreeProduct('SOMETHING_NEW')).toBe(false);
    expect(isFreeProduct('SPE_E5')).toBe(false);
    expect(isFreeProduct('FLOW_FREE')).toBe(true);
  });
});
