import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Timer } from '@azure/functions';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TimerFunction } from '../../../functions/define.ts';
import { timerStatusesInFile } from '../../../infra/local/host/timer-file.ts';
import { runTimers, type TimerSide, timerStatusesInMemory } from '../../../infra/local/host/timers.ts';
import { HOUR_MS, MINUTE_MS, manualClock, SECOND_MS } from '../../../shared/clock.ts';
import { type HostApp, openHostApp } from '../../fixtures/host-app.ts';

const startMs = Date.parse('2026-03-01T10:00:30.000Z');
const clock = manualClock(startMs);
let host: HostApp;
let side: TimerSide | undefined;

beforeAll(async () => {
  host = await openHostApp(clock);
});
afterEach(async () => {
  await side?.stop();
  clock.set(startMs);
});
afterAll(() => host.close());

function everyMinute(run: TimerFunction['run']): TimerFunction {
  return { kind: 'timer', name: 'tick', schedule: '0 * * * * *', run };
}

/** Long enough for several looks at the clock. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 200));

describe('timers of the one-machine host', () => {
  it('follow the injected clock, at the times of the schedule in UTC', async () => {
    const seen: Timer[] = [];
    side = await runTimers([everyMinute(async (timer) => void seen.push(timer))], host.app, timerStatusesInMemory());
    await settle();
    expect(seen).toEqual([]);
    clock.advance(29 * SECOND_MS);
    await settle();
    expect(seen).toEqual([]);
    clock.advance(SECOND_MS);
    await vi.waitFor(() => expect(seen).toHaveLength(1));
    expect(seen[0]).toMatchObject({
      isPastDue: false,
      schedule: { adjustForDST: false },
      scheduleStatus: { next: '2026-03-01T10:02:00.000Z' },
    });
  });

  it('make up for many missed times by one run that is past due', async () => {
    const seen: boolean[] = [];
    const timer = everyMinute(async ({ isPastDue }) => void seen.push(isPastDue));
    side = await runTimers([timer], host.app, timerStatusesInMemory());
    clock.advance(3 * HOUR_MS);
    await settle();
    expect(seen).toEqual([true]);
    clock.advance(30 * SECOND_MS);
    await settle();
    expect(seen).toEqual([true, false]);
  });

  it('go on when the clock is set back', async () => {
    const seen: boolean[] = [];
    const timer = everyMinute(async ({ isPastDue }) => void seen.push(isPastDue));
    side = await runTimers([timer], host.app, timerStatusesInMemory());
    clock.advance(-3 * HOUR_MS);
    await settle();
    expect(seen).toEqual([]);
    clock.advance(30 * SECOND_MS);
    await settle();
    expect(seen).toEqual([false]);
  });

  it('never run twice at once; a run that took too long is followed by one that is past due', async () => {
    const seen: boolean[] = [];
    const first = Promise.withResolvers<void>();
    const timer = everyMinute(async ({ isPastDue }) => {
      seen.push(isPastDue);
      if (seen.length === 1) await first.promise;
    });
    side = await runTimers([timer], host.app, timerStatusesInMemory());
    clock.advance(30 * SECOND_MS);
    await settle();
    clock.advance(2 * MINUTE_MS + 10 * SECOND_MS);
    await settle();
    expect(seen).toEqual([false]);
    first.resolve();
    await settle();
    expect(seen).toEqual([false, true]);
  });

  it('notice after a restart what was missed while the process was down', async () => {
    const file = join(host.dataDir, 'timers.json');
    const seen: boolean[] = [];
    const timer = everyMinute(async ({ isPastDue }) => void seen.push(isPastDue));
    side = await runTimers([timer], host.app, timerStatusesInFile(file));
    clock.advance(30 * SECOND_MS);
    await settle();
    await side.stop();
    clock.advance(5 * MINUTE_MS);
    side = await runTimers([timer], host.app, timerStatusesInFile(file));
    await settle();
    expect(seen).toEqual([false, true]);
  });

  it('do not call a first start past due', async () => {
    const seen: boolean[] = [];
    const timer = everyMinute(async ({ isPastDue }) => void seen.push(isPastDue));
    side = await runTimers([timer], host.app, timerStatusesInFile(join(host.dataDir, 'absent.json')));
    await settle();
    expect(seen).toEqual([]);
  });

  it('log a failure and run again at the next time', async () => {
    let runs = 0;
    const timer = everyMinute(async () => {
      runs += 1;
      throw new Error('the timer broke');
    });
    side = await runTimers([timer], host.app, timerStatusesInMemory());
    clock.advance(30 * SECOND_MS);
    await settle();
    clock.advance(MINUTE_MS);
    await settle();
    expect(runs).toBe(2);
    const line = host.lines.find(({ level }) => level === 'error');
    expect(line?.fields).toMatchObject({ function: 'tick', error: { message: 'the timer broke' } });
  });

  it('wait at a stop for the run under way and start no other', async () => {
    const work = Promise.withResolvers<void>();
    let isDone = false;
    let runs = 0;
    const timer = everyMinute(async () => {
      runs += 1;
      await work.promise;
      isDone = true;
    });
    side = await runTimers([timer], host.app, timerStatusesInMemory());
    clock.advance(30 * SECOND_MS);
    await settle();
    const stopped = side.stop().then(() => isDone);
    clock.advance(MINUTE_MS);
    work.resolve();
    expect(await stopped).toBe(true);
    await settle();
    expect(runs).toBe(1);
  });

  it('are refused with a schedule that is not six fields', async () => {
    const timer: TimerFunction = { ...everyMinute(async () => undefined), schedule: '*/5 * * * *' };
    await expect(runTimers([timer], host.app, timerStatusesInMemory())).rejects.toThrow(/tick: .* six fields/);
  });

  it('want day of month and day of week both to fit, as NCRONTAB does', async () => {
    // Friday the 13th: from March 2026 on, the first is in March itself.
    const timer: TimerFunction = { ...everyMinute(async () => undefined), schedule: '0 0 0 13 * 5' };
    const seen: string[] = [];
    side = await runTimers(
      [{ ...timer, run: async (argument) => void seen.push(argument.scheduleStatus.next) }],
      host.app,
      timerStatusesInMemory(),
    );
    clock.set(Date.parse('2026-03-06T00:00:00Z'));
    await settle();
    expect(seen).toEqual([]);
    clock.set(Date.parse('2026-03-13T00:00:00Z'));
    await settle();
    expect(seen).toEqual(['2026-11-13T00:00:00.000Z']);
  });
});

describe('the file of timer statuses', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tenantry-timers-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('keeps what was written, by timer, over a restart', async () => {
    const file = join(folder, 'kept.json');
    const status = { last: '2026-03-01T10:00:00.000Z', next: '2026-03-01T10:01:00.000Z' };
    const statuses = timerStatusesInFile(file);
    await Promise.all(['a', 'b', 'c'].map((name) => statuses.write(name, status)));
    const again = timerStatusesInFile(file);
    expect(await again.read('b')).toEqual(status);
    expect(await again.read('d')).toBeUndefined();
  });

  it('starts afresh from a file that cannot be read', async () => {
    const file = join(folder, 'torn.json');
    await writeFile(file, '{"a":{"last":');
    expect(await timerStatusesInFile(file).read('a')).toBeUndefined();
  });
});
