// Documents with their types: what comes out of a partition is parsed, and changed by read, change and write.
import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { type Query, type Stored, StoreError } from './port.ts';
import type { Documents, NewDoc, Partition } from './scoped.ts';

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
  const { attempts = ATTEMPTS, random = Math.random } = options;
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
