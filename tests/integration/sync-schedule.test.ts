// The fan-out: who is due is sent once, quickly, whatever happened to the timer.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MINUTE_MS, manualClock } from '../../shared/clock.ts';
import { openSqliteQueue, type SqliteQueue } from '../../shared/queue/sqlite.ts';
import { type CountsByContainer, countingStore } from '../../shared/store/counting.ts';
import type { Store } from '../../shared/store/port.ts';
import { schedulePartition } from '../../shared/store/scoped.ts';
import { openSqliteStore } from '../../shared/store/sqlite.ts';
import { dispatch } from '../../shared/sync/dispatcher.ts';
import { syncMessage } from '../../shared/sync/messages.ts';
import { enterSchedule, leaveSchedule } from '../../shared/sync/schedule.ts';
import { slotOf } from '../../shared/sync/slots.ts';

const workspaceId = '22222222-2222-4222-8222-222222222222';
const start = Math.floor(Date.parse('2026-03-02T00:00:00Z') / MINUTE_MS / 1440) * 1440;
const clock = manualClock(start * MINUTE_MS);
const tenant = (at: number) => `${at.toString(16).padStart(8, '0')}-1111-4111-8111-111111111111`;

let folder: string;
let sqlite: Store;
let queue: SqliteQueue;
let counts: () => CountsByContainer;
let app: Parameters<typeof dispatch>[0];
let logged: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenantry-schedule-'));
  clock.set(start * MINUTE_MS);
  sqlite = openSqliteStore({ file: join(folder, 'store.db'), clock });
  queue = openSqliteQueue({ file: join(folder, 'queue.db'), clock });
  const counter = countingStore(sqlite);
  counts = counter.counts;
  logged = [];
  app = { store: counter.store, queue, clock, log: (_level, message) => void logged.push(message) };
});
afterEach(async () => {
  await queue.close();
  await sqlite.close();
  await rm(folder, { recursive: true, force: true });
});

const toMinute = (minute: number) => clock.set((start + minute) * MINUTE_MS);
const enter = (target: string, intervalMinutes = 30) =>
  enterSchedule(app, { job: 'sync', intervalMinutes, workspaceId, target });
async function received(): Promise<string[]> {
  const targets: string[] = [];
  for (;;) {
    const messages = await queue.receive('sync', 100, 0);
    if (messages.length === 0) return targets.sort();
    for (const message of messages) {
      targets.push(syncMessage.parse(message.body).tenantId);
      await queue.complete('sync', message);
    }
  }
}

describe('the schedule', () => {
  it('SY-37 sends every target once in each interval, in its own minute', async () => {
    const targets = Array.from({ length: 50 }, (_, at) => tenant(at));
    for (const target of targets) await enter(target);
    toMinute(-1);
    await dispatch(app);
    await received();
    const seen = new Map<string, number[]>();
    for (let minute = 0; minute < 60; minute += 1) {
      toMinute(minute);
      await dispatch(app);
      for (const target of await received()) seen.set(target, [...(seen.get(target) ?? []), minute]);
    }
    for (const target of targets) expect(seen.get(target)).toEqual([slotOf(target, 30), slotOf(target, 30) + 30]);
  });

  it('catches up after an outage, each target once', async () => {
    const targets = Array.from({ length: 50 }, (_, at) => tenant(at));
    for (const target of targets) await enter(target);
    await dispatch(app);
    await received();
    toMinute(300);
    expect(await dispatch(app)).toEqual({ minutes: 300, messages: 50 });
    expect(await received()).toEqual([...targets].sort());
    toMinute(301);
    expect((await dispatch(app)).minutes).toBe(1);
  });

  it('writes nothing but its watermark', async () => {
    for (let at = 0; at < 20; at += 1) await enter(tenant(at));
    await dispatch(app);
    toMinute(29);
    const before = counts().schedule.written;
    await dispatch(app);
    expect(counts().schedule.written - before).toBe(1);
  });

  it('sends nothing twice when two dispatchers run at once, or one dies before its watermark', async () => {
    const targets = Array.from({ length: 60 }, (_, at) => tenant(at));
    for (const target of targets) await enter(target);
    await dispatch(app);
    await received();
    toMinute(30);
    await Promise.all([dispatch(app), dispatch(app)]);
    const mark = await schedulePartition(sqlite, 'dispatcher').read('watermark');
    if (!mark) throw new Error('There is no watermark.');
    await schedulePartition(sqlite, 'dispatcher').upsert({ ...mark.doc, minute: start });
    await dispatch(app);
    expect(await received()).toEqual([...targets].sort());
  });

  it('begins again from now when the clock was put back', async () => {
    const target = tenant(1);
    await enter(target);
    toMinute(5_000);
    await dispatch(app);
    await received();
    for (let minute = 0; minute < 30; minute += 1) {
      toMinute(minute);
      await dispatch(app);
    }
    expect(await received()).toEqual([target]);
  });

  it('moves a target when the interval changes, and leaves under whatever interval it is there', async () => {
    await enter(tenant(1), 30);
    await enter(tenant(1), 60);
    await enter(tenant(1), 60);
    toMinute(-1);
    await dispatch(app);
    toMinute(59);
    await dispatch(app);
    expect(await received()).toEqual([tenant(1)]);
    await leaveSchedule(app, { job: 'sync', workspaceId, target: tenant(1) });
    toMinute(200);
    expect((await dispatch(app)).messages).toBe(0);
  });

  it('sends each job to its queue, for tenants and connections', async () => {
    const of = { workspaceId, target: tenant(3) };
    await enterSchedule(app, { job: 'discover', intervalMinutes: 60, ...of });
    await enterSchedule(app, { job: 'keepAlive', intervalMinutes: 1440, ...of });
    await enterSchedule(app, { job: 'verify', intervalMinutes: 1440, ...of });
    toMinute(-1);
    await dispatch(app);
    toMinute(1439);
    await dispatch(app);
    const bodies = [...(await queue.receive('discover', 10, 0)), ...(await queue.receive('consent', 10, 0))];
    expect(bodies.map(({ body }) => body)).toEqual(
      expect.arrayContaining([
        { kind: 'discover', workspaceId, connectionId: tenant(3), attempt: 1 },
        { kind: 'keepAlive', workspaceId, connectionId: tenant(3), attempt: 1 },
        { kind: 'verify', workspaceId, tenantId: tenant(3), attempt: 1 },
      ]),
    );
  });

  it('fans out ten thousand due customers in seconds', async () => {
    await enter(tenant(0), 15);
    const slot = slotOf(tenant(0), 15);
    const docs = Array.from({ length: 10_000 }, (_, at) => ({
      id: `${workspaceId}:${tenant(at)}`,
      type: 'scheduleEntry',
      schemaVersion: 1,
      workspaceId,
      target: tenant(at),
    }));
    await schedulePartition(sqlite, `sync:15:${slot}`).bulkUpsert(docs);
    toMinute(-1);
    await dispatch(app);
    toMinute(14);
    const began = performance.now();
    expect((await dispatch(app)).messages).toBe(10_000);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(await queue.counts('sync')).toMatchObject({ active: 10_000 });
  });
});
