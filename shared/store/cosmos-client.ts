// Opens the SDK's client, and makes the containers where the app may (tests and the one-machine runtime).
import { CosmosClient, type CosmosClientOptions } from '@azure/cosmos';
import { type CosmosWatch, watchCosmos } from './cosmos-errors.ts';
import { containerNames } from './port.ts';

export interface CosmosStoreOptions {
  /** `https://ACCOUNT.documents.azure.com`, or an emulator's address. */
  endpoint: string;
  database: string;
  credential: { key: string } | { tokenCredential: NonNullable<CosmosClientOptions['aadCredentials']> };
  /** How often and how long a throttled request is tried again before it is `throttled`; 9 times, 30 s unless told. */
  throttleRetry?: ThrottleRetry;
  /** A request without an answer fails after this time; 30 s unless told. */
  requestTimeoutMs?: number;
}

export interface ThrottleRetry {
  attempts: number;
  maxWaitMs: number;
}

export const defaultThrottleRetry: ThrottleRetry = { attempts: 9, maxWaitMs: 30_000 };
const REQUEST_TIMEOUT_MS = 30_000;

/** The client and the watch over its calls. */
export function openCosmosClient(options: CosmosStoreOptions): { client: CosmosClient; watch: CosmosWatch } {
  const watch = watchCosmos();
  const { attempts, maxWaitMs } = options.throttleRetry ?? defaultThrottleRetry;
  const client = new CosmosClient({
    endpoint: options.endpoint,
    ...('key' in options.credential
      ? { key: options.credential.key }
      : { aadCredentials: options.credential.tokenCredential }),
    httpClient: watch.httpClient,
    userAgentSuffix: 'tenantry',
    connectionPolicy: {
      // An emulator names addresses of its own that may not be reachable from here.
      enableEndpointDiscovery: !isLoopback(options.endpoint),
      requestTimeout: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
      retryOptions: { maxRetryAttemptCount: attempts, maxWaitTimeInSeconds: maxWaitMs / 1_000 },
    },
  });
  return { client, watch };
}

/**
 * Makes the database and its containers where they are missing: partition key `/pk`, every path indexed, documents live
 * until their own `ttl`. Not for Azure, where the template makes them and the app's role cannot.
 */
export async function createCosmosContainers(options: CosmosStoreOptions): Promise<void> {
  const { client, watch } = openCosmosClient(options);
  try {
    await watch.run(`database ${options.database}`, 'container', async () => {
      const { database } = await client.databases.createIfNotExists({ id: options.database });
      for (const id of containerNames) {
        await database.containers.createIfNotExists({
          id,
          partitionKey: { paths: ['/pk'], version: 2 },
          // On, without a default life: https://learn.microsoft.com/azure/cosmos-db/time-to-live
          defaultTtl: -1,
        });
      }
    });
  } finally {
    client.dispose();
  }
}

function isLoopback(endpoint: string): boolean {
  const { hostname } = new URL(endpoint);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
