// Graph's answers as the documents that are stored. Pure; the same answer in another order gives the same documents.
import { createHash } from 'node:crypto';
import type { DirectoryDoc } from './changes.ts';
import type { LicenceDoc, OrganizationDoc, SubscriptionDoc } from './documents.ts';
import type { GraphLicence, GraphOrganization, GraphSubscription } from './wire.ts';

export function organizationOf(answer: GraphOrganization): OrganizationDoc {
  return {
    id: 'organization',
    type: 'organization',
    schemaVersion: 1,
    tenantId: answer.id,
    displayName: answer.displayName ?? '',
    countryLetterCode: answer.countryLetterCode ?? null,
    tenantType: answer.tenantType ?? null,
    createdDateTime: answer.createdDateTime ?? null,
    verifiedDomains: (answer.verifiedDomains ?? [])
      .flatMap(({ name, isDefault, isInitial }) =>
        name ? [{ name, isDefault: isDefault ?? false, isInitial: isInitial ?? false }] : [],
      )
      .sort((left, right) => compare(left.name, right.name)),
  };
}

export function licenceId(skuId: string): string {
  return `licence:${skuId}`;
}

export function licenceOf(answer: GraphLicence): LicenceDoc {
  const enabled = answer.prepaidUnits?.enabled ?? 0;
  const consumed = answer.consumedUnits ?? 0;
  return {
    id: licenceId(answer.skuId),
    type: 'licence',
    schemaVersion: 1,
    skuId: answer.skuId,
    skuPartNumber: answer.skuPartNumber ?? '',
    capabilityStatus: answer.capabilityStatus ?? '',
    appliesTo: answer.appliesTo ?? '',
    enabled,
    consumed,
    suspended: answer.prepaidUnits?.suspended ?? 0,
    warning: answer.prepaidUnits?.warning ?? 0,
    lockedOut: answer.prepaidUnits?.lockedOut ?? 0,
    unused: Math.max(0, enabled - consumed),
    subscriptionIds: (answer.subscriptionIds ?? []).filter((id) => id !== null).sort(compare),
  };
}

export function subscriptionOf(answer: GraphSubscription): SubscriptionDoc {
  return {
    id: `subscription:${answer.id}`,
    type: 'subscription',
    schemaVersion: 1,
    subscriptionId: answer.id,
    commerceSubscriptionId: answer.commerceSubscriptionId ?? null,
    skuId: answer.skuId ?? '',
    skuPartNumber: answer.skuPartNumber ?? '',
    status: answer.status ?? '',
    totalLicenses: answer.totalLicenses ?? 0,
    isTrial: answer.isTrial ?? false,
    createdDateTime: answer.createdDateTime ?? null,
    nextLifecycleDateTime: answer.nextLifecycleDateTime ?? null,
    ownerTenantId: answer.ownerTenantId ?? null,
  };
}

/** Documents by id; of two with one id the later stays. */
export function byId<T extends DirectoryDoc>(docs: readonly T[]): ReadonlyMap<string, T> {
  return new Map(docs.map((doc) => [doc.id, doc]));
}

/** A hash of a whole dataset, whatever the order of its documents: equal hashes, nothing changed. */
export function hashOf(docs: ReadonlyMap<string, DirectoryDoc>): string {
  const hash = createHash('sha256');
  for (const id of [...docs.keys()].sort(compare)) hash.update(JSON.stringify(docs.get(id))).update('\n');
  return hash.digest('base64url');
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
