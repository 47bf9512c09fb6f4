// The simulated Microsoft in a process of its own, and the parts of its control API that the bench uses.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';

export const customerAppSecret = 'bench secret of the customer app';

export interface SimulatorOptions {
  customers: number;
  usersPerCustomer: number;
}

export interface SimulatedUser {
  id: string;
  department: string | null;
}

export interface Simulator {
  pid: number;
  loginOrigin: string;
  graphOrigin: string;
  partnerCenterOrigin: string;
  customerAppId: string;
  partnerAppId: string;
  /** The first partner's customers. */
  tenantIds: readonly string[];
  setLatency(ms: number): Promise<void>;
  /** Sets the simulator's clock, from where it runs on with the machine's; milliseconds since the epoch. */
  setClock(nowMs: number): Promise<void>;
  change(change: Record<string, unknown>): Promise<void>;
  randomChanges(count: number, seed: number, tenantIds: readonly string[]): Promise<void>;
  usersOf(tenantId: string): Promise<readonly SimulatedUser[]>;
  /** Requests since the last call, by origin. */
  takeStats(): Promise<RequestCounts>;
  stop(): Promise<void>;
}

export interface RequestCounts {
  /** Of tokens. */
  login: number;
  graph: number;
  failed: number;
  maxConcurrency: number;
}

const ready = z.object({
  login: z.url(),
  graph: z.url(),
  partnerCenter: z.url(),
  control: z.url(),
  pid: z.number(),
  partnerAppId: z.string(),
  customerAppId: z.string(),
});
const scenario = z.object({
  statuses: z.array(z.object({ partnerTenantId: z.string(), customerTenantId: z.string() })),
});
const clockState = z.object({ nowMs: z.number() });
const stats = z.object({
  maxConcurrency: z.number(),
  requests: z.array(z.object({ origin: z.string(), status: z.number(), count: z.number() })),
});
const truth = z.object({ users: z.array(z.object({ id: z.string(), department: z.string().nullable() })) });

/** Starts the built simulator (`dist/local/microsoft.mjs`), with every customer active and the app consented. */
export async function startSimulator({ customers, usersPerCustomer }: SimulatorOptions): Promise<Simulator> {
  const secrets = [{ value: customerAppSecret, expiresMs: Date.parse('2100-01-01') }];
  const app = { redirectUris: ['http://127.0.0.1/unused'], secrets };
  const options = {
    seed: 1,
    customers,
    usersPerCustomer,
    exactUsers: true,
    mix: 'all-active',
    preconsented: true,
    partnerApp: app,
    customerApp: app,
  };
  const child = spawn(
    process.execPath,
    ['--max-old-space-size=4096', 'dist/local/microsoft.mjs', JSON.stringify(options)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const { login, graph, partnerCenter, control, ...ids } = await firstLine(child.stdout);
  const call = controlCaller(control);
  const { statuses } = scenario.parse(await call('GET', '/control/scenario'));
  const partnerId = statuses[0]?.partnerTenantId;
  return {
    ...ids,
    loginOrigin: login,
    graphOrigin: graph,
    partnerCenterOrigin: partnerCenter,
    tenantIds: statuses.filter((one) => one.partnerTenantId === partnerId).map((one) => one.customerTenantId),
    setLatency: async (ms) => void (await call('POST', '/control/latency', { ms })),
    setClock: async (nowMs) => {
      const clock = clockState.parse(await call('GET', '/control/clock'));
      await call('POST', '/control/clock', { advanceMs: Math.round(nowMs - clock.nowMs) });
    },
    change: async (change) => void (await call('POST', '/control/change', change)),
    randomChanges: async (count, seed, tenantIds) =>
      void (await call('POST', '/control/random-changes', { count, seed, tenantIds })),
    usersOf: async (tenantId) => truth.parse(await call('GET', `/control/truth?tenantId=${tenantId}`)).users,
    takeStats: async () => {
      const counts = countsOf(stats.parse(await call('GET', '/control/stats')));
      await call('POST', '/control/stats/reset', {});
      return counts;
    },
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function firstLine(output: NodeJS.ReadableStream): Promise<z.infer<typeof ready>> {
  for await (const line of createInterface({ input: output })) return ready.parse(JSON.parse(line));
  throw new Error('The simulator ended before it was ready');
}

function controlCaller(control: string) {
  return async (method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await fetch(`${control}${path}`, init);
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${JSON.stringify(answer)}`);
    return answer;
  };
}

function countsOf({ requests, maxConcurrency }: z.infer<typeof stats>): RequestCounts {
  const sum = (fits: (request: { origin: string; status: number }) => boolean): number =>
    requests.filter(fits).reduce((total, { count }) => total + count, 0);
  return {
    login: sum(({ origin }) => origin === 'login'),
    graph: sum(({ origin }) => origin === 'graph'),
    failed: sum(({ status }) => status >= 400 || status === 0),
    maxConcurrency,
  };
}
