// The queue contract on a Service Bus namespace with the five queues as infra/azure makes them: a real one, the
// vendor's emulator or any other that the SDK can talk to. The lock may be shorter, which makes this faster.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openServiceBusReceiver, openServiceBusSender } from '../../shared/queue/service-bus.ts';
import { queueContract } from '../contract/queue-contract.ts';

const { TENANTRY_SERVICE_BUS: connectionString = '' } = process.env;

queueContract('Service Bus', async () => {
  if (connectionString === '') throw new Error('Set TENANTRY_SERVICE_BUS to the connection string of a namespace');
  const address = { connectionString };
  return {
    open: async () => {
      const sender = openServiceBusSender({ address });
      const receiver = openServiceBusReceiver({ address });
      return {
        ...receiver,
        send: sender.send,
        close: async () => {
          await Promise.all([sender.close(), receiver.close()]);
        },
      };
    },
    nowMs: () => Date.now(),
    pass: (ms) => sleep(ms),
    close: async () => {},
  };
});

describe('Service Bus queue', () => {
  it('is unavailable, by name, where nobody answers', async () => {
    const address = {
      connectionString:
        'Endpoint=sb://127.0.0.1:9;SharedAccessKeyName=local;SharedAccessKey=local;UseDevelopmentEmulator=true',
    };
    const sender = openServiceBusSender({ address, retry: { maxRetries: 1, retryDelayInMs: 10, timeoutInMs: 2_000 } });
    const call = sender.send('sync', [{ messageId: 'one', body: {} }]);
    await expect(call).rejects.toMatchObject({ name: 'QueueError', kind: 'unavailable' });
    await sender.close();
  });
});
