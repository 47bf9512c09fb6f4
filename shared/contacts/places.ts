// The tenants that contacts come from, in the order in which a search goes through them, the place where a search stopped,
// and the parts of a long export. Pure.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type ContactFilter, type ContactState, fold } from './contact.ts';

/** A tenant whose contacts the workspace has. */
export interface ContactPlace {
  tenantId: string;
  name: string;
  domain: string | null;
  /** Users that are synced or were; null while the first sync is still counting them. */
  users: number | null;
  /** Contacts that were kept when a connection was removed. */
  kept: number;
  /** Of the users. */
  state: Exclude<ContactState, 'ended'>;
  /** Since when the customer cannot be synced. */
  since: string | null;
}

/** By name, then by tenant id. */
export function comparePlaces(a: Pick<ContactPlace, 'name' | 'tenantId'>, b: Pick<ContactPlace, 'name' | 'tenantId'>) {
  return a.name.localeCompare(b.name, 'en') || a.tenantId.localeCompare(b.tenantId, 'en');
}

/** What a tenant's partition is asked for, in this order. */
export const placePhases = ['user', 'contact'] as const;
export type PlacePhase = (typeof placePhases)[number];

/** What there is to look for in a place under a filter; nothing where it is known to hold nothing. */
export function phasesOf(place: ContactPlace, { state }: ContactFilter): PlacePhase[] {
  const users = place.users !== 0 && (state === undefined || state === place.state);
  const kept = place.kept > 0 && (state === undefined || state === 'ended');
  return placePhases.filter((phase) => (phase === 'user' ? users : kept));
}

/** The places that a filter leaves, in order. Those that are known to hold nothing need not be looked at. */
export function selectPlaces(places: readonly ContactPlace[], filter: ContactFilter): ContactPlace[] {
  const wanted = fold(filter.customer ?? '');
  const says = (text: string | null) => text !== null && fold(text).includes(wanted);
  return places
    .filter(
      (place) =>
        (filter.tenantId === undefined || place.tenantId === filter.tenantId) &&
        (wanted === '' || says(place.name) || says(place.domain)) &&
        phasesOf(place, filter).length > 0,
    )
    .sort(comparePlaces);
}

/** How many contacts the places hold under a filter of state; null while some are not counted yet. */
export function countContacts(places: readonly ContactPlace[], filter: ContactFilter): number | null {
  let total = 0;
  for (const place of places) {
    for (const phase of phasesOf(place, filter)) {
      const count = phase === 'user' ? place.users : place.kept;
      if (count === null) return null;
      total += count;
    }
  }
  return total;
}

/** After which contact of a place the next page begins; without `after` at the first one of the phase. */
export interface Within {
  phase: PlacePhase;
  after?: { userPrincipalName: string; id: string } | undefined;
}

/** Where a search goes on. */
export interface Cursor {
  name: string;
  tenantId: string;
  within?: Within | undefined;
}

const tokenSchema = z.strictObject({
  of: z.string(),
  name: z.string(),
  tenantId: z.string(),
  phase: z.enum(placePhases).optional(),
  upn: z.string().optional(),
  id: z.string().optional(),
});

/** The cursor as text, good for the very same filter only. */
export function toToken(filter: ContactFilter, { name, tenantId, within }: Cursor): string {
  const token: z.infer<typeof tokenSchema> = {
    of: digest(filter),
    name,
    tenantId,
    ...(within ? { phase: within.phase } : {}),
    ...(within?.after ? { upn: within.after.userPrincipalName, id: within.after.id } : {}),
  };
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

/** The cursor that `toToken` wrote; undefined for another filter's, or none of ours. */
export function fromToken(filter: ContactFilter, text: string): Cursor | undefined {
  const parsed = tokenSchema.safeParse(parseJson(Buffer.from(text, 'base64url').toString('utf8')));
  if (!parsed.success || parsed.data.of !== digest(filter)) return undefined;
  const { name, tenantId, phase, upn, id } = parsed.data;
  if (phase === undefined) return { name, tenantId };
  const after = upn === undefined || id === undefined ? undefined : { userPrincipalName: upn, id };
  return { name, tenantId, within: { phase, after } };
}

/**
 * Where in `places` a cursor goes on: at its own tenant, or at the next one in order when that has gone meanwhile.
 * `places.length` when nothing is left.
 */
export function resume(places: readonly ContactPlace[], cursor: Cursor | undefined): { at: number; within?: Within } {
  if (!cursor) return { at: 0 };
  const found = places.findIndex((place) => comparePlaces(place, cursor) >= 0);
  const at = found < 0 ? places.length : found;
  return places[at]?.tenantId === cursor.tenantId && cursor.within ? { at, within: cursor.within } : { at };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function digest(filter: ContactFilter): string {
  const asked = Object.entries(filter)
    .filter(([, value]) => value !== undefined && value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(asked)).digest('base64url').slice(0, 12);
}

/** Some tenants in a row: one file of an export. */
export interface ExportPart {
  /** Cursors: the first tenant of the part, and the first of the next one; null for the last part. */
  from: Cursor;
  until: Cursor | null;
  first: string;
  last: string;
  customers: number;
  /** How many contacts its tenants hold, whatever the filter leaves of them. */
  contacts: number;
}

/**
 * Divides places into parts of `most` contacts at most; a tenant that holds more is a part of its own. What is not
 * counted yet counts as nothing.
 */
export function exportParts(places: readonly ContactPlace[], most: number): ExportPart[] {
  const parts: ExportPart[] = [];
  for (const place of places) {
    const contacts = (place.users ?? 0) + place.kept;
    const open = parts.at(-1);
    const { name, tenantId } = place;
    if (open && open.contacts + contacts <= most) {
      Object.assign(open, { last: name, customers: open.customers + 1, contacts: open.contacts + contacts });
      continue;
    }
    if (open) open.until = { name, tenantId };
    parts.push({ from: { name, tenantId }, until: null, first: name, last: name, customers: 1, contacts });
  }
  return parts;
}
