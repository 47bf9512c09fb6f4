// /users, /users/{id}, /users/$count and /me.

import type { User } from '../world.ts';
import {
  badRequest,
  denied,
  type GraphAnswer,
  type GraphCall,
  GraphFailure,
  metadata,
  missingObject,
  parameter,
} from './call.ts';
import { SIGN_IN_READ_ROLES } from './directory-roles.ts';
import { type Condition, equalValues, type Filter, meets, parseFilter } from './filter.ts';
import { badPageToken, isEventual, pageAddress } from './listing.ts';
import { openToken, sealToken } from './opaque-token.ts';
import { callerHoldsRole, hasPermission, noteGrant } from './permissions.ts';
import { allowOptions, contextSelect, option, project, readSelect, readTop } from './query-options.ts';
import { type TenantIndex, tenantIndex } from './tenant-index.ts';
import { BASIC_USER_PROPERTIES, findUser, USER_SHAPE } from './user-properties.ts';

const DEFAULT_PAGE = 100;
const MAX_PAGE = 999;
/** With sign-in activity a page holds fewer users, whatever $top asks. */
const MAX_PAGE_WITH_SIGN_INS = 500;
const LIST_OPTIONS = ['$select', '$filter', '$top', '$count', '$skiptoken'];

const FILTERS: Record<string, readonly Condition['operator'][]> = {
  id: ['eq', 'in'],
  userPrincipalName: ['eq', 'in', 'startswith'],
  accountEnabled: ['eq', 'ne'],
  userType: ['eq', 'ne', 'in'],
  mail: ['eq', 'ne', 'in', 'startswith'],
  displayName: ['eq', 'ne', 'in', 'startswith'],
  givenName: ['eq', 'ne', 'in', 'startswith'],
  surname: ['eq', 'ne', 'in', 'startswith'],
  department: ['eq', 'ne', 'in', 'startswith'],
  jobTitle: ['eq', 'ne', 'in', 'startswith'],
  officeLocation: ['eq', 'ne', 'in', 'startswith'],
  usageLocation: ['eq', 'ne', 'in', 'startswith'],
};

/** GET /users */
export function listUsers(call: GraphCall): GraphAnswer {
  allowOptions(call, LIST_OPTIONS);
  const selected = readSelect(call, USER_SHAPE, 'collection');
  const withSignIns = checkSelected(call, selected);
  const top = Math.min(readTop(call, DEFAULT_PAGE, MAX_PAGE), withSignIns ? MAX_PAGE_WITH_SIGN_INS : MAX_PAGE);
  const filter = readFilter(call);
  const index = tenantIndex(call.tenant);
  const body: Record<string, unknown> = { '@odata.context': metadata(call, `users${contextSelect(selected)}`) };
  const start = readPosition(call, index);
  // Without ConsistencyLevel Graph ignores $count; on later pages there is none.
  if (option(call, '$count') === 'true' && isEventual(call) && start === 0) {
    body['@odata.count'] = countUsers(call, filter, index);
  }
  const page = usersFrom(call, index, filter, start, top);
  if (page.next !== null) body['@odata.nextLink'] = pageAddress(call, page.next);
  body['value'] = page.users.map((user) => present(call, user, selected));
  return { status: 200, body };
}

/** GET /users/$count */
export function countAllUsers(call: GraphCall): GraphAnswer {
  if (!isEventual(call)) throw badRequest('$count is not currently supported.');
  allowOptions(call, ['$filter', '$count']);
  return { status: 200, text: String(countUsers(call, readFilter(call), tenantIndex(call.tenant))) };
}

/** GET /users/{id or userPrincipalName} */
export function getUser(call: GraphCall): GraphAnswer {
  const asked = parameter(call, 0);
  const user = findUser(call.tenant, tenantIndex(call.tenant).idByPrincipalName, asked);
  const readsOthers = hasPermission(call, ...READS_OTHERS);
  if (!readsOthers && user?.id !== call.token.objectId) throw denied();
  if (!user) throw missingObject(asked);
  return oneUser(call, user);
}

/** GET /me */
export function getMe(call: GraphCall): GraphAnswer {
  return oneUser(call, requireMe(call));
}

/**
 * The user behind a delegated token.
 * @throws GraphFailure 404 for a partner's user, who has no object in the customer's tenant
 */
export function requireMe(call: GraphCall): User {
  const user = call.tenant.users.get(call.token.objectId);
  if (!user || user.deletedDateTime !== null) throw missingObject(call.token.objectId);
  return user;
}

const READS_OTHERS = [
  'User.ReadBasic.All',
  'User.Read.All',
  'User.ReadWrite.All',
  'Directory.Read.All',
  'Directory.ReadWrite.All',
];

const READS_FULL = ['User.Read.All', 'User.ReadWrite.All', 'Directory.Read.All', 'Directory.ReadWrite.All'];

