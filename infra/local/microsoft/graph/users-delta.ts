// /users/delta: a first enumeration in pages, then the changes since. A link carries where it stands and is signed, so
// the server keeps nothing for it, and an unchanged tenant is answered without looking at any user.
// https://learn.microsoft.com/graph/delta-query-overview, https://learn.microsoft.com/graph/api/user-delta

import type { Tenant, User, UserChange } from '../world.ts';
import {
  badRequest,
  type GraphAnswer,
  type GraphCall,
  GraphFailure,
  graphAddress,
  metadata,
  unsupportedQuery,
} from './call.ts';
import { equalValues, parseFilter } from './filter.ts';
import { latestSequence } from './mutations.ts';
import { openToken, sealToken } from './opaque-token.ts';
import { allowOptions, contextSelect, option, project, readSelect } from './query-options.ts';
import { tenantIndex } from './tenant-index.ts';
import { USER_SHAPE } from './user-properties.ts';

const DELTA_PAGE = 200;
const DAY_MS = 86_400_000;
/** Documented validity of a delta token of directory objects. */
const VALID_MS = 7 * DAY_MS;
/** Past this age the answer is another one; observed, not documented. */
const ANCIENT_MS = 30 * DAY_MS;
const MAX_FILTER_IDS = 50;

interface DeltaState {
  /** `scan`: the first enumeration; `changes`: what happened since. */
  phase: 'scan' | 'changes';
  /** The last position that the scan has passed, and the user there. */
  position: number;
  userId: string | null;
  /** Changes up to and with this sequence are known to the caller. */
  sequence: number;
  selected: string[] | null;
  /** Of a $filter by ids. */
  ids: string[] | null;
  issuedMs: number;
  /** The tenant's reset count when the link was issued. */
  resets: number;
}

/** GET /users/delta */
export function usersDelta(call: GraphCall): GraphAnswer {
  const skipToken = option(call, '$skiptoken');
  const deltaToken = option(call, '$deltatoken');
  if (skipToken !== null) return continueRound(call, openState(call, skipToken, 'skip'));
  if (deltaToken !== null && deltaToken !== '' && deltaToken.toLowerCase() !== 'latest') {
    const state = openState(call, deltaToken, 'delta');
    const subject = { origin: 'graph', path: `/v1.0${call.path}`, tenantId: call.tenant.id } as const;
    if (call.context.faults.deltaReset(subject)) throw resync(call, state);
    return continueRound(call, state);
  }
  const state = firstState(call);
  return deltaToken?.toLowerCase() === 'latest'
    ? answer(call, [], { ...state, phase: 'changes' }, true)
    : continueRound(call, state);
}

function firstState(call: GraphCall): DeltaState {
  // Graph refuses these on users: pages are as large as it likes, in any order.
  for (const name of ['$top', '$orderby', '$expand', '$search', '$skip', '$count']) {
    if (option(call, name) !== null) throw unsupportedQuery(`'${name}' is not supported in delta queries of users.`);
  }
  allowOptions(call, ['$select', '$filter', '$deltatoken']);
  const selected = readSelect(call, USER_SHAPE, 'collection');
  if (selected?.includes('signInActivity')) throw badRequest("Property 'signInActivity' is not supported in delta.");
  return {
    phase: 'scan',
    position: -1,
    userId: null,
    sequence: latestSequence(call.tenant),
    selected,
    ids: readIds(call),
    issuedMs: call.context.clock.now(),
    resets: call.tenant.deltaResetBefore,
  };
}

function readIds(call: GraphCall): string[] | null {
  const text = option(call, '$filter');
  if (text === null) return null;
  const ids = equalValues(parseFilter(text, { id: ['eq', 'in'] }), 'id');
  if (!ids || ids.length > MAX_FILTER_IDS) throw unsupportedQuery(`At most ${MAX_FILTER_IDS} ids can be filtered by.`);
  return ids.map((id) => id.toLowerCase());
}

function continueRound(call: GraphCall, state: DeltaState): GraphAnswer {
  return state.phase === 'scan' ? scanPage(call, state) : changesPage(call, state);
}

function scanPage(call: GraphCall, state: DeltaState): GraphAnswer {
  const { order, positionById } = tenantIndex(call.tenant);
  const value: unknown[] = [];
  let position = scanStart(state, order, positionById);
  for (; position < order.length && value.length < DELTA_PAGE; position += 1) {
    const id = order[position];
    const user = id ? call.tenant.users.get(id) : undefined;
    if (!user || user.deletedDateTime !== null || (state.ids && !state.ids.includes(user.id))) continue;
    value.push(firstSight(user, state.selected));
  }
  if (position < order.length) {
    const userId = order[position - 1] ?? null;
    return answer(call, value, { ...state, position: position - 1, userId }, false);
  }
  // What changed while the caller was paging comes again, as it may with the real service.
  const behind = state.sequence < latestSequence(call.tenant);
  return answer(call, value, { ...state, phase: 'changes' }, !behind);
}

