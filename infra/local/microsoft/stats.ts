// Counts what the simulator is asked: requests by origin, path template and status, how many ran at once, and the most
// consents that Partner Center was asked for within one second.
import type { OriginName } from './faults.ts';

export interface StatsSnapshot {
  total: number;
  /** The most requests that were being answered at one moment. */
  maxConcurrency: number;
  /** The most requests to Partner Center's application consents within any one second of real time, refused ones too. */
  peakConsentsPerSecond: number;
  /** Status 0 is a line cut on purpose. */
  requests: { origin: OriginName; method: string; path: string; status: number; count: number }[];
  /** By which permissions operations were allowed, alone or inside a batch. */
  grants: (Grant & { count: number })[];
}

/** An operation that was allowed. */
export interface Grant {
  appId: string;
  kind: 'delegated' | 'application';
  method: string;
  /** Template of the path; with what it selected where that takes a permission of its own. */
  path: string;
  /** Each of these would have done; those that the token holds, the least privileged first. `A+B` are two together. */
  permissions: string[];
}

export interface Stats {
  /** Notes the start of a request; call what it returns with the status when the answer is sent. */
  begin(origin: OriginName, method: string, path: string): (status: number) => void;
  /** Notes by which permissions an operation was allowed. */
  granted(grant: Grant): void;
  snapshot(): StatsSnapshot;
  reset(): void;
}

const GUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

const CONSENT_PATH = /^\/v1\/customers\/[^/]+\/applicationconsents/i;
const SECOND_MS = 1000;

/** Makes empty statistics. @param realMs milliseconds of real time: a rate does not follow the clock that tests move */
export function createStats(realMs: () => number = () => performance.now()): Stats {
  let counts = new Map<string, { origin: OriginName; method: string; path: string; status: number; count: number }>();
  let grants = new Map<string, Grant & { count: number }>();
  let running = 0;
  let maxConcurrency = 0;
  let total = 0;
  let recentConsents: number[] = [];
  let peakConsentsPerSecond = 0;
  return {
    begin(origin, method, path) {
      running += 1;
      total += 1;
      maxConcurrency = Math.max(maxConcurrency, running);
      if (origin === 'partnerCenter' && CONSENT_PATH.test(path)) {
        const nowMs = realMs();
        recentConsents = [...recentConsents.filter((atMs) => atMs > nowMs - SECOND_MS), nowMs];
        peakConsentsPerSecond = Math.max(peakConsentsPerSecond, recentConsents.length);
      }
      return (status) => {
        running -= 1;
        const template = path.replace(GUID, '{id}');
        const key = `${origin} ${method} ${template} ${status}`;
        const entry = counts.get(key);
        if (entry) entry.count += 1;
        else counts.set(key, { origin, method, path: template, status, count: 1 });
      };
    },
    granted(grant) {
      const path = grant.path.replace(GUID, '{id}');
      const key = JSON.stringify({ ...grant, path });
      const entry = grants.get(key);
      if (entry) entry.count += 1;
      else grants.set(key, { ...grant, path, count: 1 });
    },
    snapshot: () => ({
      total,
      maxConcurrency,
      peakConsentsPerSecond,
      requests: [...counts.values()].sort((a, b) => b.count - a.count),
      grants: [...grants.values()].sort((a, b) => b.count - a.count),
    }),
    reset() {
      counts = new Map();
      grants = new Map();
      maxConcurrency = running;
      total = 0;
      recentConsents = [];
      peakConsentsPerSecond = 0;
    },
  };
}
