// Batches and bulk writes on Cosmos DB: many operations of one partition in one request.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Container, JSONObject, OperationInput } from '@azure/cosmos';
import { z } from 'zod';
import { atIndex, checkBatch, checkBatchBytes, checkDoc, nameOf, toJson } from './check.ts';
import type { ThrottleRetry } from './cosmos-client.ts';
import { answerToStoreError, type CosmosAnswer, type CosmosWatch } from './cosmos-errors.ts';
import { encodeId } from './ids.ts';
import {
  type BatchOperation,
  type BatchOutcome,
  type BulkOutcome,
  type ContainerName,
  type Doc,
  MAX_BATCH_OPERATIONS,
  StoreError,
} from './port.ts';

/** What a write needs: the container, and how to call the SDK. */
export interface CosmosTarget {
  name: ContainerName;
  container: Container;
  watch: CosmosWatch;
  throttleRetry: ThrottleRetry;
}

const FAILED_DEPENDENCY = 424;
const DEFAULT_PAUSE_MS = 100;

const operationResultSchema = z.object({
  statusCode: z.number(),
  subStatusCode: z.number().optional(),
  eTag: z.string().optional(),
  retryAfterMilliseconds: z.number().optional(),
});
type OperationResult = z.infer<typeof operationResultSchema>;

/** The document as it is sent, with its id encoded. */
export function toBody(doc: Doc): JSONObject {
  // The SDK's type for JSON knows no `unknown`; the document was checked to be JSON by `toJson`.
  return { ...doc, id: encodeId(doc.id) } as JSONObject;
}

/** See `Store.batch`. */
export async function batchDocs(
  target: CosmosTarget,
  pk: string,
  operations: readonly BatchOperation[],
): Promise<BatchOutcome> {
  checkBatch(target.name, pk, operations);
  const texts = operations.map((operation, index) =>
    operation.kind === 'delete' ? '' : atIndex(index, () => toJson(target.name, operation.doc)),
  );
  checkBatchBytes(target.name, texts);
  const pauses = pausesOf(target.throttleRetry);
  for (;;) {
    const results = await sendBatch(target, pk, operations);
    const index = results.findIndex(({ statusCode }) => statusCode >= 400 && statusCode !== FAILED_DEPENDENCY);
    const failed = results[index];
    if (failed === undefined)
      return operations.map(({ kind }, at) => (kind === 'delete' ? undefined : results[at]?.eTag));
    if (failed.statusCode === 429 && (await pauses(failed.retryAfterMilliseconds))) continue;
    const operation = operations[index];
    const id = operation?.kind === 'delete' ? operation.id : (operation?.doc.id ?? '');
    return atIndex(index, () => {
      throw answerToStoreError(nameOf(target.name, id), toAnswer(failed));
    });
  }
}

async function sendBatch(
  target: CosmosTarget,
  pk: string,
  operations: readonly BatchOperation[],
): Promise<OperationResult[]> {
  const response = await target.watch.run(`batch in ${target.name}`, 'container', () =>
    target.container.items.batch(operations.map(toInput), pk),
  );
  const results = z.array(operationResultSchema).safeParse(response.result);
  if (results.success && results.data.length === operations.length) return results.data;
  throw answerToStoreError(`batch in ${target.name}`, { status: response.code ?? 500 });
}

function toInput(operation: BatchOperation): OperationInput {
  if (operation.kind === 'delete') {
    const ifMatch = operation.etag === undefined ? {} : { ifMatch: operation.etag };
    return { operationType: 'Delete', id: encodeId(operation.id), ...ifMatch };
  }
  const resourceBody = toBody(operation.doc);
  if (operation.kind === 'create') return { operationType: 'Create', resourceBody };
  // Cosmos DB would create a missing document in spite of the etag; the port wants `notFound`.
  if (operation.etag !== undefined) {
    return { operationType: 'Replace', id: encodeId(operation.doc.id), resourceBody, ifMatch: operation.etag };
  }
  return { operationType: 'Upsert', resourceBody };
}

