// The only way to the store for everything that works for a workspace: a partition is named here, from the workspace's
// id, and nowhere else (`openPartition` stays private), so that no function can reach another workspace's documents.
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { systemIds } from '../ids.ts';
import {
  type BatchOperation,
  type BatchOutcome,
  type BulkOutcome,
  type ContainerName,
  type Doc,
  type Page,
  type Query,
  type Store,
  type Stored,
  StoreError,
} from './port.ts';

/** A document as it is given to a partition, which sets `pk` itself and refuses another one. */
export interface NewDoc {
  id: string;
  type: string;
  schemaVersion: number;
  ttl?: number | undefined;
  pk?: string | undefined;
  [field: string]: unknown;
}

export type PartitionOperation =
  | { kind: 'create'; doc: NewDoc }
  | { kind: 'upsert'; doc: NewDoc; etag?: string }
  | { kind: 'replace'; doc: NewDoc; etag: string }
  | { kind: 'delete'; id: string; etag?: string };

/** Documents by id. The functions are those of `Store`, with its errors. */
export interface Documents {
  readonly container: ContainerName;
  read(id: string): Promise<Stored | undefined>;
  create(doc: NewDoc): Promise<string>;
  replace(doc: NewDoc, etag: string): Promise<string>;
  upsert(doc: NewDoc, etag?: string): Promise<string>;
  delete(id: string, etag?: string): Promise<boolean>;
}

/** One partition of one container. The functions are those of `Store`, with its errors. */
export interface Partition extends Documents {
  readonly pk: string;
  batch(operations: readonly PartitionOperation[]): Promise<BatchOutcome>;
  bulkUpsert(docs: readonly NewDoc[]): Promise<readonly BulkOutcome[]>;
  query(query: Query): Promise<Page>;
  /** Every document that the query finds, page by page; `limit` is the size of a page. */
  queryAll(query: Query): AsyncIterable<Stored>;
}

/** What one workspace owns. */
export interface WorkspaceStore {
  /** The MSP's tenant id, lower case. */
  readonly workspaceId: string;
  readonly workspace: Partition;
  readonly customers: Partition;
  readonly commerce: Partition;
  readonly findings: Partition;
  /** What was read from one tenant. @throws StoreError `invalid` unless `tenantId` is a GUID. */
  directory(tenantId: string): Partition;
  /** The events of one day, `2026-01-31`. */
  events(day: string): Partition;
  /** The deliveries to one endpoint on one day, in the container of the events. */
  deliveries(endpointId: string, day: string): Partition;
  /** The audit entries of one month, `2026-01`. */
  audit(month: string): Partition;
}

const guid = z.guid().toLowerCase();
const day = z.iso.date();
const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/);
// 32 bytes, in lower-case hexadecimal or base64url.
const tokenHash = z.string().regex(/^([0-9a-f]{64}|[A-Za-z0-9_-]{43})$/);
const slotKey = z
  .string()
  .max(100)
  .regex(/^[a-z][A-Za-z0-9-]*(:[A-Za-z0-9-]+)*$/);

/** Opens a workspace's partitions. @throws StoreError `invalid` unless `workspaceId` is a GUID. */
export function openWorkspaceStore(store: Store, workspaceId: string): WorkspaceStore {
  const owner = valid(guid, workspaceId, 'A workspace id');
  const partition = (container: ContainerName, ...parts: string[]): Partition =>
    openPartition(store, container, [owner, ...parts].join('|'));
  return {
    workspaceId: owner,
    workspace: partition('workspaces'),
    customers: partition('customers'),
    commerce: partition('commerce'),
    findings: partition('findings'),
    directory: (tenantId) => partition('directory', valid(guid, tenantId, 'A tenant id')),
    events: (date) => partition('events', valid(day, date, 'A day')),
    deliveries: (endpointId, date) =>
      partition('events', valid(guid, endpointId, 'An endpoint id'), valid(day, date, 'A day')),
    audit: (period) => partition('audit', valid(month, period, 'A month')),
  };
}

/**
 * What is found by the hash of a secret, before any workspace is known. A document's id is the SHA-256 of its token, and
 * its partition too: who has no token finds nothing and can list nothing.
 */
export function lookups(store: Store): Documents {
  const partition = (id: string): Partition => openPartition(store, 'lookups', valid(tokenHash, id, "A token's hash"));
  return {
    container: 'lookups',
    read: async (id) => partition(id).read(id),
    create: async (doc) => partition(doc.id).create(doc),
    replace: async (doc, etag) => partition(doc.id).replace(doc, etag),
    upsert: async (doc, etag) => partition(doc.id).upsert(doc, etag),
    delete: async (id, etag) => partition(id).delete(id, etag),
  };
}

/** A partition of the schedule, shared by all workspaces: `sync:30:17`. @throws StoreError `invalid` for another form. */
export function schedulePartition(store: Store, pk: string): Partition {
  return openPartition(store, 'schedule', valid(slotKey, pk, 'A partition of the schedule'));
}

function openPartition(store: Store, container: ContainerName, pk: string): Partition {
  const own = (doc: NewDoc): Doc => {
    if (doc.pk !== undefined && doc.pk !== pk) {
      throw new StoreError('invalid', `${container}/${doc.id} belongs to another partition`);
    }
    return { ...doc, pk };
  };
  const ownOperation = (operation: PartitionOperation): BatchOperation =>
    operation.kind === 'delete' ? operation : { ...operation, doc: own(operation.doc) };
  const query = (asked: Query): Promise<Page> => store.query(container, pk, asked);
  return {
    container,
    pk,
    read: (id) => store.read(container, pk, id),
    create: async (doc) => store.create(container, own(doc)),
    replace: async (doc, etag) => store.replace(container, own(doc), etag),
    upsert: async (doc, etag) => store.upsert(container, own(doc), etag),
    delete: (id, etag) => store.delete(container, pk, id, etag),
    batch: async (operations) => store.batch(container, pk, operations.map(ownOperation)),
    bulkUpsert: async (docs) => store.bulkUpsert(container, pk, docs.map(own)),
    query,
    queryAll: (asked) => allPages(query, asked),
  };
}