function oneUser(call: GraphCall, user: User): GraphAnswer {
  allowOptions(call, ['$select']);
  const selected = readSelect(call, USER_SHAPE, 'entity');
  checkSelected(call, selected);
  const context = { '@odata.context': metadata(call, `users${contextSelect(selected)}/$entity`) };
  return { status: 200, body: { ...context, ...present(call, user, selected) } };
}

/**
 * Checks what selected properties want beyond the operation itself.
 * @returns whether sign-in activity is among them
 * @throws GraphFailure 403 without AuditLog.Read.All, and for a tenant without Entra ID P1: the whole request fails
 */
function checkSelected(call: GraphCall, selected: readonly string[] | null): boolean {
  if (!selected?.includes('signInActivity')) return false;
  if (!hasPermission(call, 'AuditLog.Read.All') || !hasPermission(call, ...READS_FULL)) throw denied();
  if (!callerHoldsRole(call, SIGN_IN_READ_ROLES)) throw denied();
  noteGrant(call, `${call.path}?$select=signInActivity`, ['AuditLog.Read.All']);
  if (!call.tenant.hasEntraP1) {
    throw new GraphFailure(
      403,
      'Authentication_RequestFromNonPremiumTenantOrB2CTenant',
      "Neither tenant is B2C or tenant doesn't have premium license",
    );
  }
  return true;
}

/** The properties of a user that the caller may see; the others are null with `User.ReadBasic.All` alone. */
function present(call: GraphCall, user: User, selected: readonly string[] | null): Record<string, unknown> {
  const shown = project(USER_SHAPE, user, selected);
  if (hasPermission(call, ...READS_FULL) || user.id === call.token.objectId) return shown;
  for (const name of Object.keys(shown)) {
    if (!BASIC_USER_PROPERTIES.has(name)) shown[name] = Array.isArray(shown[name]) ? [] : null;
  }
  return shown;
}

function readFilter(call: GraphCall): Filter | null {
  const text = option(call, '$filter');
  return text === null ? null : parseFilter(text, FILTERS);
}

interface UserPage {
  users: User[];
  next: string | null;
}

function usersFrom(call: GraphCall, index: TenantIndex, filter: Filter | null, start: number, top: number): UserPage {
  const known = filter && (namedUsers(call, filter, index, 'id') ?? namedUsers(call, filter, index, 'name'));
  if (known) return { users: known.slice(0, top), next: null };
  const users: User[] = [];
  let last = start;
  for (let position = start; position < index.order.length; position += 1) {
    const user = userAt(call, index, position);
    if (!user || (filter && !userMeets(filter, user))) continue;
    if (users.length === top) return { users, next: sealPosition(call, index, last) };
    users.push(user);
    last = position;
  }
  return { users, next: null };
}

/** Users that the filter names by id or by user principal name, without a scan. */
function namedUsers(call: GraphCall, filter: Filter, index: TenantIndex, by: 'id' | 'name'): User[] | null {
  const values = equalValues(filter, by === 'id' ? 'id' : 'userPrincipalName');
  const found = values?.map((value) => findUser(call.tenant, index.idByPrincipalName, value));
  const wanted = found?.filter((user) => user !== undefined && userMeets(filter, user));
  return wanted?.filter((user) => user !== undefined) ?? null;
}

function userAt(call: GraphCall, index: TenantIndex, position: number): User | null {
  const id = index.order[position];
  const user = id ? call.tenant.users.get(id) : undefined;
  return user && user.deletedDateTime === null ? user : null;
}

function countUsers(call: GraphCall, filter: Filter | null, index: TenantIndex): number {
  if (!filter) return index.liveUsers;
  let count = 0;
  for (const user of call.tenant.users.values()) {
    if (user.deletedDateTime === null && userMeets(filter, user)) count += 1;
  }
  return count;
}

function userMeets(filter: Filter, user: User): boolean {
  return meets(filter, (property) => USER_SHAPE.properties.get(property)?.(user));
}

/** Seals the position of the last user shown; the id at it lets a restarted simulator find the place again. */
function sealPosition(call: GraphCall, index: TenantIndex, position: number): string {
  return sealToken(call.context.world, { t: call.tenant.id, k: 'users', n: position, u: index.order[position] });
}

function readPosition(call: GraphCall, index: TenantIndex): number {
  const token = option(call, '$skiptoken');
  if (token === null) return 0;
  const value = openToken(call.context.world, token);
  if (value?.['t'] !== call.tenant.id || value['k'] !== 'users') throw badPageToken();
  const { n: position, u: id } = value;
  if (typeof position === 'number' && index.order[position] === id) return position + 1;
  const moved = typeof id === 'string' ? index.positionById.get(id) : undefined;
  if (moved !== undefined) return moved + 1;
  // The user at which the page ended was purged: its place is still there, unless the simulator was restarted.
  if (typeof position === 'number' && index.order[position] === null) return position + 1;
  throw new GraphFailure(
    400,
    'Directory_ExpiredPageToken',
    'The specified page token value has expired and can no longer be included in your request.',
  );
}
