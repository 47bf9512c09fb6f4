// The queue contract on SQLite, and what only SQLite can show quickly: windows, expiry, counts, several processes.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS, manualClock, systemClock } from '../../shared/clock.ts';
import { deadLetterReasons, queueSettings } from '../../shared/queue/port.ts';
import { openSqliteQueue, type SqliteQueue } from '../../shared/queue/sqlite.ts';
import { startChild } from './queue-children.ts';
import { queueContract } from './queue-contract.ts';

const startMs = Date.UTC(2026, 0, 31, 23, 59);

queueContract('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tenantry-queue-'));
  const clock = manualClock(startMs);
  return {
    open: async () => openSqliteQueue({ file: join(folder, 'queue.db'), clock }),
    nowMs: () => clock.now(),
    pass: async (ms) => clock.advance(ms),
    close: () => rm(folder, { recursive: true }),
  };
});

describe('SQLite queue', () => {
  const clock = manualClock(startMs);
  let folder: string;
  let file: string;
  let queue: SqliteQueue;
  beforeEach(async () => {
    clock.set(startMs);
    folder = await mkdtemp(join(tmpdir(), 'tenantry-queue-'));
    file = join(folder, 'queue.db');
    queue = openSqliteQueue({ file, clock });
  });
  afterEach(async () => {
    await queue.close();
    await rm(folder, { recursive: true });
  });

  it('takes an id again once the duplicate window, which duplicates do not stretch, is over', async () => {
    const message = { messageId: 'one', body: {} };
    await queue.send('sync', [message]);
    clock.advance(queueSettings.duplicateWindowMs - 1);
    await queue.send('sync', [message]);
    expect(await queue.receive('sync', 10, 0)).toHaveLength(1);
    clock.advance(1);
    await queue.send('sync', [message]);
    expect(await queue.receive('sync', 10, 0)).toHaveLength(1);
  });

  it('makes a dead letter of an expired message; a scheduled one lives from its time on', async () => {
    await queue.send('sync', [
      { messageId: 'now', body: {} },
      { messageId: 'later', body: {}, enqueueAtMs: startMs + DAY_MS },
    ]);
    clock.advance(queueSettings.defaultTtlMs);
    expect((await queue.receive('sync', 10, 0)).map((message) => message.messageId)).toEqual(['later']);
    expect(await queue.list('sync', 10)).toMatchObject([
      { messageId: 'now', reason: deadLetterReasons.expired, deliveryCount: 0, deadLetteredAtMs: startMs + DAY_MS },
    ]);
  });

  it('counts deliveries whose lock ran out: after the last one the list shows a dead letter without a receiver', async () => {
    await queue.send('sync', [{ messageId: 'poison', body: {} }]);
    for (let delivery = 1; delivery <= queueSettings.maxDeliveryCount; delivery += 1) {
      expect(await queue.receive('sync', 10, 0)).toMatchObject([{ deliveryCount: delivery }]);
      expect(await queue.list('sync', 10)).toEqual([]);
      clock.advance(queueSettings.lockMs);
    }
    expect(await queue.list('sync', 10)).toMatchObject([
      {
        messageId: 'poison',
        reason: deadLetterReasons.maxDeliveryCount,
        deliveryCount: queueSettings.maxDeliveryCount,
      },
    ]);
    expect(await queue.receive('sync', 10, 0)).toEqual([]);
  });

  it('does not resubmit under an id that it would drop, and keeps the dead letter', async () => {
    await queue.send('sync', [{ messageId: 'one', body: {} }]);
    for (const message of await queue.receive('sync', 1, 0)) await queue.deadLetter('sync', message, 'Bug', '');
    const [dead] = await queue.list('sync', 1);
    const sequenceNumber = dead?.sequenceNumber ?? '';
    await expect(queue.resubmit('sync', sequenceNumber, 'one')).rejects.toMatchObject({ kind: 'invalid' });
    expect(await queue.list('sync', 10)).toHaveLength(1);
    expect(await queue.resubmit('sync', sequenceNumber, 'two')).toBe(true);
    expect(await queue.resubmit('sync', 'no number', 'three')).toBe(false);
  });

  it('counts what is active, scheduled, locked and dead, per queue', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    await queue.send('sync', [
      ...ids.map((messageId) => ({ messageId, body: {} })),
      { messageId: 'later', body: {}, enqueueAtMs: startMs + 1 },
    ]);
    const [first, second] = await queue.receive('sync', 3, 0);
    if (first === undefined || second === undefined) throw new Error('nothing came');
    await queue.complete('sync', first);
    await queue.deadLetter('sync', second, 'Bug', '');
    expect(await queue.counts('sync')).toEqual({ active: 3, scheduled: 1, locked: 1, deadLettered: 1 });
    expect(await queue.counts('deliver')).toEqual({ active: 0, scheduled: 0, locked: 0, deadLettered: 0 });
    clock.advance(queueSettings.lockMs);
    expect(await queue.counts('sync')).toEqual({ active: 5, scheduled: 0, locked: 0, deadLettered: 1 });
  });

  it('gives a waiting receiver what falls due when the clock is moved', async () => {
    await queue.send('sync', [{ messageId: 'later', body: {}, enqueueAtMs: startMs + DAY_MS }]);
    const waiting = queue.receive('sync', 1, 10_000);
    clock.advance(DAY_MS);
    expect(await waiting).toMatchObject([{ messageId: 'later', deliveryCount: 1 }]);
  });

  it('ends waiting receivers when it closes, and is unavailable then', async () => {
    const waiting = queue.receive('sync', 1, 60_000);
    await queue.close();
    expect(await waiting).toEqual([]);
    await expect(queue.send('sync', [{ messageId: 'a', body: {} }])).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(queue.receive('sync', 1, 0)).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('keeps everything over a restart: what waits, what is locked, what was seen', async () => {
    await queue.send('sync', [
      { messageId: 'a', body: { n: 1 } },
      { messageId: 'b', body: { n: 2 } },
    ]);
    const [held] = await queue.receive('sync', 1, 0);
    if (held === undefined) throw new Error('nothing came');
    await queue.close();
    queue = openSqliteQueue({ file, clock });
    await queue.send('sync', [{ messageId: 'a', body: { n: 3 } }]);
    expect(await queue.receive('sync', 10, 0)).toMatchObject([{ messageId: 'b', body: { n: 2 } }]);
    await queue.complete('sync', held);
    clock.advance(queueSettings.lockMs);
    expect(await queue.receive('sync', 10, 0)).toMatchObject([{ messageId: 'b', deliveryCount: 2 }]);
  });

  it('serves several processes that open the file at once: no message twice while locked, none lost', async () => {
    const shared = join(folder, 'shared.db');
    const producers = ['p1', 'p2', 'p3'].map((name) =>
      startChild({ role: 'produce', file: shared, name, batch: 50, batches: 20 }),
    );
    const consumers = ['c1', 'c2', 'c3'].map((name) => startChild({ role: 'consume', file: shared, name }));
    for (const producer of producers) expect(await producer.ended).toBe(0);
    const look = openSqliteQueue({ file: shared, clock: systemClock });
    const settled = { active: 0, scheduled: 0, locked: 0, deadLettered: 0 };
    await expect.poll(() => look.counts('sync'), { timeout: 20_000, interval: 100 }).toEqual(settled);
    await look.close();
    for (const consumer of consumers) await consumer.kill();
    const sent = producers.flatMap((producer) => producer.idsSaid('sent'));
    const received = consumers.flatMap((consumer) => consumer.idsSaid('received'));
    expect(sent).toHaveLength(3_000);
    expect(received).toHaveLength(3_000);
    expect(new Set(received)).toEqual(new Set(sent));
  });
});