/** See `Store.bulkUpsert`. */
export async function bulkUpsertDocs(target: CosmosTarget, pk: string, docs: readonly Doc[]): Promise<BulkOutcome[]> {
  const outcomes = docs.map((doc) => refusalOf(target.name, pk, doc));
  const accepted = docs.flatMap((doc, index) => (outcomes[index] === undefined ? [{ doc, index }] : []));
  for (let start = 0; start < accepted.length; start += MAX_BATCH_OPERATIONS) {
    const part = accepted.slice(start, start + MAX_BATCH_OPERATIONS);
    const written = await upsertPart(
      target,
      pk,
      part.map(({ doc }) => doc),
    );
    for (const [at, { index }] of part.entries()) outcomes[index] = written[at];
  }
  return outcomes.flatMap((outcome) => (outcome === undefined ? [] : [outcome]));
}

function refusalOf(container: ContainerName, pk: string, doc: Doc): BulkOutcome | undefined {
  try {
    checkDoc(container, pk, doc);
    toJson(container, doc);
    return undefined;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return { ok: false, id: doc.id, error };
  }
}

/** Upserts up to 100 documents; those that were throttled are sent again, alone, while patience lasts. */
async function upsertPart(target: CosmosTarget, pk: string, docs: readonly Doc[]): Promise<BulkOutcome[]> {
  const outcomes = new Map<Doc, BulkOutcome>();
  const pauses = pausesOf(target.throttleRetry);
  let waiting = docs;
  while (waiting.length > 0) {
    const sent = await sendBulk(target, pk, waiting);
    for (const [at, doc] of waiting.entries()) {
      const outcome = sent[at];
      if (outcome !== undefined) outcomes.set(doc, outcome);
    }
    const throttled = sent.flatMap((outcome) =>
      !outcome.ok && outcome.error.kind === 'throttled' ? [outcome.error] : [],
    );
    const longestMs = Math.max(0, ...throttled.map(({ retryAfterMs }) => retryAfterMs ?? 0));
    waiting = waiting.filter((_doc, at) => {
      const outcome = sent[at];
      return outcome?.ok === false && outcome.error.kind === 'throttled';
    });
    if (waiting.length > 0 && !(await pauses(longestMs))) break;
  }
  return docs.flatMap((doc) => outcomes.get(doc) ?? []);
}

/** Sends one request; when it fails as a whole, every document fails with it. */
async function sendBulk(target: CosmosTarget, pk: string, docs: readonly Doc[]): Promise<BulkOutcome[]> {
  const operations = docs.map(
    (doc): OperationInput => ({ operationType: 'Upsert', partitionKey: pk, resourceBody: toBody(doc) }),
  );
  try {
    // Its successor, executeBulkOperations, holds every last part back for a whole second (4.9.3).
    const response = await target.watch.run(`bulk in ${target.name}`, 'container', () =>
      target.container.items.bulk(operations),
    );
    return docs.map((doc, at) => toOutcome(target.name, doc, response[at]));
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return docs.map(({ id }) => ({ ok: false, id, error }));
  }
}

function toOutcome(container: ContainerName, { id }: Doc, result: unknown): BulkOutcome {
  const parsed = operationResultSchema.safeParse(result);
  const answer: CosmosAnswer = parsed.success ? toAnswer(parsed.data) : { status: 500 };
  const etag = parsed.success && answer.status < 400 ? parsed.data.eTag : undefined;
  if (etag !== undefined) return { ok: true, id, etag };
  return { ok: false, id, error: answerToStoreError(nameOf(container, id), answer) };
}

function toAnswer({ statusCode, subStatusCode, retryAfterMilliseconds }: OperationResult): CosmosAnswer {
  return { status: statusCode, substatus: subStatusCode, retryAfterMs: retryAfterMilliseconds };
}

/** Waits before another attempt, and says whether there is one: the SDK retries neither bulk requests nor single operations. */
function pausesOf({ attempts, maxWaitMs }: ThrottleRetry): (retryAfterMs: number | undefined) => Promise<boolean> {
  let left = attempts;
  let leftMs = maxWaitMs;
  return async (retryAfterMs) => {
    const pauseMs = retryAfterMs ?? DEFAULT_PAUSE_MS;
    left -= 1;
    leftMs -= pauseMs;
    if (left < 0 || leftMs < 0) return false;
    await sleep(pauseMs);
    return true;
  };
}
