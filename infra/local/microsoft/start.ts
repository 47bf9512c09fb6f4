// Starts the simulated Microsoft: makes or restores the world, listens on four ports, keeps the state.
import { mkdirSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import type { AppliedChange } from './control/effects.ts';
import { createControlHandler } from './control/handler.ts';
import { PRODUCT_NAMES_PATH, productNamesDownload } from './download.ts';
import { createFaults } from './faults.ts';
import { createGraphHandler } from './graph/handler.ts';
import { listenSim, type SimContext, type SimHandler, type SimOrigins, type SimSettings } from './http.ts';
import { createIdentityHandler } from './identity/handler.ts';
import { makeSigningKeys } from './identity/keys.ts';
import { createPartnerCenterHandler } from './partner-center/handler.ts';
import { createWorld, type WorldOptions } from './scenario/create-world.ts';
import { createDraws } from './scenario/draws.ts';
import { usualCustomers } from './scenario/statuses.ts';
import { offsetClock, type SimClock } from './sim-clock.ts';
import { keepState, readState, resetState, restoreState, type ScenarioKey, type StateFile } from './state-file.ts';
import { createStats, type Stats } from './stats.ts';
import type { World } from './world.ts';

export interface MicrosoftPorts {
  login: number;
  graph: number;
  partnerCenter: number;
  control: number;
}

export interface MicrosoftOptions extends Omit<WorldOptions, 'startMs'> {
  /** 0 (the default) picks a free port. */
  ports?: Partial<MicrosoftPorts>;
  /** The scenario's start; by default the clock's time when the world is first made. */
  startMs?: number;
  /** Where the state is kept; without it nothing is kept. */
  dataDir?: string;
  /** Forget the stored state and begin anew. */
  reset?: boolean;
  /** File with the clock's offset; by default `clock-offset` in `dataDir`, or none. */
  clockFile?: string;
  /** Instead of the machine's clock with an offset: `standingClock` for tests. */
  clock?: SimClock;
  settings?: Partial<SimSettings>;
  fixedLatencyMs?: number;
  log?: SimContext['log'];
}

export interface RunningMicrosoft {
  origins: SimOrigins;
  /** Address of the control API, without a trailing slash: `${control}/control/truth`. */
  control: string;
  world: World;
  clock: SimClock;
  context: SimContext;
  stats: Stats;
  /** Writes the state and stops listening; open connections are closed. */
  close(): Promise<void>;
}

const DEFAULT_SETTINGS: SimSettings = { propagationDelayMs: 3000, rolePropagationDelayMs: 0, neverPropagate: false };

/**
 * Starts the simulated Microsoft in this process.
 * @throws Error when the stored state belongs to another scenario, or a port is taken
 */
export async function startMicrosoft(options: MicrosoftOptions): Promise<RunningMicrosoft> {
  const { dataDir } = options;
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
  const clockFile = options.clockFile ?? (dataDir === undefined ? null : join(dataDir, 'clock-offset'));
  const clock = options.clock ?? offsetClock(clockFile);
  const { world, state } = await openWorld(options, clock);
  const draws = createDraws(world.seed, 'faults');
  const origins: SimOrigins = { login: '', graph: '', partnerCenter: '' };
  const stats = createStats();
  const context: SimContext = {
    world,
    clock,
    random: () => draws.unit(),
    faults: createFaults(
      () => clock.now(),
      () => draws.unit(),
    ),
    origins,
    settings: { ...DEFAULT_SETTINGS, ...options.settings },
    log: options.log ?? (() => undefined),
    changed: (tenantId) => state?.changed(tenantId),
    granted: (grant) => stats.granted(grant),
  };
  context.faults.fixedLatencyMs = options.fixedLatencyMs ?? 0;
  const { servers, control } = await listenAll(options, context, { clock, stats, log: [] });
  return {
    origins,
    control,
    world,
    clock,
    context,
    stats,
    async close() {
      await Promise.all(servers.map(closeServer));
      state?.close();
    },
  };
}

/** The stored world when there is one, else a new one. */
async function openWorld(
  options: MicrosoftOptions,
  clock: SimClock,
): Promise<{ world: World; state: StateFile | null }> {
  const key = scenarioKey(options);
  const { dataDir } = options;
  if (dataDir !== undefined && options.reset) resetState(dataDir);
  const stored = dataDir === undefined ? null : readState(dataDir, key);
  const world = createWorld({ ...options, startMs: stored?.startMs ?? options.startMs ?? clock.now() });
  const touched = stored ? restoreState(world, stored) : [];
  if (world.signingKeys.length === 0) world.signingKeys = await makeSigningKeys();
  if (dataDir === undefined) return { world, state: null };
  const state = keepState(dataDir, world, key, touched);
  if (!stored) {
    // The start time and the signing keys must survive even if nothing else ever changes.
    state.changed();
    state.flush();
  }
  return { world, state };
}

function scenarioKey(options: MicrosoftOptions): ScenarioKey {
  return {
    seed: options.seed,
    customers: options.customers ?? usualCustomers(options.mix),
    usersPerCustomer: options.usersPerCustomer ?? 20,
    exactUsers: options.exactUsers ?? false,
    mix: options.mix ?? 'default',
    preconsented: options.preconsented ?? false,
  };
}

interface ControlParts {
  clock: SimClock;
  stats: Stats;
  log: AppliedChange[];
}

async function listenAll(
  options: MicrosoftOptions,
  context: SimContext,
  parts: ControlParts,
): Promise<{ servers: Server[]; control: string }> {
  const handlers: [keyof MicrosoftPorts, SimHandler][] = [
    ['login', createIdentityHandler()],
    ['graph', withDownload(createGraphHandler())],
    ['partnerCenter', createPartnerCenterHandler()],
    ['control', createControlHandler(parts)],
  ];
  const servers: Server[] = [];
  let control = '';
  try {
    for (const [name, handler] of handlers) {
      const port = options.ports?.[name] ?? 0;
      const server = await listenSim({ name, handler, context, stats: parts.stats, port });
      servers.push(server);
      // Named localhost while the app calls itself 127.0.0.1: to a browser they are two sites, as in the cloud.
      const origin = `http://localhost:${portOf(server)}`;
      if (name === 'control') control = origin;
      else context.origins[name] = origin;
    }
  } catch (error) {
    await Promise.all(servers.map(closeServer));
    throw error;
  }
  return { servers, control };
}

function withDownload(graph: SimHandler): SimHandler {
  return async (request, context) =>
    request.method === 'GET' && request.path === PRODUCT_NAMES_PATH ? productNamesDownload() : graph(request, context);
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
