// Whether a customer can be reached now, and if not, why: from its readiness, its sync and its connection. Pure.
import type { ConnectionDoc } from '../connections/documents.ts';
import type { ConsentDoc } from '../consent/documents.ts';
import type { CustomerDoc, GdapDoc } from '../customers/documents.ts';
import type { GdapStatus } from '../customers/gdap-status.ts';
import type { Readiness } from '../customers/readiness.ts';
import { kindOfCode } from '../microsoft/catalogue.ts';
import type { FailureKind } from '../microsoft/microsoft.ts';
import type { SyncRowDoc } from '../sync/documents.ts';
import type { LossCause } from './kinds.ts';

/** What is known of a customer at the moment of a look. */
export interface AccessFacts {
  customer: CustomerDoc;
  gdap: GdapDoc | undefined;
  /** As it stands now (`currentConsent`). */
  consent: ConsentDoc | undefined;
  sync: SyncRowDoc | undefined;
  connection: Pick<ConnectionDoc, 'state' | 'name'> | undefined;
  readiness: Readiness;
  nowMs: number;
}

/**
 * Every cause that holds now, what a person must mend first in front. Empty where all is well, and where nothing is known
 * for certain: a relationship that could not be read has not ended.
 */
export function causesOf(facts: AccessFacts): LossCause[] {
  const { customer, readiness, consent } = facts;
  const found: (LossCause | undefined)[] = [
    consent?.status === 'Revoked' ? 'appRemoved' : undefined,
    gdapCause[readiness.gdap.status],
    customer.missingSince === null ? undefined : 'relationshipEnded',
    // The grant is there, and what gave this workspace the right to it is not.
    consent?.status === 'Granted' && !consent.evidence ? 'relationshipEnded' : undefined,
    consent?.status === 'UpgradeNeeded' ? 'permissionsMissing' : undefined,
    syncCause(facts),
    signInDead(facts) ? 'tokenDead' : undefined,
  ];
  return [...new Set(found.filter((cause) => cause !== undefined))];
}

/** Whether the customer's data can be read, and its GDAP seen, without anybody doing anything. */
export function isReached(facts: AccessFacts): boolean {
  const { readiness, customer, sync } = facts;
  return readiness.ready && customer.missingSince === null && sync?.status !== 'AuthError' && !signInDead(facts);
}

const gdapCause: Partial<Record<GdapStatus, LossCause>> = {
  Expired: 'relationshipEnded',
  Pending: 'relationshipEnded',
  Missing: 'relationshipEnded',
  MissingRoles: 'relationshipChanged',
  MissingSecurityGroup: 'relationshipChanged',
};

/** While somebody signs in anew nothing is certain. */
function signInDead({ connection }: AccessFacts): boolean {
  return (
    connection !== undefined && ['NotConnected', 'AuthFailed', 'ReauthRequired', 'Error'].includes(connection.state)
  );
}

const kindCause: Partial<Record<FailureKind, LossCause>> = {
  credential: 'tokenDead',
  interaction: 'tokenDead',
  consent: 'appRemoved',
  permission: 'permissionsMissing',
  unlicensed: 'licenceMissing',
};

/** The service itself is not in the tenant: its licence is what is missing. microsoft.md, A6. */
const notSubscribed = new Set(['AADSTS650052', 'AADSTS50001', 'AADSTS500011']);

/** What a run that ended in AuthError met, by Microsoft's code; one without a kind is ours to mend, or the customer's. */
function syncCause({ sync }: AccessFacts): LossCause | undefined {
  if (sync?.status !== 'AuthError' || !sync.explanation) return undefined;
  const { code, whoActs } = sync.explanation;
  if (notSubscribed.has(code)) return 'licenceMissing';
  const kind = kindOfCode(code);
  return (kind && kindCause[kind]) ?? (whoActs === 'tenantry' ? 'tokenDead' : 'appRemoved');
}
