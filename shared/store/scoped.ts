// The only way to the store for everything that works for a workspace: a partition is named here, from the workspace's
// id, and nowhere else, so that no function can reach another workspace's documents.
import { z } from 'zod';
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

export { listAs, queryAs, readAs, type Typed, updateDoc } from './typed.ts';

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
