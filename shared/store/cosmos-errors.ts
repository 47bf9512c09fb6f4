// What Cosmos DB and its SDK refuse, as StoreError. Also sees the HTTP answers that the SDK hides.
import { AsyncLocalStorage } from 'node:async_hooks';
import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';
import { z } from 'zod';
import { StoreError, type StoreErrorKind } from './port.ts';

/** An answer of the service, of a whole request or of one operation in it. */
export interface CosmosAnswer {
  status: number;
  substatus?: number | undefined;
  retryAfterMs?: number | undefined;
  message?: string | undefined;
}

const RETRY_AFTER_MS = 1_000;
// https://learn.microsoft.com/rest/api/cosmos-db/http-status-codes-for-cosmosdb
const kinds: Readonly<Record<number, StoreErrorKind>> = {
  400: 'invalid',
  404: 'notFound',
  409: 'conflict',
  412: 'preconditionFailed',
  413: 'tooLarge',
  429: 'throttled',
};
const passing: ReadonlySet<number> = new Set([408, 410, 449, 500, 502, 503, 504]);
const READ_SESSION_NOT_AVAILABLE = 1002;
const OWNER_NOT_FOUND = 1003;

/** The StoreError of an answer of 400 or more; `subject` says what was asked for. */
export function answerToStoreError(subject: string, answer: CosmosAnswer, cause?: unknown): StoreError {
  const { status, substatus, message } = answer;
  const isOther404 = status === 404 && (substatus === READ_SESSION_NOT_AVAILABLE || substatus === OWNER_NOT_FOUND);
  const kind = isOther404 ? 'unavailable' : (kinds[status] ?? 'unavailable');
  const helps = kind === 'throttled' || passing.has(status) || (isOther404 && substatus === READ_SESSION_NOT_AVAILABLE);
  const wait = helps ? { retryAfterMs: answer.retryAfterMs ?? RETRY_AFTER_MS } : {};
  const text = `${subject}: ${meaningOf(status, substatus)}${message === undefined ? '' : ` (${message.slice(0, 300)})`}`;
  return new StoreError(kind, text, { ...wait, cause });
}

function meaningOf(status: number, substatus: number | undefined): string {
  if (status === 404 && substatus === OWNER_NOT_FOUND)
    return 'the database or the container does not exist in Cosmos DB';
  if (status === 401 || status === 403)
    return `Cosmos DB refuses access with ${status}: check the key, or the identity's data role`;
  return `Cosmos DB answered ${status}`;
}

/** Runs calls of the SDK; their failures come out as StoreError. */
export interface CosmosWatch {
  /** For the SDK's option `httpClient`. */
  httpClient: HttpClient;
  /** A 404 means the document that `on` speaks of; on a container, that the container is missing. */
  run<T>(subject: string, on: 'document' | 'container', call: () => Promise<T>): Promise<T>;
}

interface Seen {
  answer?: CosmosAnswer | undefined;
  failure?: unknown;
}

const sdkErrorSchema = z.object({
  code: z.union([z.number(), z.string()]),
  substatus: z.number().optional(),
  retryAfterInMs: z.number().optional(),
  message: z.string().optional(),
});

/**
 * Watches the SDK's requests. `items.batch` and `items.bulk` throw a plain Error without the status of the answer, and
 * an answer that is not JSON (a proxy's 503) becomes a SyntaxError: then the last answer to the same call says what it was.
 */
export function watchCosmos(): CosmosWatch {
  const calls = new AsyncLocalStorage<Seen>();
  const inner = createDefaultHttpClient();
  const httpClient: HttpClient = {
    async sendRequest(request) {
      const seen = calls.getStore() ?? {};
      try {
        const response = await inner.sendRequest(request);
        seen.failure = undefined;
        seen.answer = { status: response.status, ...detailsOf((name) => response.headers.get(name)) };
        return response;
      } catch (error) {
        seen.failure = error;
        throw error;
      }
    },
  };
  async function run<T>(subject: string, on: 'document' | 'container', call: () => Promise<T>): Promise<T> {
    const seen: Seen = {};
    try {
      return await calls.run(seen, call);
    } catch (error) {
      if (error instanceof StoreError) throw error;
      const answer = answerOf(error, seen);
      if (answer === undefined) throw unreachableOr(subject, error, seen);
      const isOwner = on === 'container' && answer.status === 404 && answer.substatus !== READ_SESSION_NOT_AVAILABLE;
      throw answerToStoreError(subject, isOwner ? { ...answer, substatus: OWNER_NOT_FOUND } : answer, error);
    }
  }
  return { httpClient, run };
}

function detailsOf(header: (name: string) => string | undefined): Pick<CosmosAnswer, 'substatus' | 'retryAfterMs'> {
  const numberOf = (name: string): number | undefined => {
    const text = header(name);
    return text === undefined || Number.isNaN(Number(text)) ? undefined : Number(text);
  };
  return { substatus: numberOf('x-ms-substatus'), retryAfterMs: numberOf('x-ms-retry-after-ms') };
}

/** The service's refusal, from the error itself or from the last answer; `undefined` when it was none. */
function answerOf(error: unknown, seen: Seen): CosmosAnswer | undefined {
  const message = error instanceof Error ? error.message : undefined;
  const parsed = sdkErrorSchema.safeParse(error);
  if (parsed.success && typeof parsed.data.code === 'number') {
    const { code: status, substatus, retryAfterInMs: retryAfterMs } = parsed.data;
    return { status, substatus, retryAfterMs, message };
  }
  const { answer, failure } = seen;
  return failure === undefined && answer !== undefined && answer.status >= 400 ? { ...answer, message } : undefined;
}

/** A failure of the network as StoreError, anything else as it is. */
function unreachableOr(subject: string, error: unknown, seen: Seen): unknown {
  const parsed = sdkErrorSchema.safeParse(error);
  // A code such as ECONNRESET; one that begins with ERR_ is Node's word for a wrong argument.
  const isNetwork = parsed.success && !String(parsed.data.code).startsWith('ERR_');
  if (!isNetwork && seen.failure === undefined) return error;
  const reason = error instanceof Error ? error.message : 'no reason given';
  const details = { retryAfterMs: RETRY_AFTER_MS, cause: error };
  return new StoreError('unavailable', `${subject}: Cosmos DB cannot be reached (${reason})`, details);
}
