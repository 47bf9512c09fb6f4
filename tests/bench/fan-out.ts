// How long the dispatcher takes when every customer of a large deployment is due at once, as after an outage.
import { MINUTE_MS } from '../../shared/clock.ts';
import { dispatch } from '../../shared/sync/dispatcher.ts';
import { enterSchedule } from '../../shared/sync/schedule.ts';
import { openBenchApp, type SimulatorAddress } from './bench-app.ts';
import { measure, median } from './measure.ts';
import type { BenchOptions } from './options.ts';
import { workspaceId } from './workspace.ts';

export interface FanOut {
  customers: number;
  /** Until every message is accepted by the queue and the watermark is written. */
  wallMs: number;
  cpuMs: number;
  /** To put every customer into the schedule, for comparison. */
  enterMs: number;
}

const intervalMinutes = 30;

/** Fills the schedule, then lets a whole interval pass unseen before each dispatch. */
export async function fanOut({ fanOutCustomers, repetitions }: BenchOptions): Promise<FanOut> {
  const bench = await openBenchApp(nowhere);
  try {
    const { app, queue } = bench;
    const entered = await measure(async () => {
      for (let index = 0; index < fanOutCustomers; index += 1) {
        await enterSchedule(app, { job: 'sync', intervalMinutes, workspaceId, target: madeUpTenant(index) });
      }
    });
    // The first dispatch sets the watermark.
    await dispatch(app);
    const before = await queue.counts('sync');
    let sent = before.active;
    const costs = [];
    for (let index = 0; index < repetitions; index += 1) {
      bench.advance(intervalMinutes * MINUTE_MS);
      costs.push(await measure(async () => void (await dispatch(app))));
      const { active } = await queue.counts('sync');
      if (active - sent !== fanOutCustomers)
        throw new Error(`${active - sent} messages for ${fanOutCustomers} customers`);
      sent = active;
    }
    return {
      customers: fanOutCustomers,
      wallMs: median(costs.map(({ wallMs }) => wallMs)),
      cpuMs: median(costs.map(({ cpuMs }) => cpuMs)),
      enterMs: entered.wallMs,
    };
  } finally {
    await bench.close();
  }
}

/** The dispatcher asks Microsoft for nothing. */
const nowhere: SimulatorAddress = {
  loginOrigin: 'http://127.0.0.1:9',
  graphOrigin: 'http://127.0.0.1:9',
  partnerCenterOrigin: 'http://127.0.0.1:9',
  customerAppId: '22222222-2222-4222-8222-222222222222',
  partnerAppId: '11111111-1111-4111-8111-111111111111',
};

function madeUpTenant(index: number): string {
  const digits = index.toString(16).padStart(12, '0');
  return `d0d1d2d3-d4d5-4d6d-8d7d-${digits}`;
}
