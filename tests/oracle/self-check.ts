// An oracle that cannot fail proves nothing: before its word counts, it is shown copies of what it has just found right, each
// with one thing made wrong, and must notice every one.
import { compareEnding, type Ending } from './compare.ts';
import type { StoredAll, StoredTenant } from './stored.ts';

interface Wrong {
  name: string;
  /** Makes one thing wrong; false where this tenant has nothing of the kind. */
  make(tenant: StoredTenant): boolean;
}

const wrongs: readonly Wrong[] = [
  { name: 'a user is missing', make: ({ users }) => users.pop() !== undefined },
  {
    name: "a user's department is another",
    make: ({ users }) => change(users[0], (user) => Object.assign(user, { department: 'Elsewhere' })),
  },
  {
    name: 'a licence counts one unused seat more',
    make: ({ licences }) => change(licences[0], (licence) => Object.assign(licence, { unused: licence.unused + 1 })),
  },
  { name: 'a subscription is missing', make: ({ subscriptions }) => subscriptions.pop() !== undefined },
  { name: 'the count of users is off', make: ({ state }) => change(state?.counts, (counts) => (counts.users += 1)) },
  { name: 'an event is missing', make: ({ events }) => events.length > 2 && events.splice(1, 1).length === 1 },
  {
    name: 'an event is there twice',
    make: ({ events }) => change(events[1], (event) => events.push(event)),
  },
  {
    name: 'two events of one object have changed places',
    make: ({ events }) => swapTwo(events.map(({ event }) => event)),
  },
  {
    name: 'an event tells a state that never was',
    make: ({ events }) => {
      const told = events.find(({ event }) => event.changes['department'] && event.kind === 'user.updated');
      return change(told?.event.changes['department'], (field) => (field.to = 'Nowhere'));
    },
  },
  {
    name: 'an event is left in the outbox',
    make: ({ outbox, events }) =>
      change(events[0], ({ event }) =>
        outbox.push({ id: 'outbox:000000000001', type: 'outbox', schemaVersion: 1, event }),
      ),
  },
];

/** Gives the names of what went unnoticed, and how many things were tried. */
export function selfCheck(ending: Ending): { tried: number; unnoticed: string[] } {
  const unnoticed: string[] = [];
  let tried = 0;
  for (const { name, make } of wrongs) {
    const tenants = structuredClone(new Map(ending.stored.tenants));
    // Of the tenants with the most events, the first in which it can be made.
    const order = [...tenants.values()].sort((left, right) => right.events.length - left.events.length);
    if (!order.some(make)) continue;
    tried += 1;
    const stored: StoredAll = { ...ending.stored, tenants };
    if (compareEnding({ ...ending, stored }).length === 0) unnoticed.push(name);
  }
  return { tried, unnoticed };
}

function change<T>(value: T | undefined, make: (value: T) => unknown): boolean {
  if (value === undefined) return false;
  make(value);
  return true;
}

function swapTwo(events: { sequence: number; subject: string; kind: string; changes: object }[]): boolean {
  const ordered = events.sort((left, right) => left.sequence - right.sequence);
  for (const first of ordered) {
    const second = ordered.find(({ sequence, subject }) => sequence > first.sequence && subject === first.subject);
    if (!second || JSON.stringify(first.changes) === JSON.stringify(second.changes)) continue;
    [first.kind, second.kind] = [second.kind, first.kind];
    [first.changes, second.changes] = [second.changes, first.changes];
    return true;
  }
  return false;
}
