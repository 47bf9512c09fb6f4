// What sending to and receiving from Service Bus have in common: the connection, its retries and its errors.
import {
  isServiceBusError,
  RetryMode,
  type RetryOptions,
  ServiceBusClient,
  type TokenCredential,
} from '@azure/service-bus';
import { QueueError, type QueueErrorKind, type QueueName } from './port.ts';

/** Where the namespace is and who we are there: a connection string, or a managed identity's credential. */
export type ServiceBusAddress =
  | { connectionString: string }
  | {
      /** `NAME.servicebus.windows.net` */
      fullyQualifiedNamespace: string;
      credential: TokenCredential;
    };

export interface ServiceBusOptions {
  address: ServiceBusAddress;
  /** How long the SDK itself tries before it gives up, and we say `unavailable`. */
  retry?: RetryOptions;
}

// The SDK's own pause of 30 s between attempts, and its 60 s for each, would outlast a timer's minute.
const defaultRetry: RetryOptions = {
  mode: RetryMode.Exponential,
  maxRetries: 3,
  retryDelayInMs: 500,
  maxRetryDelayInMs: 5_000,
  timeoutInMs: 15_000,
};

/**
 * A client; it connects at first use.
 *
 * @throws Error of the SDK for a connection string that is none.
 */
export function openServiceBusClient({ address, retry = defaultRetry }: ServiceBusOptions): ServiceBusClient {
  const options = { retryOptions: retry };
  return 'connectionString' in address
    ? new ServiceBusClient(address.connectionString, options)
    : new ServiceBusClient(address.fullyQualifiedNamespace, address.credential, options);
}

/**
 * Runs a call to Service Bus; what fails, after the SDK's retries, is a QueueError with the SDK's error as its cause.
 * Codes: https://learn.microsoft.com/javascript/api/@azure/service-bus/servicebuserror
 *
 * @param doing for the message, such as `send to`
 */
export async function callServiceBus<T>(doing: string, queue: QueueName, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof QueueError) throw error;
    // After several attempts the SDK throws all their errors together, and says nothing itself.
    const last: unknown = error instanceof AggregateError ? error.errors.at(-1) : error;
    const code = isServiceBusError(last) ? last.code : undefined;
    const detail = last instanceof Error ? last.message : String(last);
    const message = `Cannot ${doing} ${queue} on Service Bus${code === undefined ? '' : ` (${code})`}: ${detail}`;
    throw new QueueError(kindOf(code), message, { cause: error });
  }
}

function kindOf(code: string | undefined): QueueErrorKind {
  switch (code) {
    case 'MessageLockLost':
    case 'MessageNotFound':
      return 'lockLost';
    case 'MessageSizeExceeded':
      return 'tooLarge';
    default:
      return 'unavailable';
  }
}
