// The processes of the oracle, all on one data folder: the simulated Microsoft, the app with pages and timers, and workers
// that can be killed and started again.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type Child, startChild, waitUntilReady } from '../../infra/local/launch/processes.ts';
import { DAY_MS } from '../../shared/clock.ts';
import type { OracleOptions } from './options.ts';

const simulatorReady = z.object({
  login: z.url(),
  graph: z.url(),
  partnerCenter: z.url(),
  control: z.url(),
  productNames: z.url(),
  partnerAppId: z.guid(),
  customerAppId: z.guid(),
});
type SimulatorReady = z.infer<typeof simulatorReady>;

const logLine = z.looseObject({ level: z.string(), message: z.string() });
export type LogLine = z.infer<typeof logLine>;
const runEnd = z.object({ message: z.literal('sync message worked'), kind: z.literal('run'), end: z.string() });

export interface Slot {
  name: string;
  /** Kills it on the spot. Resolves when it is dead; false when it was dead already. */
  kill(): Promise<boolean>;
  start(): void;
  /** Whether the process has said that it runs. */
  isUp(): boolean;
}

export interface Deployment {
  portal: string;
  login: string;
  control: string;
  storeFile: string;
  queueFile: string;
  /** Pages and timers. */
  app: Slot;
  workers: readonly Slot[];
  /** Every line that the app logged at level error. */
  errors: LogLine[];
  /** Runs by how they ended, as the workers logged them. */
  runs: Record<string, number>;
  /** All that was logged of runs that ended in AuthError: nothing here needs a person. */
  refusals: string[];
  /** How processes ended that nobody had killed. */
  unasked: string[];
  /** Asks all of the app to end, first what sends messages; gives what did not end cleanly. */
  stopApp(): Promise<string[]>;
  stopWorkers(): Promise<string[]>;
  /** Ends whatever still runs and removes the folder. */
  close(): Promise<void>;
}

const START_LIMIT_MS = 120_000;
const STOP_GRACE_MS = 60_000;
const SECRET = 'simulated-secret';

/** Builds must be there: `npm run oracle` makes them. */
const built = (name: string): string => join(process.cwd(), 'dist', 'local', `${name}.mjs`);

/** @throws StartError when a process does not come up */
export async function startDeployment({ seed, sizes }: OracleOptions): Promise<Deployment> {
  const folder = await mkdtemp(join(tmpdir(), 'tenantry-oracle-'));
  const port = await freePort();
  const portal = `http://127.0.0.1:${port}`;
  const simulator = await startSimulator(folder, portal, { seed, ...sizes });
  const errors: LogLine[] = [];
  const unasked: string[] = [];
  const runs: Record<string, number> = {};
  const refusals: string[] = [];
  const invocations = new Map<string, string[]>();
  const hear = (line: string): void => {
    const parsed = logLine.safeParse(parseJson(line));
    if (!parsed.success) return;
    if (parsed.data.level === 'error') errors.push(parsed.data);
    const end = runEnd.safeParse(parsed.data).data?.end;
    if (end !== undefined) runs[end] = (runs[end] ?? 0) + 1;
    const told = invocations.get(String(parsed.data['invocationId'])) ?? [];
    if (end === 'AuthError') refusals.push([...told, line].join('\n'));
    if (end === undefined) invocations.set(String(parsed.data['invocationId']), [...told, line].slice(-20));
    else invocations.delete(String(parsed.data['invocationId']));
  };
  const env = environment(folder, portal, port, simulator.ready);
  const slot = (name: string, roles: string): Slot & { stop(): Promise<string | undefined> } =>
    openSlot(name, { env: { ...env, TENANTRY_ROLES: roles }, hear, unasked });
  const app = slot('app', 'http,timers');
  const workers = Array.from({ length: sizes.workers }, (_, index) => slot(`worker ${index + 1}`, 'workers'));
  const stopAll = async (slots: readonly { stop(): Promise<string | undefined> }[]) =>
    (await Promise.all(slots.map((each) => each.stop()))).filter((problem) => problem !== undefined);
  const close = async () => {
    await Promise.all([app, ...workers].map((each) => each.kill()));
    await simulator.child.stop(STOP_GRACE_MS);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    app.start();
    await until(() => answers(`${portal}/health`), START_LIMIT_MS, 'The app did not start.');
    for (const worker of workers) worker.start();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    portal,
    login: simulator.ready.login,
    control: simulator.ready.control,
    storeFile: join(folder, 'store.db'),
    queueFile: join(folder, 'queue.db'),
    app,
    workers,
    errors,
    runs,
    refusals,
    unasked,
    stopApp: () => stopAll([app]),
    stopWorkers: () => stopAll(workers),
    close,
  };
}

