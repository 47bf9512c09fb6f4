// A deployment of many small customers over some intervals of simulated time: does one process keep up, at what CPU?
import { MINUTE_MS } from '../../shared/clock.ts';
import { dispatch } from '../../shared/sync/dispatcher.ts';
import { enterSchedule } from '../../shared/sync/schedule.ts';
import { openBenchApp } from './bench-app.ts';
import { verifyTenant } from './compare.ts';
import { collectGarbage, measure, median } from './measure.ts';
import type { BenchOptions } from './options.ts';
import { startSimulator } from './simulator.ts';
import { inParallel, runMessages, startWorkers } from './work-queue.ts';
import { workspaceId, writeWorkspace } from './workspace.ts';

export interface Soak {
  customers: number;
  users: number;
  intervalMinutes: number;
  intervals: number;
  /** For one interval, medians. */
  wallSeconds: number;
  cpuSeconds: number;
  /** The longest that the customers of one minute took. */
  longestMinuteSeconds: number;
  runs: number;
  /** CPU seconds of an interval by its seconds: the part of one core that the deployment takes. */
  coreShare: number;
  /** The first syncs, done at once before the intervals; without the simulator's latency. */
  firstSyncSeconds: number;
  /** Resident memory at the end of the first interval, and at the end of the last. */
  residentBytes: { first: number; last: number };
}

const intervalMinutes = 30;
const usersPerCustomer = 5;
/** Of all users, in each interval. */
const changedShare = 0.01;

export async function soak(options: BenchOptions): Promise<Soak> {
  const { soakCustomers: customers, soakIntervals: intervals, concurrency } = options;
  const simulator = await startSimulator({ customers, usersPerCustomer });
  // Real time counts for nothing: a slow machine must not find more minutes in an interval.
  const bench = await openBenchApp(simulator, { standingClock: true });
  const workers = startWorkers(bench, concurrency);
  try {
    const { tenantIds } = simulator;
    await writeWorkspace(bench.app, tenantIds);
    for (const target of tenantIds)
      await enterSchedule(bench.app, { job: 'sync', intervalMinutes, workspaceId, target });
    const first = await measure(async () => {
      await bench.queue.send('sync', runMessages(tenantIds, 'soak'));
      await workers.settled(tenantIds.length);
    });
    // The first dispatch begins with the present minute: from here on every minute is one interval's part.
    let settled = tenantIds.length + (await dispatch(bench.app)).messages;
    await workers.settled(settled);
    await simulator.setLatency(options.latencyMs);
    const measured: Interval[] = [];
    for (let index = 0; index < intervals; index += 1) {
      await simulator.randomChanges(Math.ceil(customers * usersPerCustomer * changedShare), index + 1, tenantIds);
      const interval = await oneInterval(
        async () => {
          bench.advance(MINUTE_MS);
          await simulator.setClock(bench.app.clock.now());
          const { messages } = await dispatch(bench.app);
          settled += messages;
          return messages;
        },
        () => workers.settled(settled),
      );
      if (interval.runs !== customers)
        throw new Error(`${interval.runs} runs of ${customers} customers in an interval`);
      measured.push(interval);
    }
    if (bench.warnings() > 0) throw new Error(`${bench.warnings()} warnings were logged during the soak`);
    await inParallel(tenantIds, concurrency, async (tenantId) => {
      await verifyTenant(bench.app, tenantId, { users: (await simulator.usersOf(tenantId)).length });
    });
    return summary({ customers, users: customers * usersPerCustomer, intervals, firstMs: first.wallMs }, measured);
  } finally {
    await workers.stop();
    await bench.close();
    await simulator.stop();
  }
}

interface Interval {
  wallMs: number;
  cpuMs: number;
  longestMinuteMs: number;
  runs: number;
  residentBytes: number;
}

/** A minute begins when the work of the one before has ended; how long each took tells whether the machine keeps up. */
async function oneInterval(beginMinute: () => Promise<number>, workEnds: () => Promise<void>): Promise<Interval> {
  let longestMinuteMs = 0;
  let runs = 0;
  const cost = await measure(async () => {
    for (let minute = 0; minute < intervalMinutes; minute += 1) {
      const startMs = performance.now();
      runs += await beginMinute();
      await workEnds();
      longestMinuteMs = Math.max(longestMinuteMs, performance.now() - startMs);
    }
  });
  collectGarbage();
  return { ...cost, longestMinuteMs, runs, residentBytes: process.memoryUsage.rss() };
}

function summary(
  given: { customers: number; users: number; intervals: number; firstMs: number },
  measured: readonly Interval[],
): Soak {
  const { firstMs, ...rest } = given;
  const cpuSeconds = median(measured.map(({ cpuMs }) => cpuMs)) / 1000;
  return {
    ...rest,
    intervalMinutes,
    wallSeconds: median(measured.map(({ wallMs }) => wallMs)) / 1000,
    cpuSeconds,
    longestMinuteSeconds: Math.max(...measured.map(({ longestMinuteMs }) => longestMinuteMs)) / 1000,
    runs: measured.reduce((sum, { runs }) => sum + runs, 0),
    coreShare: cpuSeconds / (intervalMinutes * 60),
    firstSyncSeconds: firstMs / 1000,
    residentBytes: { first: measured[0]?.residentBytes ?? 0, last: measured.at(-1)?.residentBytes ?? 0 },
  };
}
