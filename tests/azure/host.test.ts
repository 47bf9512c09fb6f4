// The one-machine host on the cloud's adapters, chosen by configuration alone: Cosmos DB for the store, Service Bus for
// the queue, received by its SDK. So the code path of Azure is walked without Azure.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { FunctionDefinition, QueueFunction } from '../../functions/define.ts';
import { healthFunction } from '../../functions/http/health.ts';
import { type RunningHost, startHost } from '../../infra/local/host/start-host.ts';
import type { App } from '../../shared/app.ts';
import { closeApp, composeApp, openReceiver } from '../../shared/compose.ts';
import type { Config } from '../../shared/config.ts';
import { createLog } from '../../shared/log.ts';
import { deadLetterReasons, type QueueReceiver } from '../../shared/queue/port.ts';
import { readConfig } from '../../shared/read-config.ts';
import { createCosmosContainers } from '../../shared/store/cosmos-client.ts';
import { localEnvironment } from '../fixtures/host-app.ts';

let config: Config;
let app: App;
let receiver: QueueReceiver;
let host: RunningHost | undefined;
// The other contracts share the namespace: this queue has no worker elsewhere.
const queue = 'reconcile';

beforeAll(async () => {
  config = readConfig({
    ...localEnvironment('unused'),
    TENANTRY_STORE: 'cosmos',
    TENANTRY_COSMOS_ENDPOINT: process.env['TENANTRY_COSMOS_ENDPOINT'],
    TENANTRY_COSMOS_DATABASE: process.env['TENANTRY_COSMOS_DATABASE'],
    TENANTRY_COSMOS_KEY: process.env['TENANTRY_COSMOS_KEY'],
    TENANTRY_QUEUE: 'servicebus',
    ServiceBusConnection: process.env['TENANTRY_SERVICE_BUS'],
  });
  if (config.store.kind !== 'cosmos') throw new Error('The store is not Cosmos DB');
  const { endpoint, database, key = '' } = config.store;
  await createCosmosContainers({ endpoint, database, credential: { key } });
  app = await composeApp(config, { log: createLog(() => undefined) });
});
afterEach(async () => {
  await host?.stop();
  await receiver?.close();
});
afterAll(() => closeApp(app));

async function start(run: QueueFunction['run']): Promise<RunningHost> {
  const worker: QueueFunction = { kind: 'queue', name: 'worker', queue, run };
  const functions: FunctionDefinition[] = [healthFunction, worker];
  receiver = await openReceiver(config);
  host = await startHost({
    functions,
    app,
    receiver,
    port: 0,
    roles: ['http', 'workers'],
    settings: { concurrency: 4 },
  });
  return host;
}

const send = (run: string, count = 1) =>
  app.queue.send(
    queue,
    Array.from({ length: count }, (_, index) => ({
      messageId: `${run}-${index}-${app.ids.uuid()}`,
      body: { run, index },
    })),
  );

describe('the host on Cosmos DB and Service Bus', () => {
  it('says on /health that both answer', async () => {
    const { port } = await start(async () => undefined);
    const response = await fetch(`http://127.0.0.1:${port}/health`);
    expect(await response.json()).toEqual({ status: 'ok', store: 'reachable', queue: 'reachable' });
  });

  it('works on what was sent, each message once, and completes it', async () => {
    const seen: unknown[] = [];
    await start(async (body, context) => void seen.push([body, context.triggerMetadata?.['deliveryCount']]));
    await send('each', 10);
    await vi.waitFor(() => expect(seen).toHaveLength(10), { timeout: 20_000 });
    await sleep(500);
    expect(seen).toHaveLength(10);
    expect(seen).toContainEqual([{ run: 'each', index: 9 }, 1]);
  });

  it('keeps the lock of long work', async () => {
    let runs = 0;
    let isDone = false;
    await start(async () => {
      runs += 1;
      // Longer than the lock that .ci/run gives the stand-ins.
      await sleep(15_000);
      isDone = true;
    });
    await send('long');
    await vi.waitFor(() => expect(isDone).toBe(true), { timeout: 40_000 });
    await host?.stop();
    expect(runs).toBe(1);
  });

  it('dead-letters what throws at every delivery, and resubmits it under a new id', async () => {
    const deliveries: unknown[] = [];
    let isMended = false;
    await start(async (_body, context) => {
      deliveries.push(context.triggerMetadata?.['deliveryCount']);
      if (!isMended) throw new Error('a bug');
    });
    await send('bug');
    const dead = await vi.waitFor(
      async () => {
        const [letter] = await app.deadLetters.list(queue, 1);
        if (letter === undefined) throw new Error('not dead yet');
        return letter;
      },
      { timeout: 30_000, interval: 200 },
    );
    expect(deliveries).toEqual([1, 2, 3, 4, 5]);
    expect(dead).toMatchObject({ body: { run: 'bug', index: 0 }, reason: deadLetterReasons.maxDeliveryCount });
    isMended = true;
    expect(await app.deadLetters.resubmit(queue, dead.sequenceNumber, app.ids.uuid())).toBe(true);
    await vi.waitFor(() => expect(deliveries).toEqual([1, 2, 3, 4, 5, 1]), { timeout: 20_000 });
  });

  it('finishes at a stop what is under way and leaves the rest', async () => {
    const started: unknown[] = [];
    const work = Promise.withResolvers<void>();
    const running = await start(async (body) => {
      started.push(body);
      await work.promise;
    });
    await send('stop', 6);
    await vi.waitFor(() => expect(started).toHaveLength(4), { timeout: 20_000 });
    const stopped = running.stop();
    work.resolve();
    expect(await stopped).toBe(true);
    await receiver.close();
    const rest: unknown[] = [];
    await start(async (body) => void rest.push(body));
    await vi.waitFor(() => expect(rest).toHaveLength(2), { timeout: 20_000 });
    expect(started).toHaveLength(4);
  });
});
