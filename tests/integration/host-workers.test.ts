import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { QueueFunction } from '../../functions/define.ts';
import { type HostSettings, type RunningHost, startHost } from '../../infra/local/host/start-host.ts';
import { systemClock } from '../../shared/clock.ts';
import { deadLetterReasons, queueSettings } from '../../shared/queue/port.ts';
import { openSqliteQueue, type SqliteQueue } from '../../shared/queue/sqlite.ts';
import { type HostApp, openHostApp } from '../fixtures/host-app.ts';

const lockMs = 400;
let hostApp: HostApp;
let queue: SqliteQueue;
let host: RunningHost | undefined;

beforeEach(async () => {
  hostApp = await openHostApp();
  const file = join(hostApp.dataDir, 'queue.db');
  queue = openSqliteQueue({ file, clock: systemClock, settings: { ...queueSettings, lockMs } });
});
afterEach(async () => {
  await host?.stop();
  await queue.close();
  await hostApp.close();
});

async function start(run: QueueFunction['run'], settings: Partial<HostSettings> = {}): Promise<RunningHost> {
  const worker: QueueFunction = { kind: 'queue', name: 'worker', queue: 'sync', run };
  host = await startHost({
    functions: [worker],
    app: hostApp.app,
    receiver: queue,
    port: 0,
    roles: ['workers'],
    settings,
  });
  return host;
}

const send = (count: number) =>
  queue.send(
    'sync',
    Array.from({ length: count }, (_, index) => ({ messageId: `m${index}`, body: { index } })),
  );
const counts = () => queue.counts('sync');
const empty = { active: 0, scheduled: 0, locked: 0, deadLettered: 0 };

describe('queue workers of the one-machine host', () => {
  it('hand over the body and what Azure tells of a delivery, and complete what ended well', async () => {
    const seen: unknown[] = [];
    await start(async (body, context) => void seen.push({ body, ...context.triggerMetadata }));
    await send(1);
    await vi.waitFor(async () => expect(await counts()).toEqual(empty));
    expect(seen).toEqual([
      {
        body: { index: 0 },
        messageId: 'm0',
        deliveryCount: 1,
        sequenceNumber: expect.any(Number),
        enqueuedTimeUtc: expect.stringMatching(/^\d{4}-.+Z$/),
      },
    ]);
  });

  it('work on as many at once as the setting says, and no more', async () => {
    let running = 0;
    let most = 0;
    await send(30);
    await start(
      async () => {
        running += 1;
        most = Math.max(most, running);
        await delay(20);
        running -= 1;
      },
      { concurrency: 7 },
    );
    await vi.waitFor(async () => expect(await counts()).toEqual(empty), { timeout: 10_000 });
    expect(most).toBe(7);
  });

  it('do not let one long message hold up the others', async () => {
    const long = Promise.withResolvers<void>();
    let quick = 0;
    await send(20);
    await start(
      async (body) => {
        if (JSON.stringify(body) === '{"index":0}') await long.promise;
        else quick += 1;
      },
      { concurrency: 2 },
    );
    await vi.waitFor(() => expect(quick).toBe(19), { timeout: 10_000 });
    long.resolve();
  });

  it('keep a message locked for as long as it is worked on', async () => {
    let runs = 0;
    await send(1);
    await start(async () => {
      runs += 1;
      await delay(4 * lockMs);
    });
    await vi.waitFor(async () => expect(await counts()).toEqual(empty), { timeout: 10_000 });
    expect(runs).toBe(1);
  });

  it('stop renewing after the longest time, so that another worker gets the message', async () => {
    const deliveries: unknown[] = [];
    const never = new Promise<void>(() => undefined);
    await send(1);
    await start(
      async (_body, context) => {
        deliveries.push(context.triggerMetadata?.['deliveryCount']);
        if (deliveries.length === 1) await never;
      },
      { maxLockRenewalMs: lockMs, stopWithinMs: 100 },
    );
    await vi.waitFor(async () => expect(await counts()).toEqual(empty), { timeout: 10_000 });
    expect(deliveries).toEqual([1, 2]);
  });

  it('give back what threw, count its deliveries, and dead-letter it after the last with the reason', async () => {
    const deliveries: unknown[] = [];
    await start(async (_body, context) => {
      deliveries.push(context.triggerMetadata?.['deliveryCount']);
      throw new Error('a bug');
    });
    await send(1);
    await vi.waitFor(async () => expect(await counts()).toEqual({ ...empty, deadLettered: 1 }), { timeout: 10_000 });
    expect(deliveries).toEqual([1, 2, 3, 4, 5]);
    const [dead] = await queue.list('sync', 10);
    expect(dead).toMatchObject({ messageId: 'm0', body: { index: 0 }, reason: deadLetterReasons.maxDeliveryCount });
    const line = hostApp.lines.find(({ level }) => level === 'error');
    expect(line?.fields).toMatchObject({ function: 'worker', messageId: 'm0', error: { message: 'a bug' } });
  });

  it('finish at a stop what is under way, complete it, and leave the rest in the queue', async () => {
    const started: unknown[] = [];
    const finished: unknown[] = [];
    const work = Promise.withResolvers<void>();
    await send(10);
    const running = await start(
      async (body) => {
        started.push(body);
        await work.promise;
        finished.push(body);
      },
      { concurrency: 3 },
    );
    await vi.waitFor(() => expect(started).toHaveLength(3));
    const stopped = running.stop();
    await delay(2 * lockMs);
    work.resolve();
    expect(await stopped).toBe(true);
    expect(finished).toHaveLength(3);
    expect(await counts()).toEqual({ ...empty, active: 7 });
  });

  it('go on after the queue could not be reached', async () => {
    let failures = 2;
    const flaky = {
      ...queue,
      receive: async (...received: Parameters<SqliteQueue['receive']>) => {
        failures -= 1;
        if (failures >= 0) throw new Error('gone for a moment');
        return queue.receive(...received);
      },
    };
    const run = vi.fn(async () => undefined);
    const worker: QueueFunction = { kind: 'queue', name: 'worker', queue: 'sync', run };
    host = await startHost({ functions: [worker], app: hostApp.app, receiver: flaky, port: 0, roles: ['workers'] });
    await send(1);
    await vi.waitFor(() => expect(run).toHaveBeenCalledOnce(), { timeout: 10_000 });
  });

  it('refuse two functions on one queue, of which each would miss messages', async () => {
    const worker: QueueFunction = { kind: 'queue', name: 'one', queue: 'sync', run: async () => undefined };
    const functions = [worker, { ...worker, name: 'two' }];
    await expect(
      startHost({ functions, app: hostApp.app, receiver: queue, port: 0, roles: ['workers'] }),
    ).rejects.toThrow(/sync/);
  });
});