async function startSimulator(
  folder: string,
  portal: string,
  { seed, customers, users }: { seed: number; customers: number; users: number },
): Promise<{ child: Child; ready: SimulatorReady }> {
  const heard: { ready?: SimulatorReady } = {};
  const secrets = [{ value: SECRET, expiresMs: Date.now() + 700 * DAY_MS }];
  const uris = (...paths: string[]) => paths.map((path) => `${portal}${path}`);
  const options = {
    seed,
    customers,
    usersPerCustomer: users,
    mix: 'all-active',
    clockFile: join(folder, 'clock-offset'),
    partnerApp: { redirectUris: uris('/auth/callback', '/connect/callback'), secrets },
    customerApp: {
      redirectUris: uris('/consent/callback', '/consent/sign-in-callback', '/connect/single/callback'),
      secrets,
    },
  };
  const child = startChild({
    name: 'simulated Microsoft',
    entry: built('microsoft'),
    args: [JSON.stringify(options)],
    onLine: (line) => {
      const parsed = simulatorReady.safeParse(parseJson(line));
      if (parsed.success) heard.ready = parsed.data;
    },
  });
  await waitUntilReady(child, async () => heard.ready !== undefined, START_LIMIT_MS);
  if (!heard.ready) throw new Error('The simulated Microsoft did not say where it listens.');
  return { child, ready: heard.ready };
}

function environment(folder: string, portal: string, port: number, ready: SimulatorReady): Record<string, string> {
  return {
    TENANTRY_PORT: String(port),
    TENANTRY_CONCURRENCY: '4',
    TENANTRY_LOG_LEVEL: 'debug',
    TENANTRY_PUBLIC_URL: portal,
    TENANTRY_ALLOWED_TENANTS: '*',
    TENANTRY_KEYS: `oracle:${randomBytes(32).toString('base64')}`,
    TENANTRY_DATA_DIR: folder,
    TENANTRY_STORE: 'sqlite',
    TENANTRY_QUEUE: 'sqlite',
    TENANTRY_LOGIN_ORIGIN: ready.login,
    TENANTRY_GRAPH_ORIGIN: ready.graph,
    TENANTRY_PARTNER_CENTER_ORIGIN: ready.partnerCenter,
    TENANTRY_PRODUCT_NAMES_URL: ready.productNames,
    TENANTRY_PARTNER_APP_CLIENT_ID: ready.partnerAppId,
    TENANTRY_PARTNER_APP_SECRET: SECRET,
    TENANTRY_CUSTOMER_APP_CLIENT_ID: ready.customerAppId,
    TENANTRY_CUSTOMER_APP_SECRET: SECRET,
  };
}

interface SlotParts {
  env: Readonly<Record<string, string>>;
  hear: (line: string) => void;
  unasked: string[];
}

/** A place for one process after another. */
function openSlot(name: string, { env, hear, unasked }: SlotParts): Slot & { stop(): Promise<string | undefined> } {
  let child: Child | undefined;
  let expected = false;
  let isUp = false;
  const end = async (act: (running: Child) => void | Promise<void>): Promise<string | undefined> => {
    const running = child;
    if (!running) return undefined;
    expected = true;
    child = undefined;
    isUp = false;
    await act(running);
    return running.ended;
  };
  return {
    name,
    isUp: () => isUp,
    start() {
      if (child) return;
      expected = false;
      const started = startChild({
        name,
        entry: built('app'),
        env,
        onLine: (line) => {
          if (child === started && line.includes('"Tenantry runs"')) isUp = true;
          hear(line);
        },
      });
      child = started;
      void started.ended.then((how) => {
        if (child !== started || expected) return;
        child = undefined;
        unasked.push(`${name} ended by itself (${how}): ${started.lastErrors()}`);
      });
    },
    kill: async () => (await end(({ pid }) => void process.kill(pid, 'SIGKILL'))) !== undefined,
    stop: async () => {
      // One that has just been started again may not hear a signal yet.
      if (child) await until(() => isUp || !child, START_LIMIT_MS, `${name} did not start.`);
      const how = await end((running) => running.stop(STOP_GRACE_MS));
      return how === undefined || how === 'exit code 0' ? undefined : `${name} ended with ${how}`;
    },
  };
}

/** Waits until `check` says so. @throws Error with `words` after `limitMs` of real time */
export async function until(check: () => Promise<boolean> | boolean, limitMs: number, words: string): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(words);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function answers(address: string): Promise<boolean> {
  try {
    return (await fetch(address)).ok;
  } catch {
    return false;
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
