// Sending with the real Service Bus SDK against an AMQP peer of our own: what goes over the wire, on a fresh clone too.
// The whole contract runs in tests/azure, against a namespace.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { QueueSender } from '../../shared/queue/port.ts';
import { openServiceBusSender } from '../../shared/queue/service-bus.ts';
import { type AmqpPeer, batchFormat, startAmqpPeer } from '../fixtures/amqp-peer.ts';

describe('Service Bus sender on the wire', () => {
  let peer: AmqpPeer;
  let sender: QueueSender;
  beforeEach(async () => {
    peer = await startAmqpPeer();
    sender = openServiceBusSender({
      address: { connectionString: peer.connectionString },
      retry: { maxRetries: 2, retryDelayInMs: 10, timeoutInMs: 2_000 },
    });
  });
  afterEach(async () => {
    await sender.close();
    await peer.close();
  });

  it('puts a token, then sends one batch with id, JSON body, content type and enqueue time', async () => {
    const enqueueAtMs = Date.UTC(2026, 1, 1, 12, 30);
    await sender.send('sync', [
      { messageId: 'sync:w:t1:1', body: { tenantId: 't1', name: 'Zoë' } },
      { messageId: 'sync:w:t2:1#2', body: { tenantId: 't2' }, enqueueAtMs },
    ]);
    expect(peer.tokens).toContainEqual(expect.stringMatching(/sync$/));
    expect(peer.transfers).toMatchObject([
      {
        queue: 'sync',
        format: batchFormat,
        messages: [
          {
            messageId: 'sync:w:t1:1',
            contentType: 'application/json',
            body: { tenantId: 't1', name: 'Zoë' },
            scheduledEnqueueTime: undefined,
          },
          {
            messageId: 'sync:w:t2:1#2',
            contentType: 'application/json',
            body: { tenantId: 't2' },
            scheduledEnqueueTime: new Date(enqueueAtMs),
          },
        ],
      },
    ]);
  });

  it('splits what no frame holds into as few frames as it fits in, each message once', async () => {
    const messages = Array.from({ length: 5_000 }, (_, index) => ({
      messageId: `message-${index}`,
      body: { index, padding: 'x'.repeat(1_000) },
    }));
    await sender.send('sync', messages);
    const sizes = peer.transfers.map((transfer) => transfer.bytes);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(262_144);
    expect(sizes.length).toBe(Math.ceil(sizes.reduce((sum, bytes) => sum + bytes, 0) / 262_144));
    const ids = peer.transfers.flatMap((transfer) => transfer.messages.map((message) => message.messageId));
    expect(ids).toHaveLength(messages.length);
    expect(new Set(ids)).toEqual(new Set(messages.map((message) => message.messageId)));
  });

  it('keeps one link for each queue, and sends nothing for nothing', async () => {
    await sender.send('discover', []);
    expect(peer.links()).toBe(0);
    for (const messageId of ['a', 'b', 'c']) {
      await sender.send('discover', [{ messageId, body: {} }]);
      await sender.send('deliver', [{ messageId, body: {} }]);
    }
    expect(peer.links()).toBe(2);
    expect(peer.transfers.map((transfer) => transfer.queue)).toEqual(Array(3).fill(['discover', 'deliver']).flat());
  });

  it('refuses one message that no frame holds, by name, and sends nothing of the call', async () => {
    const small = await startAmqpPeer(10_000);
    const smallSender = openServiceBusSender({ address: { connectionString: small.connectionString } });
    const messages = [
      { messageId: 'small', body: { text: 'x'.repeat(9_000) } },
      { messageId: 'big', body: { text: 'x'.repeat(10_000) } },
    ];
    const call = smallSender.send('sync', messages);
    await expect(call).rejects.toMatchObject({ name: 'QueueError', kind: 'tooLarge' });
    await expect(call).rejects.toThrow(/^Message big is too large for sync: a frame takes 10000 bytes/);
    expect(small.transfers).toEqual([]);
    await smallSender.close();
    await small.close();
  });

  it('tries again by itself when the service is busy', async () => {
    peer.rejectNext(2, 'com.microsoft:server-busy');
    await sender.send('sync', [{ messageId: 'a', body: {} }]);
    expect(peer.transfers).toHaveLength(1);
  });

  it('is unavailable when the service stays busy, and works again afterwards', async () => {
    peer.rejectNext(3, 'com.microsoft:server-busy');
    const call = sender.send('sync', [{ messageId: 'a', body: {} }]);
    await expect(call).rejects.toMatchObject({ name: 'QueueError', kind: 'unavailable' });
    await expect(call).rejects.toThrow(/^Cannot send to sync on Service Bus \(ServiceBusy\)/);
    await sender.send('sync', [{ messageId: 'a', body: {} }]);
    expect(peer.transfers).toHaveLength(1);
  });

  it('connects again after the connection broke', async () => {
    await sender.send('sync', [{ messageId: 'a', body: {} }]);
    peer.dropConnections();
    await sender.send('sync', [{ messageId: 'b', body: {} }]);
    expect(peer.transfers.map((transfer) => transfer.messages[0]?.messageId)).toEqual(['a', 'b']);
  });
});
