// Faults that the control API switches on: throttling, outages, broken answers, slow lines. The server frame (http.ts)
// applies those of whole requests; Graph asks here for the faults of single $batch items and for delta resets.

export type OriginName = 'login' | 'graph' | 'partnerCenter';

export type FaultKind =
  | '429'
  | '503'
  | 'reset'
  | 'slow'
  | 'latency'
  | 'truncate'
  | 'batchItem429'
  | 'deltaReset'
  | 'outage'
  | 'refuse';

export interface FaultRule {
  match: {
    origin?: OriginName | undefined;
    method?: string | undefined;
    pathPrefix?: string | undefined;
    tenantId?: string | undefined;
  };
  kind: FaultKind;
  /** Share of matching requests that are hit, 0 to 1. */
  rate: number;
  retryAfterSeconds?: number | undefined;
  latencyMs?: number | undefined;
  /** Simulator time (milliseconds since the epoch) at which the rule ends. */
  untilMs?: number | undefined;
  /** How many more times the rule may hit; without it there is no limit. */
  times?: number | undefined;
  /** `reset` only: cut the line before the request is handled, or after (the work is done, the answer is lost). */
  phase?: 'before' | 'after' | undefined;
  /** `refuse` only: the answer's HTTP status, Microsoft's own code and its text. */
  status?: number | undefined;
  code?: string | undefined;
  message?: string | undefined;
}

/** What a fault is decided by: where the request goes and for which tenant. */
export interface FaultSubject {
  origin: OriginName;
  /** Left out where only the place counts: of items of a batch, and of delta links. */
  method?: string;
  path: string;
  tenantId: string | null;
}

export interface ItemFault {
  status: 429;
  retryAfterSeconds: number;
}

export interface Faults {
  setRules(rules: FaultRule[]): void;
  rules(): FaultRule[];
  /** Milliseconds added to every answer of the three vendor origins. */
  fixedLatencyMs: number;
  /** The rules that hit this whole request; a rule with a rate below 1 is drawn from the seeded random. */
  requestFaults(subject: FaultSubject): FaultRule[];
  /** Graph calls this once for each item of a `$batch`, with the item's own path. */
  itemFault(subject: FaultSubject): ItemFault | null;
  /** Graph calls this when a delta link is redeemed; true means: answer 410 Gone. */
  deltaReset(subject: FaultSubject): boolean;
}

const ITEM_KINDS: readonly FaultKind[] = ['batchItem429'];
const DELTA_KINDS: readonly FaultKind[] = ['deltaReset'];
const REQUEST_KINDS: readonly FaultKind[] = ['429', '503', 'reset', 'slow', 'latency', 'truncate', 'outage', 'refuse'];

/**
 * Makes an empty set of faults.
 * @param now the simulator's clock, in milliseconds since the epoch
 * @param random seeded random in [0, 1)
 */
export function createFaults(now: () => number, random: () => number): Faults {
  let current: FaultRule[] = [];

  function hits(subject: FaultSubject, kinds: readonly FaultKind[]): FaultRule[] {
    if (current.length === 0) return [];
    const nowMs = now();
    return current.filter((rule) => {
      if (!kinds.includes(rule.kind) || !matches(rule, subject) || isOver(rule, nowMs)) return false;
      if (rule.rate < 1 && random() >= rule.rate) return false;
      if (rule.times !== undefined) rule.times -= 1;
      return true;
    });
  }

  return {
    fixedLatencyMs: 0,
    setRules(rules) {
      current = rules.map((rule) => ({ ...rule }));
    },
    rules: () => current.map((rule) => ({ ...rule })),
    requestFaults: (subject) => hits(subject, REQUEST_KINDS),
    itemFault(subject) {
      const rule = hits(subject, ITEM_KINDS)[0];
      return rule ? { status: 429, retryAfterSeconds: rule.retryAfterSeconds ?? 1 } : null;
    },
    deltaReset: (subject) => hits(subject, DELTA_KINDS).length > 0,
  };
}

function isOver(rule: FaultRule, nowMs: number): boolean {
  return (rule.untilMs !== undefined && nowMs >= rule.untilMs) || (rule.times !== undefined && rule.times <= 0);
}

function matches(rule: FaultRule, subject: FaultSubject): boolean {
  const { origin, method, pathPrefix, tenantId } = rule.match;
  return (
    (origin === undefined || origin === subject.origin) &&
    (method === undefined || method === subject.method) &&
    (pathPrefix === undefined || subject.path.startsWith(pathPrefix)) &&
    (tenantId === undefined || tenantId === subject.tenantId)
  );
}
