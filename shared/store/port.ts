// The store that every capability writes to: narrow on purpose, so that Cosmos DB and SQLite behave the same.
// Contract: tests/contract/store-contract.ts. Adapters: sqlite.ts, cosmos.ts.

export const containerNames = [
  'workspaces',
  'customers',
  'directory',
  'commerce',
  'findings',
  'events',
  'audit',
  'lookups',
  'schedule',
] as const;
export type ContainerName = (typeof containerNames)[number];

/**
 * A document: plain JSON, 2 MB at most. `id` is any well-formed text whose encoded form (ids.ts) has at most 1023 bytes,
 * `pk` any of 1 to 1024 characters. `ttl` is its life in whole seconds from its last write; without it, or with -1, a
 * document stays. An expired document is as good as deleted. Cosmos DB's own fields (`_etag`, `_ts`…) are refused.
 */
export interface Doc {
  id: string;
  pk: string;
  type: string;
  schemaVersion: number;
  ttl?: number | undefined;
  [field: string]: unknown;
}

export interface Stored<T extends Doc = Doc> {
  doc: T;
  etag: string;
}

/** An operation of a batch. Unlike `Store.delete`, a `delete` of what is not there fails the batch with `notFound`. */
export type BatchOperation =
  | { kind: 'create'; doc: Doc }
  | { kind: 'upsert'; doc: Doc; etag?: string }
  | { kind: 'replace'; doc: Doc; etag: string }
  | { kind: 'delete'; id: string; etag?: string };

/** The new etag of each operation's document, in order; `undefined` for a delete. */
export type BatchOutcome = readonly (string | undefined)[];

export type BulkOutcome = { ok: true; id: string; etag: string } | { ok: false; id: string; error: StoreError };

export type Scalar = string | number | boolean | null;
export type Filter =
  | { field: string; op: 'eq'; value: Scalar }
  | { field: string; op: 'lt' | 'le' | 'gt' | 'ge'; value: string | number };

/**
 * A query within one partition. `field` is a name or a path with dots, of letters, digits and underscores. A filter
 * matches only values of its own type: `eq null` a stored null, not a missing field. Ordering is by one field; documents
 * where it is neither a number nor text are left out. Numbers come before text, text in order of its characters (ASCII
 * for an order that both adapters share), ties in order of id, ascending. Without `orderBy` the order is by id.
 */
export interface Query {
  type?: string;
  where?: readonly Filter[];
  orderBy?: { field: string; direction: 'asc' | 'desc' };
  /** Most documents in one page: 1 to 1000, 100 unless told. A page may hold fewer and still continue. */
  limit?: number;
  /**
   * The `continuation` of the page before; only with the very same query (the limit may differ). It marks a place in the
   * order, so documents written or deleted meanwhile make no other document appear twice or go missing.
   */
  continuation?: string;
}

export interface Page {
  items: readonly Stored[];
  continuation?: string;
}

/**
 * Every function may throw StoreError `throttled` (busy: wait `retryAfterMs`; the adapter has already retried for some
 * seconds), `unavailable` (out of reach, broken, closed), `tooLarge` and `invalid` (a bug of the caller: a bad id, field,
 * token, etag or limit). A write that ends in `unavailable` may have happened.
 */
export interface Store {
  /** Gives `undefined` when there is none. On Cosmos DB one missing read may be stale: read again before concluding. */
  read(container: ContainerName, pk: string, id: string): Promise<Stored | undefined>;
  /** Gives the etag. @throws StoreError `conflict` when the id exists in the partition. */
  create(container: ContainerName, doc: Doc): Promise<string>;
  /** Gives the new etag. @throws StoreError `preconditionFailed` for another etag, `notFound` when there is none. */
  replace(container: ContainerName, doc: Doc, etag: string): Promise<string>;
  /** With `etag` it behaves as `replace`. Gives the new etag. */
  upsert(container: ContainerName, doc: Doc, etag?: string): Promise<string>;
  /** Gives false when there was nothing to delete. @throws StoreError `preconditionFailed` for another etag. */
  delete(container: ContainerName, pk: string, id: string, etag?: string): Promise<boolean>;
  /**
   * All or nothing, 1 to 100 operations in one partition, 2 MB together.
   * @throws StoreError of the first failed operation, with its `index`.
   */
  batch(container: ContainerName, pk: string, operations: readonly BatchOperation[]): Promise<BatchOutcome>;
  /** Upserts any number of documents of one partition, each by itself; one outcome each, in order. */
  bulkUpsert(container: ContainerName, pk: string, docs: readonly Doc[]): Promise<readonly BulkOutcome[]>;
  query(container: ContainerName, pk: string, query: Query): Promise<Page>;
  close(): Promise<void>;
}

export type StoreErrorKind =
  | 'conflict'
  | 'preconditionFailed'
  | 'notFound'
  | 'tooLarge'
  | 'throttled'
  | 'invalid'
  | 'unavailable';

/** What the store refuses. `retryAfterMs` is set where waiting helps. */
export class StoreError extends Error {
  readonly kind: StoreErrorKind;
  readonly retryAfterMs: number | undefined;
  /** The operation of a batch that failed. */
  readonly index: number | undefined;

  constructor(
    kind: StoreErrorKind,
    message: string,
    details: { retryAfterMs?: number; index?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause });
    this.name = 'StoreError';
    this.kind = kind;
    this.retryAfterMs = details.retryAfterMs;
    this.index = details.index;
  }
}

export function isStoreError(error: unknown, kind?: StoreErrorKind): error is StoreError {
  return error instanceof StoreError && (kind === undefined || error.kind === kind);
}

/** Largest document and largest batch, in bytes of JSON: https://learn.microsoft.com/azure/cosmos-db/concepts-limits */
export const MAX_DOC_BYTES = 2 * 1024 * 1024;
export const MAX_BATCH_OPERATIONS = 100;
