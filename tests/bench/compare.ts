// The comparison: the product's sync beside (a) its requests alone and (b) the plain way, in one run.
import type { App } from '../../shared/app.ts';
import { openWorkspaceStore } from '../../shared/store/scoped.ts';
import { readState } from '../../shared/sync/facts.ts';
import { type BenchApp, openBenchApp } from './bench-app.ts';
import { type Cost, cpuOfProcess, measure, median } from './measure.ts';
import type { BenchOptions } from './options.ts';
import { plainSync } from './plain.ts';
import { type Notebook, openNotebook, replay } from './replay.ts';
import { type Simulator, startSimulator } from './simulator.ts';
import { inParallel, runMessages, startWorkers } from './work-queue.ts';
import { workspaceId, writeWorkspace } from './workspace.ts';

export type Pass = 'first' | 'warm' | 'changed' | 'distant';
export const ways = ['ours', 'requests', 'plain'] as const;
export type Way = (typeof ways)[number];

/** Of one pass over all customers. Everything but the wall time is per customer. */
export interface Figures {
  wallMs: number;
  cpuMs: number;
  /** Of the simulator, for telling who waits for whom. */
  simulatorCpuMs: number;
  requests: number;
  tokenRequests: number;
  read: number;
  written: number;
}

export type Comparison = Record<Pass, Record<Way, Figures>>;

interface Setting {
  options: BenchOptions;
  simulator: Simulator;
  /** The order in which the three take their turns. */
  order: readonly Way[];
  name: string;
}

/** A replay needs what the product has just sent, so (a) comes after it; (b) takes the first, the middle or the last turn. */
const orders: readonly (readonly Way[])[] = [
  ['ours', 'requests', 'plain'],
  ['plain', 'ours', 'requests'],
  ['ours', 'plain', 'requests'],
];

/** Runs everything as often as the options say and gives the medians. */
export async function compare(options: BenchOptions): Promise<Comparison> {
  const simulator = await startSimulator(options);
  try {
    // Compiles the code and opens the connections; its figures are thrown away.
    const few = { ...options, customers: Math.min(options.customers, 40) };
    await repetition({ options: few, simulator, order: ways, name: 'warm-up' });
    await simulator.setLatency(options.latencyMs);
    const all: Comparison[] = [];
    for (let index = 0; index < options.repetitions; index += 1) {
      const order = orders[index % orders.length] ?? ways;
      all.push(await repetition({ options, simulator, order, name: `repetition ${index + 1}` }));
    }
    return mediansOf(all);
  } finally {
    await simulator.stop();
  }
}

async function repetition(setting: Setting): Promise<Comparison> {
  const { simulator, options } = setting;
  const notebook = openNotebook();
  const ours = await openBenchApp(simulator, { fetch: notebook.fetch });
  const plain = await openBenchApp(simulator);
  try {
    const tenantIds = simulator.tenantIds.slice(0, options.customers);
    await writeWorkspace(ours.app, tenantIds);
    const parties = { ours, plain, notebook, tenantIds };
    const first = await pass(setting, 'first', parties);
    const warm = await pass(setting, 'warm', parties);
    const changes = await changeOnePercent(setting, tenantIds);
    const changed = await pass(setting, 'changed', parties);
    await verify(setting, ours, tenantIds, changes);
    for (const { setStoreDistance } of [ours, plain]) setStoreDistance(options.storeDistanceMs);
    const distant = await pass(setting, 'distant', parties);
    return { first, warm, changed, distant };
  } finally {
    await ours.close();
    await plain.close();
  }
}

interface Parties {
  ours: BenchApp;
  plain: BenchApp;
  notebook: Notebook;
  tenantIds: readonly string[];
}

async function pass(setting: Setting, name: Pass, parties: Parties): Promise<Record<Way, Figures>> {
  const { order, options } = setting;
  const { ours, plain, notebook, tenantIds } = parties;
  const { concurrency } = options;
  const turns: Record<Way, () => Promise<Figures>> = {
    ours: async () => {
      const workers = startWorkers(ours, concurrency);
      const figures = await observed(setting, ours, async () => {
        await ours.queue.send('sync', runMessages(tenantIds, `${setting.name}:${name}`));
        await workers.settled(tenantIds.length);
      });
      await workers.stop();
      return figures;
    },
    requests: () => {
      const chains = notebook.take();
      return observed(setting, undefined, () => replay(chains, concurrency));
    },
    plain: () => {
      const token = plain.app.microsoft.customerToken;
      const tools = { store: plain.app.store, graphOrigin: setting.simulator.graphOrigin, token };
      return observed(setting, plain, () => inParallel(tenantIds, concurrency, (tenant) => plainSync(tools, tenant)));
    },
  };
  const figures = new Map<Way, Figures>();
  for (const way of order) figures.set(way, await turns[way]());
  const of = (way: Way): Figures => {
    const found = figures.get(way);
    if (!found) throw new Error(`${way} had no turn`);
    return found;
  };
  return { ours: of('ours'), requests: of('requests'), plain: of('plain') };
}

