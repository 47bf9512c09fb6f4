// Discovery's rules: who the customers are, whose access assignments to read again, what a document becomes.
import { isDeepStrictEqual } from 'node:util';
import { DAY_MS } from '../clock.ts';
import type { Explanation } from '../errors.ts';
import type { CustomerDoc, GdapDoc, RelationshipEvidence } from './documents.ts';

export type Source = 'gdap' | 'contracts' | 'partnerCenter';

/** A customer as one source names it. */
export interface Sighting {
  tenantId: string;
  name: string;
  domain: string | null;
  source: Source;
}

/** A customer with all the sources that name it. */
export interface FoundCustomer {
  tenantId: string;
  name: string;
  domain: string | null;
  sources: readonly Source[];
}

/** Partner Center knows the newest name, GDAP comes next; contracts hold copies that Microsoft never updates. */
const nameOrder: readonly Source[] = ['partnerCenter', 'gdap', 'contracts'];

/** The union of all sources, by tenant id, in order of name. */
export function unionOf(sightings: readonly Sighting[]): readonly FoundCustomer[] {
  const byTenant = new Map<string, Sighting[]>();
  for (const sighting of sightings) {
    const same = byTenant.get(sighting.tenantId) ?? [];
    same.push(sighting);
    byTenant.set(sighting.tenantId, same);
  }
  return [...byTenant]
    .map(([tenantId, seen]) => {
      const ordered = nameOrder.flatMap((source) => seen.filter((sighting) => sighting.source === source));
      return {
        tenantId,
        name: ordered.find(({ name }) => name !== '')?.name ?? tenantId,
        domain: ordered.find(({ domain }) => domain)?.domain ?? null,
        sources: nameOrder.filter((source) => seen.some((sighting) => sighting.source === source)),
      };
    })
    .sort((a, b) => a.name.localeCompare(b.name, 'en') || a.tenantId.localeCompare(b.tenantId));
}

const ASSIGNMENTS_MAX_AGE_MS = 7 * DAY_MS;

/**
 * Whether an active relationship's access assignments must be read again: when its etag changed, weekly, when a person
 * asked, and while the customer is not in order (mending a group need not change the relationship's etag).
 */
export function assignmentsDue(
  before: RelationshipEvidence | undefined,
  now: { etag: string; status: string },
  at: { nowMs: number; everything: boolean; inOrder: boolean },
): boolean {
  if (now.status !== 'active') return false;
  if (!before?.assignmentsReadAt || before.etag !== now.etag || at.everything || !at.inOrder) return true;
  return at.nowMs - Date.parse(before.assignmentsReadAt) >= ASSIGNMENTS_MAX_AGE_MS;
}

/** The customer document after a sighting. A name that was empty or unknown never overwrites a known one. */
export function customerAfter(
  before: CustomerDoc | undefined,
  found: FoundCustomer,
  facts: { connectionId: string; nowIso: string },
): CustomerDoc {
  return {
    id: `customer:${found.tenantId}`,
    type: 'customer',
    schemaVersion: 1,
    tenantId: found.tenantId,
    connectionId: facts.connectionId,
    name: found.name === found.tenantId ? (before?.name ?? found.name) : found.name,
    domain: found.domain ?? before?.domain ?? null,
    sources: [...found.sources],
    firstSeenAt: before?.firstSeenAt ?? facts.nowIso,
    missingSince: null,
  };
}

/** What one discovery learned of one customer's GDAP: a reading, a failure, or nothing. */
export type GdapReading =
  | { kind: 'read'; relationships: RelationshipEvidence[]; memberOf: ReadonlySet<string> }
  | { kind: 'failed'; explanation: Explanation };

const REFRESH_READ_AT_MS = DAY_MS;

/**
 * The GDAP document after a reading. Only what changed is written: `readAt` alone is renewed daily. A failure keeps the
 * evidence as it was and says why it is old.
 */
export function gdapAfter(
  before: GdapDoc | undefined,
  reading: GdapReading,
  facts: { tenantId: string; connectionId: string; nowIso: string },
): GdapDoc {
  const start: GdapDoc = before ?? {
    id: `gdap:${facts.tenantId}`,
    type: 'gdap',
    schemaVersion: 1,
    tenantId: facts.tenantId,
    connectionId: facts.connectionId,
    applies: true,
    relationships: [],
    memberOf: [],
    readAt: null,
    error: null,
  };
  if (reading.kind === 'failed') return { ...start, error: reading.explanation };
  const named = new Set(reading.relationships.flatMap(({ assignments }) => assignments.map(({ groupId }) => groupId)));
  const next: GdapDoc = {
    ...start,
    connectionId: facts.connectionId,
    relationships: [...reading.relationships].sort((a, b) => a.id.localeCompare(b.id)),
    memberOf: [...named].filter((groupId) => reading.memberOf.has(groupId)).sort(),
    readAt: start.readAt,
    error: null,
  };
  const ageMs = start.readAt ? Date.parse(facts.nowIso) - Date.parse(start.readAt) : Number.POSITIVE_INFINITY;
  const changed = !isDeepStrictEqual(next, start);
  return changed || ageMs >= REFRESH_READ_AT_MS ? { ...next, readAt: facts.nowIso } : start;
}
