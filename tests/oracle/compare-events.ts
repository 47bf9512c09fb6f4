// Events against the history of the truth. Changes between two syncs collapse into one event, so what must hold is this: of
// each object, the events are a chain without a gap, from its state at the baseline to what is stored; each event tells a
// difference; and each state that one leads to was true, later than the state before. The numbers run from 1 without a gap,
// and each event is stored once.
import type { SyncEvent } from '../../shared/sync/documents.ts';
import { storedObjects } from './compare-stored.ts';
import type { Difference } from './difference.ts';
import { canonical, type Fields, type Objects, same, type TruthHistory } from './states.ts';
import type { StoredTenant } from './stored.ts';

export interface EventsToCompare {
  tenantId: string;
  workspaceId: string;
  /** What was true when the first sync had ended and before anything changed. */
  baseline: Objects;
  history: TruthHistory;
  stored: StoredTenant;
}

/** Every event that is false, missing, repeated or out of place. */
export function compareEvents(given: EventsToCompare): Difference[] {
  const { stored } = given;
  const differences: Difference[] = [];
  const say: Say = (object, field, expected, found) =>
    differences.push({ tenant: given.tenantId, dataset: 'events', object, field, expected, found });
  comparePlaces(given, say);
  const events = stored.events.map(({ event }) => event).sort((left, right) => left.sequence - right.sequence);
  const end = followChain(events, given, say);
  for (const [key, fields] of storedObjects(stored)) {
    const followed = end.get(key)?.fields;
    if (!followed) say(key, '', 'an event that adds it', 'none');
    else if (!same(followed, fields)) say(key, 'end of its events', canonical(fields), canonical(followed));
    end.delete(key);
  }
  for (const [key] of end) say(key, '', 'an event that removes it', 'none');
  for (const { event } of stored.outbox) say(event.subject, 'outbox', 'empty', `${event.kind} ${event.sequence}`);
  return differences;
}

type Say = (object: string, field: string, expected: string, found: string) => void;

/** Each number once, from 1 to the state's, in the partition of its day, under the id that its number gives. */
function comparePlaces({ tenantId, workspaceId, stored }: EventsToCompare, say: Say): void {
  const { events, state } = stored;
  const numbers = events.map(({ event }) => event.sequence).sort((left, right) => left - right);
  const last = state?.sequence ?? 0;
  const times = new Map<number, number>();
  for (const number of numbers) times.set(number, (times.get(number) ?? 0) + 1);
  for (let number = 1; number <= Math.max(last, numbers.at(-1) ?? 0); number += 1) {
    const found = times.get(number) ?? 0;
    if (found !== 1 || number > last) say(`event ${number}`, 'times stored', number > last ? '0' : '1', String(found));
  }
  if (new Set(events.map(({ event }) => event.eventId)).size !== events.length)
    say('events', 'eventId', 'unique', 'repeated');
  for (const { pk, id, event } of events) {
    const place = [
      `${workspaceId}|${event.at.slice(0, 10)}`,
      `${tenantId}:${String(event.sequence).padStart(12, '0')}`,
    ];
    if (!same([pk, id], place)) say(`event ${event.sequence}`, 'place', canonical(place), canonical([pk, id]));
  }
}

interface Followed {
  fields: Fields;
  /** The place in the object's history that it has come to. */
  at: number;
}

function followChain(events: readonly SyncEvent[], given: EventsToCompare, say: Say): Map<string, Followed> {
  const { tenantId, baseline, history } = given;
  const objects = new Map<string, Followed>([...baseline].map(([key, fields]) => [key, { fields, at: 0 }]));
  const gone = new Map<string, number>();
  for (const event of events) {
    const { kind, sequence } = event;
    if (kind === 'customer.synced') {
      if (sequence !== 1) say(`event ${sequence}`, 'kind', 'the first event only', kind);
      continue;
    }
    if (sequence === 1) say('event 1', 'kind', 'customer.synced', kind);
    const key = keyOf(event);
    const before = objects.get(key);
    const applied = applyEvent(event, before?.fields, say);
    const after = applied && withNulls(applied);
    const at = placeAfter(history.statesOf(tenantId, key), before?.at ?? gone.get(key) ?? -1, after);
    if (at === undefined) {
      const words = `${sequence} ${kind}`;
      say(key, `state after event ${words}`, 'one that was true, later than the one before', canonical(after));
    }
    if (after) objects.set(key, { fields: after, at: at ?? before?.at ?? 0 });
    else objects.delete(key);
    if (!after) gone.set(key, at ?? 0);
  }
  return objects;
}

function keyOf({ kind, subject }: SyncEvent): string {
  const [type = ''] = kind.split('.');
  return type === 'organization' ? 'organization' : `${type}:${subject}`;
}

/** The object after an event; undefined when it is removed. */
function applyEvent(event: SyncEvent, before: Fields | undefined, say: Say): Fields | undefined {
  const { kind, sequence, changes } = event;
  const [, verb] = kind.split('.');
  const key = keyOf(event);
  const there = before !== undefined;
  if (there === (verb === 'added')) say(key, `event ${sequence}`, there ? 'a change of it' : 'its adding first', kind);
  if (Object.keys(changes).length === 0) say(key, `event ${sequence}`, 'a difference', 'none');
  const after: Record<string, unknown> = { ...before };
  for (const [field, { from, to }] of Object.entries(changes)) {
    const was = before?.[field] ?? null;
    if (!same(from, was)) say(key, `event ${sequence} ${field} from`, canonical(was), canonical(from));
    if (same(from, to)) say(key, `event ${sequence} ${field}`, 'a difference', canonical(to));
    after[field] = to;
  }
  if (verb !== 'removed') return after;
  for (const [field, value] of Object.entries(after))
    if (value !== null) say(key, `event ${sequence} ${field} to`, 'null', canonical(value));
  return undefined;
}

/** The first place later than `from` in a history at which the object was so; undefined when it never was. */
function placeAfter(states: readonly (string | null)[], from: number, after: Fields | undefined): number | undefined {
  const wanted = after ? canonical(after) : null;
  const found = states.findIndex((state, at) => at > from && state === wanted);
  return found < 0 ? undefined : found;
}

const nullableFields = {
  user: ['displayName', 'mail', 'mobilePhone', 'department', 'officeLocation', 'userType'],
  subscription: ['nextLifecycleDateTime', 'ownerTenantId'],
  other: [],
};

/** The event of an added object does not tell the fields that are null. */
function withNulls(fields: Fields): Fields {
  const type = 'userPrincipalName' in fields ? 'user' : 'subscriptionId' in fields ? 'subscription' : 'other';
  return { ...Object.fromEntries(nullableFields[type].map((name) => [name, null])), ...fields };
}
