// What every queue adapter does. Run on SQLite by queue-sqlite.test.ts and on Service Bus by tests/azure.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type {
  DeadLetter,
  DeadLetters,
  LockedMessage,
  OutgoingMessage,
  QueueName,
  QueueReceiver,
  QueueSender,
} from '../../shared/queue/port.ts';
import { deadLetterReasons, queueSettings } from '../../shared/queue/port.ts';

export type Queue = QueueSender & QueueReceiver & DeadLetters;

/** An adapter under test. Its queues have the settings of `queueSettings`; only the lock may be shorter. */
export interface QueueUnderTest {
  /** Opens one more connection to the same queues. */
  open(): Promise<Queue>;
  nowMs(): number;
  /** Lets time pass: moves the clock, or waits. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

const queue: QueueName = 'sync';
const scheduleAheadMs = 4_000;
/** Two locks of the standard minute, waited out in real time. */
const lockTestTimeoutMs = 240_000;

export function queueContract(name: string, start: () => Promise<QueueUnderTest>): void {
  describe(`queue contract: ${name}`, () => {
    let tested: QueueUnderTest;
    let first: Queue;
    let second: Queue;
    beforeAll(async () => {
      tested = await start();
      first = await tested.open();
      second = await tested.open();
    });
    beforeEach(async () => {
      await drain(first, queue);
    });
    afterAll(async () => {
      await Promise.all([first.close(), second.close()]);
      await tested.close();
    });

    it('delivers id and body as they were sent, under a lock, for the first time', async () => {
      const body = { text: 'Grüße, 世界 "\\\u0000', list: [1, null, { deep: true }], amount: -1.5, empty: {} };
      const sentAtMs = tested.nowMs();
      const message = { messageId: `odd id/:#?% ${randomUUID()}`, body };
      await first.send(queue, [message]);
      const [received] = await receiveAll(second, 1);
      expect(received).toMatchObject({ messageId: message.messageId, body, deliveryCount: 1 });
      expect(received?.lockedUntilMs).toBeGreaterThan(sentAtMs);
      expect(Math.abs((received?.enqueuedAtMs ?? 0) - sentAtMs)).toBeLessThan(30_000);
      if (received !== undefined) await second.complete(queue, received);
      await expectNothing(first);
    });

    it('sends nothing for an empty list, and gives nothing after the wait', async () => {
      await first.send(queue, []);
      expect(await first.receive(queue, 1, 200)).toEqual([]);
    });

    it('wakes a waiting receiver, whichever connection sends', async () => {
      const waiting = [first.receive(queue, 1, 10_000), first.receive(queue, 1, 10_000)];
      await first.send(queue, [outgoing()]);
      await second.send(queue, [outgoing()]);
      const received = (await Promise.all(waiting)).flat();
      expect(new Set(received.map((message) => message.messageId)).size).toBe(2);
      await completeAll(first, received);
    });

    it.each([
      { what: 'an empty id', message: { ...outgoing(), messageId: '' }, kind: 'invalid' },
      { what: 'an id that is too long', message: { ...outgoing(), messageId: 'x'.repeat(129) }, kind: 'invalid' },
      { what: 'a time that is none', message: { ...outgoing(), enqueueAtMs: Number.NaN }, kind: 'invalid' },
      {
        what: 'a body above the limit',
        message: { ...outgoing(), body: { text: 'x'.repeat(300_000) } },
        kind: 'tooLarge',
      },
    ])('refuses $what, names the message and sends nothing of the call', async ({ message, kind }) => {
      const call = first.send(queue, [outgoing(), message, outgoing()]);
      await expect(call).rejects.toMatchObject({ name: 'QueueError', kind });
      await expect(call).rejects.toHaveProperty('message', expect.stringContaining(message.messageId));
      await expectNothing(second);
    });

    it('gives each message to one consumer at a time and loses none', async () => {
      const third = await tested.open();
      const sent = Array.from({ length: 300 }, () => outgoing());
      await first.send(queue, sent);
      const held = new Set<string>();
      const done = new Set<string>();
      const consume = async (consumer: Queue, share: number) => {
        for (let index = 0; done.size < sent.length; index += 1) {
          for (const message of await consumer.receive(queue, 1 + (index % 7), 300)) {
            expect(held.has(message.messageId), `${message.messageId} is held twice`).toBe(false);
            expect(done.has(message.messageId), `${message.messageId} came after it was completed`).toBe(false);
            held.add(message.messageId);
            await new Promise((resolve) => setTimeout(resolve, share));
            held.delete(message.messageId);
            if (message.deliveryCount === 1 && index % 5 === 0) await consumer.abandon(queue, message);
            else {
              await consumer.complete(queue, message);
              done.add(message.messageId);
            }
          }
        }
      };
      await Promise.all([consume(first, 0), consume(second, 1), consume(third, 2)]);
      expect(done).toEqual(idsOf(sent));
      await third.close();
    });

    it('drops a message whose id was seen: in one call, in a later one, after completion; per queue', async () => {
      const message = outgoing();
      await first.send(queue, [message, message]);
      await second.send(queue, [message, { ...message, body: { other: true } }]);
      await completeAll(first, await receiveAll(first, 1));
      await second.send(queue, [message]);
      await expectNothing(first);
      await drain(first, 'discover');
      await second.send('discover', [message]);
      const elsewhere = await first.receive('discover', 10, 2_000);
      expect(elsewhere.map((received) => received.messageId)).toEqual([message.messageId]);
      for (const received of elsewhere) await first.complete('discover', received);
    });

    it('keeps a scheduled message back until its time, and only that', async () => {
      const dueAtMs = tested.nowMs() + scheduleAheadMs;
      const later = { ...outgoing(), enqueueAtMs: dueAtMs };
      const now = outgoing();
      const past = { ...outgoing(), enqueueAtMs: tested.nowMs() - 60_000 };
      await first.send(queue, [later, now, past]);
      const early = await receiveAll(second, 2);
      expect(idsOf(early)).toEqual(idsOf([now, past]));
      await completeAll(second, early);
      await first.send(queue, [later]);
      await expectNothing(second);
      await tested.pass(dueAtMs - tested.nowMs() + 1);
      const [received] = await receiveAll(second, 1);
      expect(received?.messageId).toBe(later.messageId);
      expect(received?.enqueuedAtMs).toBeGreaterThanOrEqual(dueAtMs - 1_000);
      if (received !== undefined) await second.complete(queue, received);
      await expectNothing(first);
    });

    it(
      'gives a message to another when its lock runs out, and the late holder may settle no more',
      async () => {
        await first.send(queue, [outgoing()]);
        const [late] = await receiveAll(first, 1);
        if (late === undefined) throw new Error('nothing came');
        await expectNothing(second);
        await tested.pass(late.lockedUntilMs - tested.nowMs() + 500);
        const [again] = await receiveAll(second, 1);
        expect(again).toMatchObject({ messageId: late.messageId, body: late.body, deliveryCount: 2 });
        await expect(first.complete(queue, late)).rejects.toMatchObject({ name: 'QueueError', kind: 'lockLost' });
        await expect(first.abandon(queue, late)).rejects.toMatchObject({ kind: 'lockLost' });
        await expect(first.renew(queue, late)).rejects.toMatchObject({ kind: 'lockLost' });
        await expect(first.deadLetter(queue, late, 'Late', 'too late')).rejects.toMatchObject({ kind: 'lockLost' });
        if (again !== undefined) await second.complete(queue, again);
        await expectNothing(first);
      },
      lockTestTimeoutMs,
    );

    it(
      'keeps a message for its holder as long as the lock is renewed',
      async () => {
        await first.send(queue, [outgoing()]);
        const [held] = await receiveAll(first, 1);
        if (held === undefined) throw new Error('nothing came');
        const lockMs = held.lockedUntilMs - tested.nowMs();
        await tested.pass(lockMs * 0.6);
        const lockedUntilMs = await first.renew(queue, held);
        expect(lockedUntilMs).toBeGreaterThan(held.lockedUntilMs);
        await tested.pass(lockMs * 0.6);
        await expectNothing(second);
        await first.complete(queue, held);
        await expectNothing(second);
      },
      lockTestTimeoutMs,
    );

    it('gives an abandoned message back at once, counted, and takes no second answer for one delivery', async () => {
      await first.send(queue, [outgoing()]);
      const [once] = await receiveAll(first, 1);
      if (once === undefined) throw new Error('nothing came');
      await first.abandon(queue, once);
      await expect(first.complete(queue, once)).rejects.toMatchObject({ kind: 'lockLost' });
      const [twice] = await receiveAll(second, 1);
      expect(twice).toMatchObject({ messageId: once.messageId, deliveryCount: 2 });
      if (twice !== undefined) await second.complete(queue, twice);
    });

    it('makes a dead letter, with the reason, of a message abandoned at its last delivery', async () => {
      const message = outgoing();
      await first.send(queue, [message]);
      for (let delivery = 1; delivery <= queueSettings.maxDeliveryCount; delivery += 1) {
        const [received] = await receiveAll(second, 1);
        expect(received?.deliveryCount).toBe(delivery);
        if (received !== undefined) await second.abandon(queue, received);
      }
      await expectNothing(first);
      const dead = await findDead(first, message.messageId);
      expect(dead).toMatchObject({ body: message.body, reason: deadLetterReasons.maxDeliveryCount });
      expect(dead?.deliveryCount).toBeGreaterThanOrEqual(queueSettings.maxDeliveryCount);
      expect(dead?.description).not.toBe('');
    });

    it("makes a dead letter, with the worker's reason, of a message that a worker gives up", async () => {
      const message = outgoing();
      await first.send(queue, [message]);
      for (const received of await receiveAll(first, 1)) {
        await first.deadLetter(queue, received, 'BodyUnreadable', 'tenantId is missing');
      }
      await expectNothing(second);
      const dead = await findDead(second, message.messageId);
      expect(dead).toMatchObject({ body: message.body, reason: 'BodyUnreadable', description: 'tenantId is missing' });
    });

    it('resubmits one dead letter under a new id, as a message that was never delivered', async () => {
      const messages = [outgoing(), outgoing(), outgoing()];
      await first.send(queue, messages);
      for (const received of await receiveAll(first, 3)) await first.deadLetter(queue, received, 'Bug', 'a bug');
      const [, chosen] = messages;
      if (chosen === undefined) throw new Error('unreachable');
      const dead = await findDead(second, chosen.messageId);
      if (dead === undefined) throw new Error('no dead letter');
      const newMessageId = `again-${randomUUID()}`;
      expect(await second.resubmit(queue, dead.sequenceNumber, newMessageId)).toBe(true);
      const [received] = await receiveAll(first, 1);
      expect(received).toMatchObject({ messageId: newMessageId, body: chosen.body, deliveryCount: 1 });
      if (received !== undefined) await first.complete(queue, received);
      expect(await findDead(second, chosen.messageId)).toBeUndefined();
      expect(await second.resubmit(queue, dead.sequenceNumber, `again-${randomUUID()}`)).toBe(false);
      await expectNothing(first);
      const others = messages.filter((message) => message !== chosen);
      for (const other of others) expect(await findDead(first, other.messageId)).toBeDefined();
    });

    it('sends more in one call than a frame of the wire holds', async () => {
      const sent = Array.from({ length: 5_000 }, (_, index) => outgoing({ index, padding: 'x'.repeat(1_000) }));
      await first.send(queue, sent);
      const taken: LockedMessage[] = [];
      const consume = async (consumer: Queue) => {
        while (taken.length < sent.length) {
          const messages = await consumer.receive(queue, 100, 500);
          taken.push(...messages);
          await completeAll(consumer, messages);
        }
      };
      await Promise.all([consume(first), consume(second)]);
      expect(taken).toHaveLength(sent.length);
      expect(idsOf(taken)).toEqual(idsOf(sent));
    }, 120_000);
  });
}

function outgoing(body: Record<string, unknown> = { tenantId: randomUUID() }): OutgoingMessage {
  return { messageId: randomUUID(), body };
}

function idsOf(messages: readonly { messageId: string }[]): Set<string> {
  return new Set(messages.map((message) => message.messageId));
}

/** Receives `count` messages, or as many as come within 20 s. */
async function receiveAll(consumer: QueueReceiver, count: number): Promise<LockedMessage[]> {
  const received: LockedMessage[] = [];
  const endMs = performance.now() + 20_000;
  while (received.length < count && performance.now() < endMs) {
    received.push(...(await consumer.receive(queue, count - received.length, 2_000)));
  }
  return received;
}

async function completeAll(consumer: QueueReceiver, messages: readonly LockedMessage[]): Promise<void> {
  await Promise.all(messages.map((message) => consumer.complete(queue, message)));
}

async function expectNothing(consumer: QueueReceiver): Promise<void> {
  expect(await consumer.receive(queue, 1, 100)).toEqual([]);
}

async function drain(consumer: QueueReceiver, from: QueueName): Promise<void> {
  for (;;) {
    const messages = await consumer.receive(from, 100, 0);
    if (messages.length === 0) return;
    for (const message of messages) await consumer.complete(from, message);
  }
}

async function findDead(letters: DeadLetters, messageId: string): Promise<DeadLetter | undefined> {
  return (await letters.list(queue, 10_000)).find((dead) => dead.messageId === messageId);
}
