// How much a very large tenant adds to the memory of the process that syncs it. Measured in a fresh process.
import { spawn } from 'node:child_process';
import { z } from 'zod';
import { engineArguments } from '../../infra/local/launch/processes.ts';
import { openWorkspaceStore } from '../../shared/store/scoped.ts';
import { readState } from '../../shared/sync/facts.ts';
import { runSync } from '../../shared/sync/run.ts';
import { type BenchApp, openBenchApp, type SimulatorAddress } from './bench-app.ts';
import { verifyTenant } from './compare.ts';
import { collectGarbage, measure, watchPeakMemory } from './measure.ts';
import type { BenchOptions } from './options.ts';
import { startSimulator } from './simulator.ts';
import { runMessages, startWorkers } from './work-queue.ts';
import { workspaceId, writeWorkspace } from './workspace.ts';

const growth = z.object({
  users: z.number(),
  wallMs: z.number(),
  cpuMs: z.number(),
  /** Resident memory after the warm-up. */
  levelBytes: z.number(),
  /** The highest above the level while the tenant was synced. */
  peakGrowthBytes: z.number(),
  /** What is left above the level afterwards, once garbage is collected; less than nothing as a rule. */
  leftGrowthBytes: z.number(),
});
export type Growth = z.infer<typeof growth>;

const order = z.object({
  users: z.number(),
  largeTenant: z.string(),
  warmUpTenant: z.string(),
  simulator: z.object({
    loginOrigin: z.string(),
    graphOrigin: z.string(),
    partnerCenterOrigin: z.string(),
    customerAppId: z.string(),
    partnerAppId: z.string(),
  }),
});

/** The argument by which this program knows that it is the fresh process. */
export const memoryChildFlag = '--memory-child';

/**
 * Starts a simulator with large tenants, and fresh processes that each sync one of them; gives the middle one by growth,
 * which depends on where between two garbage collections the level was taken.
 */
export async function memory({ largeTenantUsers, repetitions }: BenchOptions): Promise<Growth> {
  const simulator = await startSimulator({ customers: 2, usersPerCustomer: largeTenantUsers });
  try {
    const [largeTenant = '', warmUpTenant = ''] = simulator.tenantIds;
    const { loginOrigin, graphOrigin, partnerCenterOrigin, customerAppId, partnerAppId } = simulator;
    const address = { loginOrigin, graphOrigin, partnerCenterOrigin, customerAppId, partnerAppId };
    const all: Growth[] = [];
    for (let index = 0; index < repetitions; index += 1) {
      all.push(await inFreshProcess({ users: largeTenantUsers, largeTenant, warmUpTenant, simulator: address }));
    }
    all.sort((left, right) => left.peakGrowthBytes - right.peakGrowthBytes);
    const middle = all[Math.floor(all.length / 2)];
    if (!middle) throw new Error('Nothing was measured');
    return middle;
  } finally {
    await simulator.stop();
  }
}

async function inFreshProcess(given: z.infer<typeof order>): Promise<Growth> {
  const [, program = ''] = process.argv;
  const child = spawn(process.execPath, [...engineArguments, program, memoryChildFlag, JSON.stringify(given)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  let output = '';
  for await (const chunk of child.stdout) output += String(chunk);
  if ((await code) !== 0) throw new Error('The process that syncs the large tenant failed');
  return growth.parse(JSON.parse(output));
}

/** The fresh process: syncs a part of one large tenant to warm up, then the whole of the other; prints the growth. */
export async function memoryChild(text: string): Promise<void> {
  const { users, largeTenant, warmUpTenant, simulator } = order.parse(JSON.parse(text));
  const bench = await openBenchApp(simulator satisfies SimulatorAddress);
  try {
    await writeWorkspace(bench.app, [largeTenant, warmUpTenant]);
    await warmUp(bench, warmUpTenant);
    // Not after a forced collection: that shrinks the young generation, which a process at work has at its full size.
    const levelBytes = process.memoryUsage.rss();
    const watch = watchPeakMemory();
    const cost = await measure(() => syncWhole(bench, largeTenant));
    const peakBytes = watch.stop();
    await settle();
    const leftBytes = process.memoryUsage.rss();
    await verifyTenant(bench.app, largeTenant, { users });
    const found: Growth = {
      users,
      ...cost,
      levelBytes,
      peakGrowthBytes: peakBytes - levelBytes,
      leftGrowthBytes: leftBytes - levelBytes,
    };
    process.stdout.write(JSON.stringify(found));
  } finally {
    await bench.close();
  }
}

/**
 * Eight messages' worth of 25 pages each. Before that the engine's young generation and the store's page cache have not
 * reached their working size, and what they grow by would be taken for the tenant's.
 */
const warmUpMessages = 8;

async function warmUp({ app, queue }: BenchApp, tenantId: string): Promise<void> {
  const about = { kind: 'run', workspaceId, tenantId, attempt: 1 } as const;
  for (let index = 0; index < warmUpMessages; index += 1) {
    const message = { ...about, trigger: index === 0 ? 'schedule' : 'continue' } as const;
    await runSync(app, message, { messageId: `bench:warm-up:${index}` });
    // The continuation that it has sent is what the next turn does.
    for (const sent of await queue.receive('sync', 10, 0)) await queue.complete('sync', sent);
  }
}

/** From the first message through every continuation. */
async function syncWhole(bench: BenchApp, tenantId: string): Promise<void> {
  const workers = startWorkers(bench, 1);
  await bench.queue.send('sync', runMessages([tenantId], 'large'));
  for (let settled = 1; ; settled += 1) {
    await workers.settled(settled);
    const state = await readState(openWorkspaceStore(bench.app.store, workspaceId), tenantId);
    if (state?.doc.status === 'Success') break;
  }
  await workers.stop();
}

/** Twice, and a moment: what finalisers hold goes with the second. */
async function settle(): Promise<void> {
  collectGarbage();
  await new Promise((resolve) => setTimeout(resolve, 200));
  collectGarbage();
}
