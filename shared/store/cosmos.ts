// The store on Cosmos DB: one database whose containers all have the partition key `/pk`. It makes no containers.
import { z } from 'zod';
import { checkDoc, checkEtag, checkKey, checkQuery, nameOf, toJson } from './check.ts';
import { fromContinuation, toContinuation } from './continuation.ts';
import { type CosmosStoreOptions, defaultThrottleRetry, openCosmosClient } from './cosmos-client.ts';
import { answerToStoreError } from './cosmos-errors.ts';
import { type Fetch, readPage } from './cosmos-query.ts';
import { batchDocs, bulkUpsertDocs, type CosmosTarget, toBody } from './cosmos-writes.ts';
import { decodeId, encodeId } from './ids.ts';
import { type ContainerName, type Doc, type Page, type Query, type Store, type Stored, StoreError } from './port.ts';
import { toDoc } from './rows.ts';

/** Opens the store. Nothing is called yet: a wrong address or credential shows with the first call. */
export function openCosmosStore(options: CosmosStoreOptions): Store {
  const { client, watch } = openCosmosClient(options);
  const database = client.database(options.database);
  const throttleRetry = options.throttleRetry ?? defaultThrottleRetry;
  let isOpen = true;

  const on = (name: ContainerName): CosmosTarget => {
    if (!isOpen) throw new StoreError('unavailable', 'The store is closed');
    return { name, container: database.container(name), watch, throttleRetry };
  };
  return {
    read: async (name, pk, id) => readDoc(on(name), pk, id),
    create: async (name, doc) => createDoc(on(name), doc),
    replace: async (name, doc, etag) => replaceDoc(on(name), doc, etag),
    upsert: async (name, doc, etag) =>
      etag === undefined ? upsertDoc(on(name), doc) : replaceDoc(on(name), doc, etag),
    delete: async (name, pk, id, etag) => deleteDoc(on(name), pk, id, etag),
    batch: async (name, pk, operations) => batchDocs(on(name), pk, operations),
    bulkUpsert: async (name, pk, docs) => bulkUpsertDocs(on(name), pk, docs),
    query: async (name, pk, query) => queryDocs(on(name), pk, query),
    close: async () => {
      if (isOpen) client.dispose();
      isOpen = false;
    },
  };
}

async function readDoc({ name, container, watch }: CosmosTarget, pk: string, id: string): Promise<Stored | undefined> {
  checkKey(name, pk, id);
  const subject = nameOf(name, id);
  const { resource, statusCode, substatus } = await watch.run(subject, 'document', () =>
    container.item(encodeId(id), pk).read(),
  );
  if (statusCode === 404) {
    // The SDK gives a 404 back as an answer, be it for the document or for its container.
    const error = answerToStoreError(subject, { status: 404, substatus });
    if (error.kind !== 'notFound') throw error;
    return undefined;
  }
  return toStored(name, resource);
}

async function createDoc({ name, container, watch }: CosmosTarget, doc: Doc): Promise<string> {
  checkDoc(name, doc.pk, doc);
  toJson(name, doc);
  const { etag } = await watch.run(nameOf(name, doc.id), 'container', () => container.items.create(toBody(doc)));
  return etag;
}

async function upsertDoc({ name, container, watch }: CosmosTarget, doc: Doc): Promise<string> {
  checkDoc(name, doc.pk, doc);
  toJson(name, doc);
  const { etag } = await watch.run(nameOf(name, doc.id), 'container', () => container.items.upsert(toBody(doc)));
  return etag;
}

async function replaceDoc({ name, container, watch }: CosmosTarget, doc: Doc, oldEtag: string): Promise<string> {
  checkDoc(name, doc.pk, doc);
  checkEtag(oldEtag);
  toJson(name, doc);
  const { etag } = await watch.run(nameOf(name, doc.id), 'document', () =>
    container.item(encodeId(doc.id), doc.pk).replace({ ...toBody(doc), id: encodeId(doc.id) }, ifMatch(oldEtag)),
  );
  return etag;
}

async function deleteDoc(
  { name, container, watch }: CosmosTarget,
  pk: string,
  id: string,
  etag?: string,
): Promise<boolean> {
  checkKey(name, pk, id);
  if (etag !== undefined) checkEtag(etag);
  try {
    await watch.run(nameOf(name, id), 'document', () =>
      container.item(encodeId(id), pk).delete(etag === undefined ? {} : ifMatch(etag)),
    );
    return true;
  } catch (error) {
    if (error instanceof StoreError && error.kind === 'notFound') return false;
    throw error;
  }
}

async function queryDocs(target: CosmosTarget, pk: string, query: Query): Promise<Page> {
  const plan = checkQuery(target.name, pk, query);
  const place = fromContinuation(target.name, pk, query);
  const { items, next } = await readPage(fetchFrom(target, pk), plan, place);
  return next === undefined ? { items } : { items, continuation: toContinuation(target.name, pk, query, next) };
}

function fetchFrom({ name, container, watch }: CosmosTarget, pk: string): Fetch {
  return (query, max) =>
    watch.run(`query in ${name}`, 'container', async () => {
      const iterator = container.items.query<unknown>(query, { partitionKey: pk, maxItemCount: max });
      const rows: Stored[] = [];
      // The service may give fewer than asked for, none even, and still go on.
      while (rows.length < max && iterator.hasMoreResults()) {
        const { resources } = await iterator.fetchNext();
        for (const resource of resources ?? []) rows.push(toStored(name, resource));
      }
      return rows.slice(0, max);
    });
}

const resourceSchema = z.looseObject({ id: z.string(), _etag: z.string() });
const systemFields: ReadonlySet<string> = new Set(['_rid', '_self', '_etag', '_attachments', '_ts', '_lsn']);

function toStored(name: ContainerName, resource: unknown): Stored {
  const parsed = resourceSchema.safeParse(resource);
  if (!parsed.success) throw new StoreError('unavailable', `${name} gave something that is no document`);
  const fields = Object.entries(parsed.data).filter(([field]) => !systemFields.has(field));
  return { doc: toDoc(name, { ...Object.fromEntries(fields), id: decodeId(parsed.data.id) }), etag: parsed.data._etag };
}

function ifMatch(etag: string): { accessCondition: { type: 'IfMatch'; condition: string } } {
  return { accessCondition: { type: 'IfMatch', condition: etag } };
}