async function observed(
  { simulator, options }: Setting,
  bench: BenchApp | undefined,
  work: () => Promise<void>,
): Promise<Figures> {
  const none = { read: 0, written: 0 };
  await simulator.takeStats();
  const documentsBefore = bench?.documents() ?? none;
  const simulatorBefore = cpuOfProcess(simulator.pid);
  const cost: Cost = await measure(work);
  const simulatorCpuMs = cpuOfProcess(simulator.pid) - simulatorBefore;
  const documents = bench?.documents() ?? none;
  const { graph, login } = await simulator.takeStats();
  const { customers } = options;
  return {
    wallMs: cost.wallMs,
    cpuMs: cost.cpuMs / customers,
    simulatorCpuMs: simulatorCpuMs / customers,
    requests: graph / customers,
    tokenRequests: login / customers,
    read: (documents.read - documentsBefore.read) / customers,
    written: (documents.written - documentsBefore.written) / customers,
  };
}

/** Every hundredth user of each customer gets another department, one at least. Gives what each must be. */
async function changeOnePercent(
  { simulator, options, name }: Setting,
  tenantIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const count = Math.max(1, Math.round(options.usersPerCustomer / 100));
  const changed = new Map<string, string[]>();
  await inParallel(tenantIds, options.concurrency, async (tenantId) => {
    const users = (await simulator.usersOf(tenantId)).slice(0, count);
    for (const { id } of users) {
      await simulator.change({ kind: 'updateUser', tenantId, userId: id, set: { department: departmentOf(name) } });
    }
    changed.set(
      tenantId,
      users.map(({ id }) => id),
    );
  });
  return changed;
}

function departmentOf(name: string): string {
  return `Department of ${name}`;
}

/** Figures of a sync that did not work would be worth nothing. */
async function verify(
  { options, name }: Setting,
  { app, warnings }: BenchApp,
  tenantIds: readonly string[],
  changed: ReadonlyMap<string, readonly string[]>,
): Promise<void> {
  if (warnings() > 0) throw new Error(`The sync logged ${warnings()} warnings: the figures would not be its own`);
  for (const tenantId of tenantIds) {
    const users = changed.get(tenantId) ?? [];
    await verifyTenant(app, tenantId, { users: options.usersPerCustomer, events: users.length + 1 });
    const directory = openWorkspaceStore(app.store, workspaceId).directory(tenantId);
    for (const id of users) {
      const department = (await directory.read(`user:${id}`))?.doc['department'];
      if (department !== departmentOf(name)) throw new Error(`User ${id} of ${tenantId} is not as Microsoft has it`);
    }
  }
}

/** @throws Error when the tenant's sync did not end well, or stored other than it should */
export async function verifyTenant(
  app: App,
  tenantId: string,
  expected: { users: number; events?: number },
): Promise<void> {
  const state = (await readState(openWorkspaceStore(app.store, workspaceId), tenantId))?.doc;
  const { users } = state?.counts ?? { users: 0 };
  const events = expected.events ?? state?.sequence;
  if (state?.status === 'Success' && users === expected.users && state.sequence === events) return;
  const found = `${state?.status}, ${users} users, ${state?.sequence} events: ${state?.explanation?.meaning ?? ''}`;
  throw new Error(`Tenant ${tenantId} should have ${expected.users} users and ${events} events, but is ${found}`);
}

function mediansOf(all: readonly Comparison[]): Comparison {
  const figures = (pass: Pass, way: Way): Figures => {
    const of = (name: keyof Figures): number => median(all.map((one) => one[pass][way][name]));
    return {
      wallMs: of('wallMs'),
      cpuMs: of('cpuMs'),
      simulatorCpuMs: of('simulatorCpuMs'),
      requests: of('requests'),
      tokenRequests: of('tokenRequests'),
      read: of('read'),
      written: of('written'),
    };
  };
  const row = (pass: Pass): Record<Way, Figures> => ({
    ours: figures(pass, 'ours'),
    requests: figures(pass, 'requests'),
    plain: figures(pass, 'plain'),
  });
  return { first: row('first'), warm: row('warm'), changed: row('changed'), distant: row('distant') };
}
