// A smoke of the Cosmos DB adapter over the real SDK, on a small server that comes with the dev dependencies. That server
// has no atomic batch, no time to live and no partitions in queries: the whole contract is in tests/azure.
import type { Server } from 'node:http';
import { createHttpServer } from '@vercel/cosmosdb-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCosmosStore } from '../../shared/store/cosmos.ts';
import { type CosmosStoreOptions, createCosmosContainers } from '../../shared/store/cosmos-client.ts';
import type { Store } from '../../shared/store/port.ts';
import { expectRefused, makeDoc } from './store-contract.ts';

const pk = 'smoke';
let server: Server | undefined;
let opened: Store | undefined;
const store = (): Store => {
  if (opened === undefined) throw new Error('The store did not open');
  return opened;
};

beforeAll(async () => {
  const made = createHttpServer();
  server = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  const address = made.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const options: CosmosStoreOptions = {
    endpoint: `http://127.0.0.1:${port}/`,
    database: 'smoke',
    credential: { key: Buffer.from('any key will do').toString('base64') },
  };
  await createCosmosContainers(options);
  opened = openCosmosStore(options);
});
afterAll(async () => {
  await opened?.close();
  server?.closeAllConnections();
  server?.close();
});

test('creates and reads, with nothing of Cosmos DB in the document', async () => {
  const doc = makeDoc(pk, 'a/b?c#d e', { text: 'Zoë 東京', nested: { list: [1, null, true] } });
  const etag = await store().create('customers', doc);
  expect(await store().read('customers', pk, doc.id)).toEqual({ doc, etag });
  expect(await store().read('customers', pk, 'none')).toBeUndefined();
});

test('refuses to create twice', async () => {
  await store().create('findings', makeDoc(pk, 'twice'));
  await expectRefused(store().create('findings', makeDoc(pk, 'twice')), 'conflict');
});

test('replaces and deletes by etag', async () => {
  const first = await store().create('workspaces', makeDoc(pk, 'a', { n: 1 }));
  const second = await store().replace('workspaces', makeDoc(pk, 'a', { n: 2 }), first);
  await expectRefused(store().replace('workspaces', makeDoc(pk, 'a', { n: 3 }), first), 'preconditionFailed');
  await expectRefused(store().delete('workspaces', pk, 'a', first), 'preconditionFailed');
  await expectRefused(store().replace('workspaces', makeDoc(pk, 'none'), second), 'notFound');
  expect(await store().delete('workspaces', pk, 'a', second)).toBe(true);
  expect(await store().delete('workspaces', pk, 'a')).toBe(false);
});

test('upserts, in one request for many documents', async () => {
  await store().upsert('commerce', makeDoc(pk, 'a', { n: 1 }));
  const docs = Array.from({ length: 120 }, (_, n) => makeDoc(pk, `doc-${n}`, { n }));
  const outcomes = await store().bulkUpsert('commerce', pk, docs);
  expect(outcomes.filter(({ ok }) => ok)).toHaveLength(120);
  expect((await store().read('commerce', pk, 'doc-119'))?.doc).toEqual(docs[119]);
});

test('sends a batch and gives its etags', async () => {
  // Creates only: this server does not take the partition of other operations from the request.
  const etags = await store().batch('directory', pk, [
    { kind: 'create', doc: makeDoc(pk, 'a') },
    { kind: 'create', doc: makeDoc(pk, 'b/c') },
  ]);
  expect(etags).toEqual([expect.any(String), (await store().read('directory', pk, 'b/c'))?.etag]);
  const conflict = store().batch('directory', pk, [{ kind: 'create', doc: makeDoc(pk, 'a') }]);
  expect((await expectRefused(conflict, 'conflict')).index).toBe(0);
});

test('finds by filter and order, page by page', async () => {
  const docs = Array.from({ length: 25 }, (_, n) => makeDoc(pk, `id ${n}`, { rank: n % 4, even: n % 2 === 0 }));
  await store().bulkUpsert('events', pk, docs);
  const ids: string[] = [];
  let continuation: string | undefined;
  do {
    const page = await store().query('events', pk, {
      type: 'thing',
      where: [{ field: 'even', op: 'eq', value: true }],
      orderBy: { field: 'rank', direction: 'desc' },
      limit: 4,
      ...(continuation === undefined ? {} : { continuation }),
    });
    ids.push(...page.items.map(({ doc }) => doc.id));
    ({ continuation } = page);
  } while (continuation !== undefined);
  const even = [2, 6, 10, 14, 18, 22, 0, 4, 8, 12, 16, 20, 24].map((n) => `id ${n}`);
  const byText = (part: string[]) => part.sort();
  expect(ids).toEqual([...byText(even.slice(0, 6)), ...byText(even.slice(6))]);
});
