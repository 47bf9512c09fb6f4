// What is true of each object of a tenant, in the fields that the app stores and tells of in events, and every state that it
// was ever in. Written from Microsoft's documentation, not from the app's code: two readings of one thing.
import type { Truth } from './control.ts';

/** The fields of one object. */
export type Fields = Readonly<Record<string, unknown>>;

/** Objects by key: `organization`, `licence:{skuId}`, `subscription:{id}`, `user:{id}`. */
export type Objects = ReadonlyMap<string, Fields>;

/** What is true of a tenant's objects at one moment. */
export function objectsOf(truth: Truth): Objects {
  return new Map<string, Fields>([
    ['organization', organizationFields(truth)],
    ...truth.licences.map((licence) => [`licence:${licence.skuId}`, licenceFields(truth, licence)] as const),
    ...truth.subscriptions.map(({ id, ...rest }) => [`subscription:${id}`, { subscriptionId: id, ...rest }] as const),
    ...truth.users.map(({ id, ...rest }) => [`user:${id}`, { userId: id, ...rest }] as const),
  ]);
}

function organizationFields({ organization }: Truth): Fields {
  const { displayName, countryLetterCode, createdDateTime, defaultDomain, initialDomain } = organization;
  const names = [...new Set([defaultDomain, initialDomain])].sort();
  return {
    displayName,
    countryLetterCode,
    tenantType: 'AAD',
    createdDateTime,
    verifiedDomains: names.map((name) => ({
      name,
      isDefault: name === defaultDomain,
      isInitial: name === initialDomain,
    })),
  };
}

function licenceFields(truth: Truth, licence: Truth['licences'][number]): Fields {
  const held = truth.subscriptions.filter(({ skuId }) => skuId === licence.skuId);
  return {
    ...licence,
    capabilityStatus: capabilityStatus(licence, held),
    appliesTo: 'User',
    unused: Math.max(0, licence.enabled - licence.consumed),
    subscriptionIds: held.map(({ id }) => id).sort(),
  };
}

/** https://learn.microsoft.com/graph/api/resources/subscribedsku: Enabled while at least one unit is. */
function capabilityStatus(
  { enabled, warning, suspended, lockedOut }: Truth['licences'][number],
  held: Truth['subscriptions'],
): string {
  if (enabled > 0) return 'Enabled';
  if (warning > 0) return 'Warning';
  if (suspended > 0) return 'Suspended';
  if (lockedOut > 0) return 'LockedOut';
  return held.some(({ status }) => status === 'Enabled') ? 'Enabled' : 'Deleted';
}

/** The same value, whatever the order of an object's fields. */
export function same(left: unknown, right: unknown): boolean {
  return canonical(left) === canonical(right);
}

/** JSON with the fields of each object in order; `undefined` for what JSON has not. */
export function canonical(value: unknown): string {
  if (value === undefined) return 'undefined';
  return JSON.stringify(value, (_name, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** Every state that each object of each tenant was in, in order; null while it was not there. */
export interface TruthHistory {
  /** Takes note of what is true now. The first time for a tenant is where its histories begin. */
  record(truth: Truth): void;
  /** Of one object, as canonical text; [null] for one that never was. */
  statesOf(tenantId: string, key: string): readonly (string | null)[];
  /** How many states were noted beside the first ones. */
  readonly noted: number;
}

export function openHistory(): TruthHistory {
  const tenants = new Map<string, Map<string, (string | null)[]>>();
  let noted = 0;
  const push = (objects: Map<string, (string | null)[]>, key: string, state: string | null): void => {
    const states = objects.get(key) ?? [null];
    if (states.at(-1) === state) return;
    states.push(state);
    objects.set(key, states);
    noted += 1;
  };
  return {
    record(truth) {
      const now = objectsOf(truth);
      const known = tenants.get(truth.tenantId);
      if (!known) {
        const states = [...now].map(([key, fields]) => [key, [canonical(fields)]] as const);
        tenants.set(truth.tenantId, new Map<string, (string | null)[]>(states.map(([key, list]) => [key, [...list]])));
        return;
      }
      for (const [key, fields] of now) push(known, key, canonical(fields));
      for (const key of known.keys()) if (!now.has(key)) push(known, key, null);
    },
    statesOf: (tenantId, key) => tenants.get(tenantId)?.get(key) ?? [null],
    get noted() {
      return noted;
    },
  };
}
