// The timers as functions: what they do with a real store and queue, and what they log.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvocationContext, type Timer } from '@azure/functions';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TimerFunction } from '../../functions/define.ts';
import { dispatchFunction } from '../../functions/timers/dispatch.ts';
import { timerFunctions } from '../../functions/timers/timers.ts';
import { watchDeadLettersFunction } from '../../functions/timers/watch-dead-letters.ts';
import type { App } from '../../shared/app.ts';
import { MINUTE_MS, manualClock } from '../../shared/clock.ts';
import { openSqliteQueue, type SqliteQueue } from '../../shared/queue/sqlite.ts';
import type { Store } from '../../shared/store/port.ts';
import { openSqliteStore } from '../../shared/store/sqlite.ts';
import { enterSchedule } from '../../shared/sync/schedule.ts';
import { slotOf } from '../../shared/sync/slots.ts';

const workspaceId = '22222222-2222-4222-8222-222222222222';
const target = '11111111-1111-4111-8111-111111111111';
const clock = manualClock(Date.parse('2026-03-02T00:00:00Z'));
let folder: string;
let store: Store;
let queue: SqliteQueue;
let logged: { level: string; message: string; fields: unknown }[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenantry-timers-'));
  store = openSqliteStore({ file: join(folder, 'store.db'), clock });
  queue = openSqliteQueue({ file: join(folder, 'queue.db'), clock });
  logged = [];
});
afterEach(async () => {
  await queue.close();
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

function fire(timer: TimerFunction, isPastDue = false): Promise<void> {
  const at = new Date(clock.now()).toISOString();
  const due: Timer = {
    isPastDue,
    schedule: { adjustForDST: false },
    scheduleStatus: { last: at, next: at, lastUpdated: at },
  };
  // The timers touch these collaborators only; the others would have to be Microsoft itself.
  const parts: Pick<App, 'store' | 'queue' | 'deadLetters' | 'clock' | 'log'> = {
    store,
    queue,
    deadLetters: queue,
    clock,
    log: (level, message, fields) => void logged.push({ level, message, fields }),
  };
  return timer.run(due, new InvocationContext({ functionName: timer.name }), parts as App);
}

describe('timers', () => {
  it('have six fields each and names of their own', () => {
    for (const { schedule } of timerFunctions) expect(schedule.split(' ')).toHaveLength(6);
    expect(new Set(timerFunctions.map(({ name }) => name)).size).toBe(timerFunctions.length);
  });

  it('send what fell due, also when the host says that it is late', async () => {
    await enterSchedule({ store }, { job: 'sync', intervalMinutes: 15, workspaceId, target });
    await fire(dispatchFunction);
    clock.set((Math.floor(clock.now() / MINUTE_MS / 15) * 15 + 15 + slotOf(target, 15)) * MINUTE_MS);
    await fire(dispatchFunction, true);
    expect(await queue.counts('sync')).toMatchObject({ active: 1 });
    expect(logged.at(-1)).toMatchObject({ level: 'warn', fields: { messages: 1, isPastDue: true } });
    clock.advance(MINUTE_MS);
    await fire(dispatchFunction);
    expect(logged.at(-1)).toMatchObject({ level: 'debug', fields: { messages: 0 } });
  });

  it('raise an alert when something was dead-lettered, and are silent otherwise', async () => {
    await fire(watchDeadLettersFunction);
    expect(logged).toEqual([]);
    await queue.send('sync', [{ messageId: 'bad', body: { kind: 'nonsense' } }]);
    const [message] = await queue.receive('sync', 1, 0);
    if (!message) throw new Error('The message did not arrive.');
    await queue.deadLetter('sync', message, 'Bug', 'it could not be parsed');
    await fire(watchDeadLettersFunction);
    expect(logged).toMatchObject([
      { level: 'error', fields: { counts: { sync: 1 }, newest: 'it could not be parsed' } },
    ]);
  });
});
