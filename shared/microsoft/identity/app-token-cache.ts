// App-only tokens by tenant, on our clock: bounded, with requests for the same tenant shared while they are under way.
import { type Clock, MINUTE_MS, SECOND_MS } from '../../clock.ts';
import { isTransient, type TokenSource } from '../microsoft.ts';
import type { TokenAnswer } from './token-exchange.ts';

/** A token is not used in its last minutes, so that it does not run out during a run. */
const marginMs = 5 * MINUTE_MS;
/** About 40 MB of tokens; the least recently used go first. */
const defaultCapacity = 20_000;

export interface AppTokenCache {
  source(tenantId: string): TokenSource;
  /** How many tenants' tokens are held. */
  size(): number;
}

interface Held {
  token: string;
  goodUntilMs: number;
  /** Order in which the requests began: an answer that was asked for earlier never replaces a newer one. */
  turn: number;
}

/** @param acquire asks Microsoft for a token of the tenant; its errors go to every caller that waits for it */
export function openAppTokenCache(
  acquire: (tenantId: string) => Promise<TokenAnswer>,
  clock: Clock,
  capacity = defaultCapacity,
): AppTokenCache {
  const held = new Map<string, Held>();
  const reads = new Map<string, Promise<string>>();
  const renewals = new Map<string, Promise<string>>();
  let turns = 0;

  const fetchToken = async (tenantId: string) => {
    turns += 1;
    const turn = turns;
    const askedAtMs = clock.now();
    const answer = await acquire(tenantId);
    const lifetimeMs = answer.expires_in * SECOND_MS;
    // A token that lives shorter than the margin is used for half its life.
    const goodUntilMs = askedAtMs + Math.max(lifetimeMs - marginMs, lifetimeMs / 2);
    if ((held.get(tenantId)?.turn ?? 0) < turn) keep(tenantId, { token: answer.access_token, goodUntilMs, turn });
    return answer.access_token;
  };

  const keep = (tenantId: string, entry: Held) => {
    // A Map keeps insertion order: the first key is the one unused for longest.
    held.delete(tenantId);
    held.set(tenantId, entry);
    if (held.size <= capacity) return;
    for (const oldest of held.keys()) {
      held.delete(oldest);
      break;
    }
  };

  const get = async (tenantId: string) => {
    const entry = held.get(tenantId);
    if (entry && entry.goodUntilMs > clock.now()) {
      keep(tenantId, entry);
      return entry.token;
    }
    // A renewal under way will be at least as fresh.
    return renewals.get(tenantId) ?? shared(reads, tenantId, fetchToken);
  };

  const renew = (tenantId: string) =>
    shared(renewals, tenantId, async () => {
      try {
        return await fetchToken(tenantId);
      } catch (error) {
        // What Entra refuses to renew was revoked: the old token still works for a while, but must not be used.
        if (!isTransient(error)) held.delete(tenantId);
        throw error;
      }
    });

  return {
    source: (tenantId) => ({ get: () => get(tenantId), renew: () => renew(tenantId) }),
    size: () => held.size,
  };
}

/** Joins the request for the same key that is under way, or begins one. */
function shared(
  underWay: Map<string, Promise<string>>,
  key: string,
  begin: (key: string) => Promise<string>,
): Promise<string> {
  const present = underWay.get(key);
  if (present) return present;
  const begun = begin(key).finally(() => underWay.delete(key));
  underWay.set(key, begun);
  return begun;
}
