// What a change did, in words that a comparison with the app's events can use.

export type Dataset = 'organization' | 'licences' | 'subscriptions' | 'users' | 'signInActivity' | 'access';

export interface Effect {
  dataset: Dataset;
  /** Of the user, subscription, relationship…; of licences the skuId. */
  id: string;
  change: 'added' | 'updated' | 'removed';
}

export interface AppliedChange {
  sequence: number;
  atMs: number;
  tenantId: string;
  kind: string;
  /** Empty when nothing became different. */
  effects: Effect[];
}

/** The effect on one thing. */
export function effect(dataset: Dataset, id: string, change: Effect['change'] = 'updated'): Effect {
  return { dataset, id, change };
}

/** The consumed counts that change along with a user's licences. */
export function licenceEffects(licences: readonly { skuId: string }[]): Effect[] {
  return [...new Set(licences.map(({ skuId }) => skuId))].map((skuId) => effect('licences', skuId));
}