/** Where the scan goes on. After a restart positions may have moved: then by the id, or else from the start again. */
function scanStart(
  state: DeltaState,
  order: readonly (string | null)[],
  positions: ReadonlyMap<string, number>,
): number {
  if (state.position < 0) return 0;
  if (order[state.position] === state.userId || order[state.position] === null) return state.position + 1;
  const moved = state.userId === null ? undefined : positions.get(state.userId);
  return moved === undefined ? 0 : moved + 1;
}

function changesPage(call: GraphCall, state: DeltaState): GraphAnswer {
  const { tenant } = call;
  const latest = latestSequence(tenant);
  if (state.sequence >= latest) return answer(call, [], state, true);
  const changed = new Set<string>();
  let sequence = state.sequence;
  for (let at = firstAfter(tenant.userChanges, state.sequence); at < tenant.userChanges.length; at += 1) {
    const change = tenant.userChanges[at];
    if (!change) break;
    if (!state.ids || state.ids.includes(change.userId)) {
      if (changed.size === DELTA_PAGE && !changed.has(change.userId)) break;
      changed.add(change.userId);
    }
    sequence = change.sequence;
  }
  const value = [...changed].map((userId) => asChanged(tenant, userId, state.selected));
  return answer(call, value, { ...state, sequence }, sequence >= latest);
}

/** The first change after a sequence; the list is in order of sequences. */
function firstAfter(changes: readonly UserChange[], sequence: number): number {
  let low = 0;
  let high = changes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((changes[middle]?.sequence ?? 0) <= sequence) low = middle + 1;
    else high = middle;
  }
  return low;
}

function asChanged(tenant: Tenant, userId: string, selected: readonly string[] | null): Record<string, unknown> {
  const user = tenant.users.get(userId);
  if (!user) return { id: userId, '@removed': { reason: 'deleted' } };
  if (user.deletedDateTime !== null) return { id: userId, '@removed': { reason: 'changed' } };
  return { ...project(USER_SHAPE, user, selected), id: user.id };
}

/** A user in the first enumeration: properties that were never set are not included at all. */
function firstSight(user: User, selected: readonly string[] | null): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const name of selected ?? USER_SHAPE.defaults ?? []) {
    const value = USER_SHAPE.properties.get(name)?.(user);
    if (value !== null && value !== undefined) shown[name] = value;
  }
  shown['id'] = user.id;
  return shown;
}

function answer(call: GraphCall, value: unknown[], state: DeltaState, done: boolean): GraphAnswer {
  const issued = { ...state, issuedMs: call.context.clock.now() };
  const token = sealState(call, issued, done ? 'delta' : 'skip');
  const link = done ? '@odata.deltaLink' : '@odata.nextLink';
  return {
    status: 200,
    body: {
      '@odata.context': metadata(call, `users${contextSelect(state.selected)}`),
      [link]: graphAddress(call, `/users/delta?$${done ? 'deltatoken' : 'skiptoken'}=${token}`),
      value,
    },
  };
}

function sealState(call: GraphCall, state: DeltaState, kind: 'delta' | 'skip'): string {
  const { phase, position, userId, sequence, selected, ids, issuedMs, resets } = state;
  return sealToken(call.context.world, {
    t: call.tenant.id,
    k: `users-${kind}`,
    v: [phase, position, userId, sequence, selected, ids, issuedMs, resets],
  });
}

/**
 * Opens a link's token.
 * @throws GraphFailure 400 for a token that was changed, is another tenant's or is over 30 days old, 410 for one that is
 * over 7 days old or older than a reset
 */
function openState(call: GraphCall, token: string, kind: 'delta' | 'skip'): DeltaState {
  const value = openToken(call.context.world, token);
  if (value?.['t'] !== call.tenant.id || value['k'] !== `users-${kind}`) throw badRequest('Badly formed token.');
  const state = toState(value['v']);
  const ageMs = call.context.clock.now() - state.issuedMs;
  if (ageMs > ANCIENT_MS) throw unsupportedQuery('DeltaLink older than 30 days is not supported.');
  if (ageMs > VALID_MS) throw goneFor(call, state, 'syncStateNotFound', 'The sync state was not found.');
  if (call.tenant.deltaResetBefore > state.resets) throw resync(call, state);
  return state;
}

function toState(value: unknown): DeltaState {
  const [phase, position, userId, sequence, selected, ids, issuedMs, resets] = Array.isArray(value) ? value : [];
  return {
    phase: phase === 'scan' ? 'scan' : 'changes',
    position: Number(position),
    userId: typeof userId === 'string' ? userId : null,
    sequence: Number(sequence),
    selected: Array.isArray(selected) ? selected.map(String) : null,
    ids: Array.isArray(ids) ? ids.map(String) : null,
    issuedMs: Number(issuedMs),
    resets: Number(resets),
  };
}

function resync(call: GraphCall, state: DeltaState): GraphFailure {
  return goneFor(call, state, 'resyncRequired', 'Resync required. Start again with the address in Location.');
}

/** 410 with the address of a new enumeration: an empty token, and the selection that the old link had. */
function goneFor(call: GraphCall, state: DeltaState, code: string, message: string): GraphFailure {
  const select = state.selected ? `&$select=${state.selected.join(',')}` : '';
  return new GraphFailure(410, code, message, { location: graphAddress(call, `/users/delta?$deltatoken=${select}`) });
}
