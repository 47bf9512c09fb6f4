// The simulator's control API as the oracle uses it: what is true, changes, faults and the clock.
import { z } from 'zod';

const text = z.string().nullable();

export const truthSchema = z.object({
  tenantId: z.string(),
  hasEntraP1: z.boolean(),
  organization: z.object({
    displayName: z.string(),
    defaultDomain: z.string(),
    initialDomain: z.string(),
    countryLetterCode: z.string(),
    createdDateTime: z.string(),
  }),
  licences: z.array(
    z.object({
      skuId: z.string(),
      skuPartNumber: z.string(),
      enabled: z.number(),
      consumed: z.number(),
      suspended: z.number(),
      warning: z.number(),
      lockedOut: z.number(),
    }),
  ),
  subscriptions: z.array(
    z.object({
      id: z.string(),
      commerceSubscriptionId: z.string(),
      skuId: z.string(),
      skuPartNumber: z.string(),
      status: z.string(),
      totalLicenses: z.number(),
      isTrial: z.boolean(),
      createdDateTime: z.string(),
      nextLifecycleDateTime: text,
      ownerTenantId: text,
    }),
  ),
  users: z.array(
    z.object({
      id: z.string(),
      userPrincipalName: z.string(),
      displayName: z.string(),
      mail: text,
      mobilePhone: text,
      department: text,
      officeLocation: text,
      userType: z.string(),
      accountEnabled: z.boolean(),
      licences: z.array(z.string()),
    }),
  ),
  signIns: z.array(
    z.object({ userId: z.string(), lastSignInDateTime: z.string(), lastSuccessfulSignInDateTime: text }),
  ),
});
export type Truth = z.infer<typeof truthSchema>;

const applied = z.object({
  sequence: z.number(),
  atMs: z.number(),
  tenantId: z.string(),
  effects: z.array(z.unknown()),
});
export type Applied = z.infer<typeof applied>;

const clockState = z.object({ nowMs: z.number(), offsetMs: z.number() });
const faultRules = z.object({ rules: z.array(z.object({ kind: z.string(), times: z.number().optional() })) });
const stats = z.object({ total: z.number(), requests: z.array(z.object({ status: z.number(), count: z.number() })) });

/** A fault as the control API takes it. */
export interface FaultRule {
  kind: '429' | '503' | 'reset' | 'slow' | 'latency' | 'truncate' | 'batchItem429' | 'deltaReset' | 'outage';
  rate: number;
  match?: { origin?: 'login' | 'graph' | 'partnerCenter'; pathPrefix?: string };
  retryAfterSeconds?: number;
  latencyMs?: number;
  forMs?: number;
  phase?: 'before' | 'after';
}

export interface Control {
  truths(): Promise<Truth[]>;
  truth(tenantId: string): Promise<Truth>;
  /** One drawn change in one tenant; empty where nothing could be drawn. */
  randomChange(tenantId: string, seed: number): Promise<Applied[]>;
  change(change: Readonly<Record<string, unknown>>): Promise<Applied>;
  setFaults(rules: readonly FaultRule[]): Promise<void>;
  /** How often each kind of fault has hit since they were set. */
  hits(): Promise<Record<string, number>>;
  clearFaults(): Promise<void>;
  setLatency(ms: number): Promise<void>;
  /** Moves the clock of simulator and app; gives the time as it is then. */
  advance(ms: number): Promise<number>;
  /** HTTP requests answered so far. */
  requests(): Promise<number>;
}

/** The rules count down from here, which tells how often each has hit. */
const COUNTED_FROM = 1_000_000_000;

/** @throws Error when the simulator refuses a call */
export function openControl(address: string): Control {
  const call = async <T>(schema: z.ZodType<T>, method: string, path: string, body?: unknown): Promise<T> => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const send = () => fetch(`${address}/control/${path}`, init);
    // A connection that was idle may be closed just as it is used: nothing has arrived then.
    const answer = await send().catch((error: unknown) => (isClosed(error) ? send() : Promise.reject(error)));
    const content: unknown = await answer.json();
    if (!answer.ok) throw new Error(`${method} /control/${path} answered ${answer.status}: ${JSON.stringify(content)}`);
    return schema.parse(content);
  };
  return {
    truths: () => call(z.array(truthSchema), 'GET', 'truth'),
    truth: (tenantId) => call(truthSchema, 'GET', `truth?tenantId=${tenantId}`),
    randomChange: (tenantId, seed) =>
      call(z.array(applied), 'POST', 'random-changes', { count: 1, seed, tenantIds: [tenantId] }),
    change: (change) => call(applied, 'POST', 'change', change),
    setFaults: async (rules) => {
      await call(faultRules, 'POST', 'faults', { rules: rules.map((rule) => ({ ...rule, times: COUNTED_FROM })) });
    },
    hits: async () => {
      const { rules } = await call(faultRules, 'GET', 'faults');
      const hits: Record<string, number> = {};
      for (const { kind, times = COUNTED_FROM } of rules) hits[kind] = (hits[kind] ?? 0) + COUNTED_FROM - times;
      return hits;
    },
    clearFaults: async () => {
      await call(faultRules, 'DELETE', 'faults');
    },
    setLatency: async (ms) => {
      await call(z.object({ ms: z.number() }), 'POST', 'latency', { ms });
    },
    advance: async (ms) => (await call(clockState, 'POST', 'clock', { advanceMs: Math.round(ms) })).nowMs,
    requests: async () => (await call(stats, 'GET', 'stats')).total,
  };
}

function isClosed(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && ['UND_ERR_SOCKET', 'ECONNRESET'].includes(String(cause.code));
}
