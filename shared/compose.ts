// The composition root: from the settings to the collaborators that every function receives.
// Adapters are imported when the settings ask for them, so that neither side loads what only the other one needs.
import { openSealer } from './access/seal.ts';
import type { App } from './app.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { type Ids, systemIds } from './ids.ts';
import type { Log } from './log.ts';
import { openMicrosoft } from './microsoft/open.ts';
import type { DeadLetters, QueueReceiver, QueueSender } from './queue/port.ts';
import type { ServiceBusAddress } from './queue/service-bus-client.ts';
import type { Store } from './store/port.ts';

export interface Surroundings {
  log: Log;
  /** The system's unless told. */
  clock?: Clock;
  ids?: Ids;
}

/** @throws StoreError or QueueError `unavailable` when a file of the one-machine runtime cannot be opened */
export async function composeApp(
  config: Config,
  { log, clock = systemClock, ids = systemIds }: Surroundings,
): Promise<App> {
  const store = await openStore(config, clock);
  const { queue, deadLetters } = await openQueue(config, clock);
  const sealer = openSealer(config.sealingKeys);
  const microsoft = openMicrosoft({ config, clock, ids, log });
  return { config, clock, ids, log, store, queue, deadLetters, microsoft, sealer };
}

/** Gives connections and files back; the app is of no use afterwards. */
export async function closeApp(app: App): Promise<void> {
  await app.queue.close();
  await app.store.close();
}

async function openStore(config: Config, clock: Clock): Promise<Store> {
  if (config.store.kind === 'sqlite') {
    const { openSqliteStore } = await import('./store/sqlite.ts');
    return openSqliteStore({ file: config.store.file, clock });
  }
  const { openCosmosStore } = await import('./store/cosmos.ts');
  const { endpoint, database, key } = config.store;
  const credential = key === undefined ? { tokenCredential: await azureCredential(config) } : { key };
  return openCosmosStore({ endpoint, database, credential });
}

async function openQueue(config: Config, clock: Clock): Promise<{ queue: QueueSender; deadLetters: DeadLetters }> {
  if (config.queue.kind === 'sqlite') {
    const { openSqliteQueue } = await import('./queue/sqlite.ts');
    const queue = openSqliteQueue({ file: config.queue.file, clock });
    return { queue, deadLetters: queue };
  }
  const { openServiceBusSender, openServiceBusReceiver } = await import('./queue/service-bus.ts');
  const options = { address: await serviceBusAddress(config) };
  const sender = openServiceBusSender(options);
  const deadLetters = openServiceBusReceiver(options);
  const close = async () => {
    await sender.close();
    await deadLetters.close();
  };
  return { queue: { ...sender, close }, deadLetters };
}

/** For the one-machine host: on Azure the Functions triggers receive. */
export async function openReceiver(config: Config, clock: Clock = systemClock): Promise<QueueReceiver> {
  if (config.queue.kind === 'sqlite') {
    const { openSqliteQueue } = await import('./queue/sqlite.ts');
    return openSqliteQueue({ file: config.queue.file, clock });
  }
  const { openServiceBusReceiver } = await import('./queue/service-bus.ts');
  return openServiceBusReceiver({ address: await serviceBusAddress(config) });
}

async function serviceBusAddress(config: Config): Promise<ServiceBusAddress> {
  const { queue } = config;
  if (queue.kind !== 'serviceBus') throw new TypeError('Only a Service Bus queue has an address');
  if ('connectionString' in queue) return { connectionString: queue.connectionString };
  return { fullyQualifiedNamespace: queue.namespace, credential: await azureCredential(config) };
}

/** The managed identity on Azure; on a developer's machine whatever is signed in there. */
async function azureCredential({ identityClientId }: Config) {
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new DefaultAzureCredential(
    identityClientId === undefined ? {} : { managedIdentityClientId: identityClientId },
  );
}
