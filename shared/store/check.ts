// What every adapter refuses in the same words: bad keys, documents, batches and queries.
import { isUsableId } from './ids.ts';
import {
  type BatchOperation,
  type ContainerName,
  type Doc,
  type Filter,
  MAX_BATCH_OPERATIONS,
  MAX_DOC_BYTES,
  type Query,
  StoreError,
} from './port.ts';

const MAX_PK_CHARACTERS = 1024;
const MAX_PAGE = 1000;
const DEFAULT_PAGE = 100;
// Cosmos DB adds these to each document: https://learn.microsoft.com/azure/cosmos-db/resource-model#properties-of-an-item
const systemFields = ['_rid', '_self', '_etag', '_attachments', '_ts', '_lsn'] as const;
const fieldPath = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$/;

/** @throws StoreError `invalid` for a partition key or an id that cannot be stored. */
export function checkKey(container: ContainerName, pk: string, id?: string): void {
  if (typeof pk !== 'string' || pk === '' || pk.length > MAX_PK_CHARACTERS || !pk.isWellFormed()) {
    throw invalid(`${container}: a partition key is text of 1 to ${MAX_PK_CHARACTERS} characters`);
  }
  if (id !== undefined && !(typeof id === 'string' && isUsableId(id))) {
    throw invalid(`${container}: an id is well-formed text, not empty, of 1023 bytes at most once encoded`);
  }
}

/** @throws StoreError `invalid` for an etag that no write gave: Cosmos DB reads an empty one and `*` as "any". */
export function checkEtag(etag: string): void {
  if (typeof etag !== 'string' || etag === '' || etag === '*') throw invalid('An etag is one that the store gave');
}

/** @throws StoreError `invalid` for a document that lacks its envelope, or whose `pk` is not the partition's. */
export function checkDoc(container: ContainerName, pk: string, doc: Doc): void {
  checkKey(container, pk, doc.id);
  if (doc.pk !== pk) throw invalid(`${nameOf(container, doc.id)} carries another partition key than the call`);
  if (typeof doc.type !== 'string' || !Number.isInteger(doc.schemaVersion)) {
    throw invalid(`${nameOf(container, doc.id)} needs a type and a whole schemaVersion`);
  }
  const { ttl } = doc;
  if (ttl !== undefined && ttl !== -1 && !(Number.isInteger(ttl) && ttl > 0 && ttl <= 0x7fffffff)) {
    throw invalid(`${nameOf(container, doc.id)}: ttl is a positive whole number of seconds, or -1`);
  }
  for (const field of systemFields) {
    if (field in doc) throw invalid(`${nameOf(container, doc.id)}: the field ${field} belongs to Cosmos DB`);
  }
}

/**
 * The JSON text of a document.
 * @throws StoreError `tooLarge` above 2 MB, `invalid` for what JSON cannot hold (a cycle, a BigInt).
 */
export function toJson(container: ContainerName, doc: Doc): string {
  const text = stringify(container, doc);
  // A UTF-16 unit takes three bytes of UTF-8 at most, so that most documents need no count.
  if (text.length * 3 > MAX_DOC_BYTES) {
    const bytes = Buffer.byteLength(text);
    if (bytes > MAX_DOC_BYTES) {
      throw new StoreError('tooLarge', `${nameOf(container, doc.id)} has ${bytes} bytes of JSON, more than 2 MB`);
    }
  }
  return text;
}

/** @throws StoreError `invalid` unless there are 1 to 100 operations, each sound and of this partition. */
export function checkBatch(container: ContainerName, pk: string, operations: readonly BatchOperation[]): void {
  checkKey(container, pk);
  if (operations.length < 1 || operations.length > MAX_BATCH_OPERATIONS) {
    throw invalid(`${container}: a batch has 1 to ${MAX_BATCH_OPERATIONS} operations, not ${operations.length}`);
  }
  operations.forEach((operation, index) => {
    atIndex(index, () => {
      if (operation.kind === 'delete') checkKey(container, pk, operation.id);
      else checkDoc(container, pk, operation.doc);
      if (operation.kind === 'replace' || (operation.kind !== 'create' && operation.etag !== undefined)) {
        checkEtag(operation.etag ?? '');
      }
    });
  });
}

/** Runs one operation of a batch, so that its StoreError tells the index. */
export function atIndex<T>(index: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const { kind, message, retryAfterMs } = error;
    const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
    throw new StoreError(kind, `Operation ${index} of the batch: ${message}`, { ...wait, index, cause: error });
  }
}

/** @throws StoreError `tooLarge` when the texts of one batch have more than 2 MB together. */
export function checkBatchBytes(container: ContainerName, texts: readonly string[]): void {
  const units = texts.reduce((sum, text) => sum + text.length, 0);
  if (units * 3 <= MAX_DOC_BYTES) return;
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > MAX_DOC_BYTES) {
    throw new StoreError('tooLarge', `${container}: the batch has ${bytes} bytes of JSON, more than 2 MB`);
  }
}

/** A query whose names were checked; ordering by id has no `orderBy`. */
export interface CheckedQuery {
  filters: readonly Filter[];
  orderBy: { field: string; direction: 'asc' | 'desc' } | undefined;
  /** The direction of an order by id alone. */
  idDirection: 'asc' | 'desc';
  limit: number;
}

/** @throws StoreError `invalid` for a field that is no plain path, a value of the wrong type, or a limit out of range. */
export function checkQuery(container: ContainerName, pk: string, query: Query): CheckedQuery {
  checkKey(container, pk);
  const limit = query.limit ?? DEFAULT_PAGE;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
    throw invalid(`A page holds 1 to ${MAX_PAGE} documents, not ${limit}`);
  }
  const typeFilter: Filter[] = query.type === undefined ? [] : [{ field: 'type', op: 'eq', value: query.type }];
  const filters = [...typeFilter, ...(query.where ?? [])];
  for (const filter of filters) checkFilter(filter);
  const { orderBy } = query;
  if (orderBy !== undefined) {
    checkField(orderBy.field);
    if (orderBy.direction !== 'asc' && orderBy.direction !== 'desc') throw invalid('The direction is asc or desc');
  }
  const byId = orderBy === undefined || orderBy.field === 'id';
  return {
    filters,
    orderBy: byId ? undefined : orderBy,
    idDirection: orderBy?.field === 'id' ? orderBy.direction : 'asc',
    limit,
  };
}

function checkFilter(filter: Filter): void {
  checkField(filter.field);
  const { op, value } = filter;
  if (!['eq', 'lt', 'le', 'gt', 'ge'].includes(op)) throw invalid(`No filter is called ${String(op)}`);
  const isOrdered = typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value));
  const isPlain = isOrdered || value === null || typeof value === 'boolean';
  if (op === 'eq' ? !isPlain : !isOrdered)
    throw invalid(`The field ${filter.field} cannot be compared with that value`);
}

function checkField(field: string): void {
  if (typeof field !== 'string' || field.length > 200 || !fieldPath.test(field)) {
    throw invalid(`${JSON.stringify(field)} is no field: names of letters, digits and underscores, joined by dots`);
  }
}

function stringify(container: ContainerName, doc: Doc): string {
  try {
    return JSON.stringify(doc);
  } catch (error) {
    throw new StoreError('invalid', `${nameOf(container, doc.id)} is no JSON`, { cause: error });
  }
}

/** How messages name a document: no partition key, which may be the hash of a secret. */
export function nameOf(container: ContainerName, id: string): string {
  return `${container}/${id}`;
}

function invalid(message: string): StoreError {
  return new StoreError('invalid', message);
}