async function* allPages(query: (asked: Query) => Promise<Page>, first: Query): AsyncGenerator<Stored> {
  let asked = first;
  for (;;) {
    const { items, continuation } = await query(asked);
    yield* items;
    if (continuation === undefined) return;
    asked = { ...first, continuation };
  }
}

function valid(schema: z.ZodType<string>, value: string, what: string): string {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  // The value stays out of the message: it may be a secret or come from a stranger.
  throw new StoreError('invalid', `${what} has the wrong form`);
}

/** A parsed document and the etag it had when it was read or written. */
export interface Typed<T> {
  doc: T;
  etag: string;
}

/**
 * Reads and parses one document; `undefined` when there is none.
 * @throws Error naming container, id and type when what is stored does not parse; StoreError as `Store.read`.
 */
export async function readAs<T>(
  documents: Pick<Documents, 'container' | 'read'>,
  id: string,
  schema: z.ZodType<T>,
): Promise<Typed<T> | undefined> {
  const stored = await documents.read(id);
  return stored === undefined ? undefined : parseStored(documents.container, stored, schema);
}

/** Every document that the query finds, parsed, page by page; `limit` is the size of a page. Throws as `readAs`. */
export async function* queryAs<T>(partition: Partition, query: Query, schema: z.ZodType<T>): AsyncGenerator<Typed<T>> {
  for await (const stored of partition.queryAll(query)) yield parseStored(partition.container, stored, schema);
}

/**
 * Asks for all documents of a type whose ids are `{type}:…`, large pages at a time. The range of ids keeps a partition that
 * holds many others (timelines) from being read through.
 */
export function allOfType(type: string): Query {
  const where = [
    { field: 'id', op: 'ge', value: `${type}:` },
    { field: 'id', op: 'lt', value: `${type};` },
  ] as const;
  return { type, where, limit: 1000 };
}

/** The documents of `queryAs` in one array, without their etags: for partitions that stay small. */
export async function listAs<T>(partition: Partition, query: Query, schema: z.ZodType<T>): Promise<T[]> {
  const docs: T[] = [];
  for await (const { doc } of queryAs(partition, query, schema)) docs.push(doc);
  return docs;
}

export interface UpdateOptions {
  /** How often it is tried while others change the same document; 20 times unless told. */
  attempts?: number;
  /** A number in [0, 1) for the jitter of the pauses. */
  random?: () => number;
}

const ATTEMPTS = 20;
const LONGEST_PAUSE_MS = 100;
const RETRY_AFTER_MS = 1_000;

/**
 * Changes one document whoever else does: reads it, asks `change` for the next version, and writes that on condition of
 * the etag (or creates it); when somebody else was faster, again from the start. `change` may run several times and
 * gives `undefined` to leave things as they are.
 * Gives the document as it is now; `undefined` when there is none and none was made.
 * @throws StoreError `throttled` when every attempt met another's write, `invalid` when `change` changed the id; Error
 * when the stored or the next document does not parse.
 */
export async function updateDoc<T extends NewDoc>(
  documents: Pick<Documents, 'container' | 'read' | 'create' | 'replace'>,
  id: string,
  schema: z.ZodType<T>,
  change: (current: T | undefined) => T | undefined | Promise<T | undefined>,
  options: UpdateOptions = {},
): Promise<Typed<T> | undefined> {
  const { attempts = ATTEMPTS, random = systemIds.random } = options;
  for (let attempt = 1; ; attempt += 1) {
    const current = await readAs(documents, id, schema);
    const next = await change(current?.doc);
    if (next === undefined) return current;
    if (next.id !== id) throw new StoreError('invalid', `${documents.container}/${id} cannot change its id`);
    parse(documents.container, next, schema);
    try {
      const etag = current === undefined ? await documents.create(next) : await documents.replace(next, current.etag);
      return { doc: next, etag };
    } catch (error) {
      if (!isOvertaken(error)) throw error;
      if (attempt >= attempts) {
        const details = { retryAfterMs: RETRY_AFTER_MS, cause: error };
        throw new StoreError(
          'throttled',
          `${documents.container}/${id} changed under each of ${attempts} attempts`,
          details,
        );
      }
    }
    await sleep(random() * Math.min(2 ** attempt, LONGEST_PAUSE_MS));
  }
}

function isOvertaken(error: unknown): boolean {
  return error instanceof StoreError && ['conflict', 'preconditionFailed', 'notFound'].includes(error.kind);
}

function parseStored<T>(container: string, { doc, etag }: Stored, schema: z.ZodType<T>): Typed<T> {
  return { doc: parse(container, doc, schema), etag };
}

function parse<T>(container: string, doc: NewDoc, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(doc);
  if (parsed.success) return parsed.data;
  // Paths and reasons only: a document may hold personal data or a secret.
  const issues = parsed.error.issues.map(({ path, code }) => `${path.join('.') || '(document)'} ${code}`).join(', ');
  throw new Error(`${container}/${doc.id} of type ${doc.type} is not what its schema says: ${issues}`, {
    cause: parsed.error,
  });
}
