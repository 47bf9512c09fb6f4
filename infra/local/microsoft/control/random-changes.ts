// Draws changes as they happen in real tenants: mostly people and licences, sometimes seats, now and then a rename.
import { tenantIndex } from '../graph/tenant-index.ts';
import type { SimContext } from '../http.ts';
import { createDraws, type Draws } from '../scenario/draws.ts';
import { DEPARTMENTS, OFFICES } from '../scenario/names.ts';
import type { Tenant, User } from '../world.ts';
import { applyChange } from './apply-change.ts';
import type { AppliedChange } from './effects.ts';
import type { Change, ChangeKind } from './schemas.ts';

const WEIGHTS: readonly { value: ChangeKind; weight: number }[] = [
  { value: 'updateUser', weight: 30 },
  { value: 'assignLicence', weight: 15 },
  { value: 'removeLicence', weight: 12 },
  { value: 'addUser', weight: 12 },
  { value: 'disableUser', weight: 5 },
  { value: 'enableUser', weight: 4 },
  { value: 'softDeleteUser', weight: 6 },
  { value: 'restoreUser', weight: 3 },
  { value: 'purgeUser', weight: 2 },
  { value: 'buySeats', weight: 6 },
  { value: 'setSubscriptionStatus', weight: 2 },
  { value: 'renameOrganization', weight: 2 },
];
/** Tries per change before giving up: a drawn change may turn out to change nothing. */
const MOST_TRIES = 30;

/**
 * Makes `count` true changes.
 * @param tenantIds where; by default in all customers
 * @returns only changes that made something different
 */
export function makeRandomChanges(
  context: SimContext,
  log: AppliedChange[],
  input: { count: number; seed: number; tenantIds?: readonly string[] | undefined },
): AppliedChange[] {
  const draws = createDraws(input.seed, 'random-changes');
  const tenants = chosenTenants(context, input.tenantIds);
  const made: AppliedChange[] = [];
  for (let tries = 0; made.length < input.count && tries < input.count * MOST_TRIES; tries += 1) {
    const change = drawChange(draws, draws.pick(tenants), log.length);
    if (!change) continue;
    const applied = applyChange(context, log, change);
    if (applied.effects.length > 0) made.push(applied);
    else log.pop();
  }
  return made;
}

function chosenTenants(context: SimContext, tenantIds: readonly string[] | undefined): Tenant[] {
  const all = [...context.world.tenants.values()];
  const chosen = tenantIds
    ? all.filter(({ id }) => tenantIds.includes(id))
    : all.filter(({ kind, deleted }) => kind === 'customer' && !deleted);
  if (chosen.length === 0) throw new Error('There is no such tenant to change.');
  return chosen;
}

function drawChange(draws: Draws, tenant: Tenant, number: number): Change | null {
  const kind = draws.weighted(WEIGHTS);
  const tenantId = tenant.id;
  if (kind === 'addUser') return drawNewUser(draws, tenant, number);
  if (kind === 'renameOrganization') {
    const plain = tenant.displayName.replace(/ \(renamed \d+\)$/, '');
    return { kind, tenantId, displayName: `${plain} (renamed ${number})` };
  }
  if (kind === 'buySeats') return drawSeats(draws, tenant);
  if (kind === 'setSubscriptionStatus') {
    const subscriptions = [...tenant.subscriptions.keys()];
    if (subscriptions.length === 0) return null;
    const status = draws.pick(['Enabled', 'Enabled', 'Warning', 'Suspended'] as const);
    return { kind, tenantId, subscriptionId: draws.pick(subscriptions), status };
  }
  return drawUserChange(draws, tenant, kind, number);
}

function drawNewUser(draws: Draws, tenant: Tenant, number: number): Change {
  const name = `Newcomer ${number} ${draws.int(0, 1_000_000)}`;
  const skuIds = draws.chance(0.6) ? drawSku(draws, tenant) : [];
  return {
    kind: 'addUser',
    tenantId: tenant.id,
    user: {
      userPrincipalName: `${name.toLowerCase().replaceAll(' ', '.')}@${tenant.defaultDomain}`,
      displayName: name,
      department: draws.pick(DEPARTMENTS),
    },
    skuIds,
  };
}

function drawSeats(draws: Draws, tenant: Tenant): Change | null {
  const [skuId] = drawSku(draws, tenant);
  return skuId === undefined
    ? null
    : { kind: 'buySeats', tenantId: tenant.id, skuId, add: draws.pick([-2, -1, 1, 2, 5]) };
}

function drawUserChange(draws: Draws, tenant: Tenant, kind: ChangeKind, number: number): Change | null {
  const wantsDeleted = kind === 'restoreUser' || (kind === 'purgeUser' && draws.chance(0.5));
  const user = drawUser(draws, tenant, wantsDeleted);
  if (!user) return null;
  const of = { tenantId: tenant.id, userId: user.id };
  switch (kind) {
    case 'updateUser':
      return { kind, ...of, set: drawFields(draws, number) };
    case 'assignLicence': {
      const [skuId] = drawSku(draws, tenant);
      return skuId === undefined ? null : { kind, ...of, skuId };
    }
    case 'removeLicence': {
      if (user.assignedLicenses.length === 0) return null;
      return { kind, ...of, skuId: draws.pick(user.assignedLicenses).skuId };
    }
    case 'disableUser':
    case 'enableUser':
    case 'softDeleteUser':
    case 'restoreUser':
    case 'purgeUser':
      return { kind, ...of };
    default:
      return null;
  }
}

function drawFields(draws: Draws, number: number): Extract<Change, { kind: 'updateUser' }>['set'] {
  return draws.pick([
    { department: draws.pick(DEPARTMENTS) },
    { officeLocation: draws.pick(OFFICES) },
    { mobilePhone: `+44 7700 9${String(draws.int(0, 99_999)).padStart(5, '0')}` },
    { displayName: `Renamed person ${number}` },
  ]);
}

function drawSku(draws: Draws, tenant: Tenant): string[] {
  const skuIds = [...tenant.skus.keys()];
  return skuIds.length === 0 ? [] : [draws.pick(skuIds)];
}

/** A user drawn by position; administrators stay, so that every tenant can still be signed in to. */
function drawUser(draws: Draws, tenant: Tenant, deleted: boolean): User | null {
  const { order } = tenantIndex(tenant);
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const user = tenant.users.get(draws.pick(order) ?? '');
    if (!user || user.directoryRoles.length > 0 || user.homeAccount) continue;
    if ((user.deletedDateTime !== null) === deleted) return user;
  }
  return null;
}
