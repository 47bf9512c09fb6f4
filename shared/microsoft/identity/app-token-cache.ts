// App-only tokens by tenant and app, on our clock: bounded, with requests for the same tenant shared while they are under way.
import { type Clock, MINUTE_MS, SECOND_MS } from '../../clock.ts';
import { isTransient, type OwnApp, type TokenSource } from '../microsoft.ts';
import { ownAppKey } from './registrations.ts';
import type { TokenAnswer } from './token-exchange.ts';

/** A token is not used in its last minutes, so that it does not run out during a run. */
const marginMs = 5 * MINUTE_MS;
/** About 40 MB of tokens; the least recently used go first. */
const defaultCapacity = 20_000;

export interface AppTokenCache {
  /** Of the deployment's customer app, or of the MSP's own. */
  source(tenantId: string, ownApp?: OwnApp): TokenSource;
  /** How many tokens are held. */
  size(): number;
}

interface Held {
  token: string;
  goodUntilMs: number;
  /** Order in which the requests began: an answer that was asked for earlier never replaces a newer one. */
  turn: number;
}

/** Whose token, and by what name it is held. */
interface Wanted {
  key: string;
  tenantId: string;
  ownApp: OwnApp | undefined;
}

/** @param acquire asks Microsoft for a token of the tenant; its errors go to every caller that waits for it */
export function openAppTokenCache(
  acquire: (tenantId: string, ownApp?: OwnApp) => Promise<TokenAnswer>,
  clock: Clock,
  capacity = defaultCapacity,
): AppTokenCache {
  const held = new Map<string, Held>();
  const reads = new Map<string, Promise<string>>();
  const renewals = new Map<string, Promise<string>>();
  let turns = 0;

  const fetchToken = async ({ key, tenantId, ownApp }: Wanted) => {
    turns += 1;
    const turn = turns;
    const askedAtMs = clock.now();
    const answer = await acquire(tenantId, ownApp);
    const lifetimeMs = answer.expires_in * SECOND_MS;
    // A token that lives shorter than the margin is used for half its life.
    const goodUntilMs = askedAtMs + Math.max(lifetimeMs - marginMs, lifetimeMs / 2);
    if ((held.get(key)?.turn ?? 0) < turn) keep(key, { token: answer.access_token, goodUntilMs, turn });
    return answer.access_token;
  };

  const keep = (key: string, entry: Held) => {
    // A Map keeps insertion order: the first key is the one unused for longest.
    held.delete(key);
    held.set(key, entry);
    if (held.size <= capacity) return;
    for (const oldest of held.keys()) {
      held.delete(oldest);
      break;
    }
  };

  const get = async (wanted: Wanted) => {
    const entry = held.get(wanted.key);
    if (entry && entry.goodUntilMs > clock.now()) {
      keep(wanted.key, entry);
      return entry.token;
    }
    // A renewal under way will be at least as fresh.
    return renewals.get(wanted.key) ?? shared(reads, wanted.key, () => fetchToken(wanted));
  };

  const renew = (wanted: Wanted) =>
    shared(renewals, wanted.key, async () => {
      try {
        return await fetchToken(wanted);
      } catch (error) {
        // What Entra refuses to renew was revoked: the old token still works for a while, but must not be used.
        if (!isTransient(error)) held.delete(wanted.key);
        throw error;
      }
    });

  return {
    source: (tenantId, ownApp) => {
      const wanted = { key: ownApp ? `${tenantId} ${ownAppKey(ownApp)}` : tenantId, tenantId, ownApp };
      return { get: () => get(wanted), renew: () => renew(wanted) };
    },
    size: () => held.size,
  };
}

/** Joins the request for the same key that is under way, or begins one. */
function shared(underWay: Map<string, Promise<string>>, key: string, begin: () => Promise<string>): Promise<string> {
  const present = underWay.get(key);
  if (present) return present;
  const begun = begin().finally(() => underWay.delete(key));
  underWay.set(key, begun);
  return begun;
}
