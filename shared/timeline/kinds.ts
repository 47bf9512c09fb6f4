// What a customer's timeline tells: the kinds of its entries, and the causes for which access is lost.

/**
 * In the order in which they are told where one look finds several. `noteAccess` finds those of GDAP and access, and what
 * became of a consent; the rest is recorded by whoever does it (`recordStep`).
 */
export const timelineKinds = [
  'customer.found',
  'customer.missing',
  'gdap.requested',
  'gdap.approved',
  'gdap.ended',
  'gdap.changed',
  'gdap.expiring',
  'consent.linkCreated',
  'consent.linkOpened',
  'consent.reminded',
  'consent.linkRevoked',
  'consent.linkRestored',
  'consent.atMicrosoft',
  'consent.started',
  'consent.skipped',
  'consent.withdrawn',
  'consent.given',
  'consent.granted',
  'consent.failed',
  'consent.revoked',
  'consent.upgradeNeeded',
  'access.gained',
  'access.lost',
  'access.regained',
  'customer.removed',
] as const;
export type TimelineKind = (typeof timelineKinds)[number];

/**
 * Why access was lost. `relationshipEnded`: GDAP ended or was terminated, and evidence by it. `relationshipChanged`: it
 * stands, but a role or the security group no longer reaches the service account. `appRemoved`: the app was removed or
 * disabled in the tenant. `permissionsMissing`: it is there without all its permissions. `tokenDead`: Microsoft no longer
 * takes the connection's sign-in or the app's secret. `licenceMissing`: the tenant lost the licence that one kind of data
 * needs; the rest goes on.
 */
export const lossCauses = [
  'relationshipEnded',
  'relationshipChanged',
  'appRemoved',
  'permissionsMissing',
  'tokenDead',
  'licenceMissing',
] as const;
export type LossCause = (typeof lossCauses)[number];
