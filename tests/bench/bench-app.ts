// The product on files of its own, wired to the simulator, with its store counted and its requests noted.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { App } from '../../shared/app.ts';
import { systemClock } from '../../shared/clock.ts';
import { closeApp, composeApp } from '../../shared/compose.ts';
import { systemIds } from '../../shared/ids.ts';
import { createLog, toJsonLine } from '../../shared/log.ts';
import { openMicrosoft } from '../../shared/microsoft/open.ts';
import type { Fetch } from '../../shared/microsoft/transport.ts';
import { openSqliteQueue, type SqliteQueue } from '../../shared/queue/sqlite.ts';
import { readConfig } from '../../shared/read-config.ts';
import { type CountsByContainer, countingStore } from '../../shared/store/counting.ts';
import { openDistantStore } from './distant-store.ts';
import { customerAppSecret, type Simulator } from './simulator.ts';

export interface BenchApp {
  app: App;
  queue: SqliteQueue;
  /** Documents read and written since the app was opened. */
  documents(): { read: number; written: number };
  /** How much longer each call of the store takes, in milliseconds; 0 at first. */
  setStoreDistance(ms: number): void;
  /** Moves the app's clock; the simulator's is moved by its own control. */
  advance(ms: number): void;
  /** Lines of level warn and above: none is expected. */
  warnings(): number;
  close(): Promise<void>;
}

export interface BenchAppOptions {
  /** Instead of the platform's. */
  fetch?: Fetch;
  /** The app's clock moves only by `advance`; without it it runs with the machine's. */
  standingClock?: boolean;
}

/** Where the simulator is, and nothing else of it: all that a child process is told. */
export type SimulatorAddress = Pick<
  Simulator,
  'loginOrigin' | 'graphOrigin' | 'partnerCenterOrigin' | 'customerAppId' | 'partnerAppId'
>;

/** Opens an app with an empty store and queue in a temporary folder; `close` removes it. */
export async function openBenchApp(simulator: SimulatorAddress, options: BenchAppOptions = {}): Promise<BenchApp> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tenantry-bench-'));
  const config = readConfig(environment(simulator, dataDir));
  let aheadMs = 0;
  const startMs = systemClock.now();
  const clock = { now: () => (options.standingClock ? startMs : systemClock.now()) + aheadMs };
  let warnings = 0;
  const log = createLog((line) => {
    warnings += 1;
    if (warnings <= 5) process.stderr.write(`${toJsonLine(line, clock.now())}\n`);
  }, 'warn');
  const composed = await composeApp(config, { log, clock });
  await composed.queue.close();
  // One connection that sends and receives, so that what is sent is received without a poll.
  const queue = openSqliteQueue({ file: join(dataDir, 'queue.db'), clock });
  const distant = openDistantStore(composed.store);
  const { store, counts } = countingStore(distant.store);
  const fetch = options.fetch ?? globalThis.fetch;
  const microsoft = openMicrosoft({ config, clock, ids: systemIds, log, fetch });
  const app: App = { ...composed, store, queue, deadLetters: queue, microsoft };
  return {
    app,
    queue,
    documents: () => sumOf(counts()),
    setStoreDistance: distant.setDistance,
    advance: (ms) => {
      aheadMs += ms;
    },
    warnings: () => warnings,
    close: async () => {
      await closeApp(app);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function environment(simulator: SimulatorAddress, dataDir: string): Record<string, string> {
  return {
    TENANTRY_PUBLIC_URL: 'http://127.0.0.1:7071',
    TENANTRY_ALLOWED_TENANTS: '*',
    TENANTRY_KEYS: `bench:${Buffer.alloc(32, 1).toString('base64')}`,
    TENANTRY_LOGIN_ORIGIN: simulator.loginOrigin,
    TENANTRY_GRAPH_ORIGIN: simulator.graphOrigin,
    TENANTRY_PARTNER_CENTER_ORIGIN: simulator.partnerCenterOrigin,
    TENANTRY_PARTNER_APP_CLIENT_ID: simulator.partnerAppId,
    TENANTRY_PARTNER_APP_SECRET: 'unused',
    TENANTRY_CUSTOMER_APP_CLIENT_ID: simulator.customerAppId,
    // A secret and no certificate: an assertion is good for one use, and these requests are replayed.
    TENANTRY_CUSTOMER_APP_SECRET: customerAppSecret,
    TENANTRY_STORE: 'sqlite',
    TENANTRY_QUEUE: 'sqlite',
    TENANTRY_DATA_DIR: dataDir,
  };
}

function sumOf(counts: CountsByContainer): { read: number; written: number } {
  const all = Object.values(counts);
  return {
    read: all.reduce((sum, { read }) => sum + read, 0),
    written: all.reduce((sum, { written }) => sum + written, 0),
  };
}
