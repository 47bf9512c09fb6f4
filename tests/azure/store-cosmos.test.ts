// The store's contract on any Cosmos DB endpoint, and how the adapter meets throttling and failures.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CosmosClient } from '@azure/cosmos';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openCosmosStore } from '../../shared/store/cosmos.ts';
import { type CosmosStoreOptions, createCosmosContainers } from '../../shared/store/cosmos-client.ts';
import type { Store } from '../../shared/store/port.ts';
import { expectRefused, freshPk, makeDoc, storeContract } from '../contract/store-contract.ts';
import { type Fault, type FaultProxy, openFaultProxy, tooManyRequests } from './store-fault-proxy.ts';

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`Set ${name} to run the store's contract on Cosmos DB`);
  return value;
}

function cosmosOptions(): CosmosStoreOptions {
  return {
    endpoint: setting('TENANTRY_COSMOS_ENDPOINT'),
    database: setting('TENANTRY_COSMOS_DATABASE'),
    credential: { key: setting('TENANTRY_COSMOS_KEY') },
  };
}

/** Moves the emulator's clock; a real account has none to move, so there the time is waited for. */
async function advance(ms: number): Promise<void> {
  const moved = await fetch(new URL('/_emu/clock', setting('TENANTRY_COSMOS_ENDPOINT')), {
    method: 'POST',
    body: JSON.stringify({ advanceMs: ms }),
  });
  if (!moved.ok) await sleep(ms);
}

storeContract('Cosmos DB', async () => {
  const options = cosmosOptions();
  await createCosmosContainers(options);
  const store = openCosmosStore(options);
  const second = openCosmosStore(options);
  return {
    store,
    second,
    advance,
    close: async () => {
      await store.close();
      await second.close();
    },
  };
});

describe('Cosmos DB in trouble', () => {
  let proxy: FaultProxy | undefined;
  let store: Store | undefined;
  const open = () => {
    if (proxy === undefined || store === undefined) throw new Error('The proxy did not open');
    return { proxy, store };
  };
  beforeAll(async () => {
    const options = cosmosOptions();
    await createCosmosContainers(options);
    proxy = await openFaultProxy(options.endpoint);
    const throttleRetry = { attempts: 3, maxWaitMs: 2_000 };
    store = openCosmosStore({ ...options, endpoint: proxy.endpoint, throttleRetry, requestTimeoutMs: 5_000 });
  });
  afterEach(() => proxy?.setFault(() => undefined));
  afterAll(async () => {
    await store?.close();
    await proxy?.close();
  });

  /** Lets the first requests of a kind meet the fault, and counts them all. */
  function failFirst(times: number, fault: Fault, isMeant: (request: { isBatch: boolean }) => boolean = () => true) {
    let count = 0;
    open().proxy.setFault((request) => {
      if (!isMeant(request)) return undefined;
      count += 1;
      return count <= times ? fault : undefined;
    });
    return () => count;
  }

  test('tries again when throttled, in every kind of call', async () => {
    const { store } = open();
    const pk = freshPk();
    failFirst(2, tooManyRequests(10));
    const etag = await store.create('customers', makeDoc(pk, 'a'));
    failFirst(2, tooManyRequests(10));
    expect(await store.read('customers', pk, 'a')).toEqual({ doc: makeDoc(pk, 'a'), etag });
    failFirst(2, tooManyRequests(10));
    await store.batch('customers', pk, [{ kind: 'create', doc: makeDoc(pk, 'b') }]);
    failFirst(2, tooManyRequests(10));
    expect(await store.bulkUpsert('customers', pk, [makeDoc(pk, 'c')])).toMatchObject([{ ok: true, id: 'c' }]);
    failFirst(2, tooManyRequests(10));
    expect((await store.query('customers', pk, {})).items.map(({ doc }) => doc.id)).toEqual(['a', 'b', 'c']);
    failFirst(2, tooManyRequests(10));
    expect(await store.delete('customers', pk, 'a')).toBe(true);
  });

  test('gives up after a bounded number of attempts, and says how long to wait', async () => {
    const { store } = open();
    const pk = freshPk();
    const calls: [string, () => Promise<unknown>][] = [
      ['create', () => store.create('customers', makeDoc(pk, 'a'))],
      ['read', () => store.read('customers', pk, 'a')],
      ['batch', () => store.batch('customers', pk, [{ kind: 'create', doc: makeDoc(pk, 'a') }])],
      ['delete', () => store.delete('customers', pk, 'a')],
    ];
    for (const [name, call] of calls) {
      const count = failFirst(Number.POSITIVE_INFINITY, tooManyRequests(37));
      const error = await expectRefused(call(), 'throttled');
      expect({ name, retryAfterMs: error.retryAfterMs, count: count() }).toEqual({ name, retryAfterMs: 37, count: 4 });
    }
    failFirst(Number.POSITIVE_INFINITY, tooManyRequests(37));
    expect((await expectRefused(store.query('customers', pk, {}), 'throttled')).retryAfterMs).toBe(37);
    const count = failFirst(Number.POSITIVE_INFINITY, tooManyRequests(37));
    const outcomes = await store.bulkUpsert('customers', pk, [makeDoc(pk, 'a'), makeDoc(pk, 'b')]);
    expect(outcomes).toMatchObject([
      { ok: false, id: 'a', error: { kind: 'throttled', retryAfterMs: 37 } },
      { ok: false, id: 'b', error: { kind: 'throttled', retryAfterMs: 37 } },
    ]);
    expect(count()).toBe(4);
  });

  test('sends only the throttled documents of a bulk again', async () => {
    const { store } = open();
    const pk = freshPk();
    const sent: string[][] = [];
    open().proxy.setFault(({ isBatch, body }) => {
      if (!isBatch) return undefined;
      sent.push([...body.matchAll(/"id":"(\w+)"/g)].map((match) => match[1] ?? ''));
      // The service answered each document for itself: every second one of the first request met the limit.
      return sent.length > 1 ? undefined : { change: (text) => throttleOdd(text) };
    });
    const docs = ['a', 'b', 'c', 'd'].map((id) => makeDoc(pk, id));
    const outcomes = await store.bulkUpsert('customers', pk, docs);
    expect(outcomes.map(({ ok, id }) => ({ ok, id }))).toEqual(docs.map(({ id }) => ({ ok: true, id })));
    expect(sent).toEqual([
      ['a', 'b', 'c', 'd'],
      ['b', 'd'],
    ]);
    const read = await Promise.all(docs.map(({ id }) => store.read('customers', pk, id)));
    expect(read.map((stored) => stored?.etag)).toEqual(
      outcomes.map((outcome) => (outcome.ok ? outcome.etag : 'failed')),
    );
  });

  test.each([
    ['a broken connection', 'reset'],
    [
      'a 503 of the service',
      { status: 503, headers: { 'content-type': 'application/json' }, body: '{"message":"busy"}' },
    ],
    ['a 503 of a proxy, in HTML', { status: 503, headers: { 'content-type': 'text/html' }, body: '<h1>503</h1>' }],
    ['a 500 without a body', { status: 500 }],
  ] as const)('calls %s unavailable, whatever it was that was sent', async (_name, fault) => {
    const { store } = open();
    const pk = freshPk();
    failFirst(Number.POSITIVE_INFINITY, fault, ({ isBatch }) => isBatch);
    const batch = store.batch('customers', pk, [{ kind: 'create', doc: makeDoc(pk, 'a') }]);
    expect((await expectRefused(batch, 'unavailable')).retryAfterMs).toBeGreaterThan(0);
    const [outcome] = await store.bulkUpsert('customers', pk, [makeDoc(pk, 'a')]);
    expect(outcome).toMatchObject({ ok: false, error: { kind: 'unavailable' } });
    failFirst(Number.POSITIVE_INFINITY, fault);
    expect(
      (await expectRefused(store.upsert('customers', makeDoc(pk, 'a')), 'unavailable')).retryAfterMs,
    ).toBeGreaterThan(0);
  });

  test('says what is wrong with a key, a database and an address', async () => {
    const options = cosmosOptions();
    const refusalOf = async (change: Partial<CosmosStoreOptions>): Promise<string> => {
      const wrong = openCosmosStore({ ...options, ...change });
      const { message } = await expectRefused(wrong.read('customers', 'pk', 'a'), 'unavailable');
      await expectRefused(wrong.create('customers', makeDoc('pk', randomUUID())), 'unavailable');
      await expectRefused(wrong.query('customers', 'pk', {}), 'unavailable');
      await wrong.close();
      return message;
    };
    const otherKey = Buffer.from('another key, as long as the real one is, sixty-four bytes of it.').toString('base64');
    expect(await refusalOf({ credential: { key: otherKey } })).toContain('check the key');
    expect(await refusalOf({ endpoint: 'http://127.0.0.1:1/' })).toContain('cannot be reached');
  });

  test('tells a missing container from a missing document', async () => {
    const options = { ...cosmosOptions(), database: `empty-${randomUUID()}` };
    const client = new CosmosClient({ endpoint: options.endpoint, key: setting('TENANTRY_COSMOS_KEY') });
    const { database } = await client.databases.create({ id: options.database });
    const empty = openCosmosStore(options);
    const doc = makeDoc('pk', 'a');
    const calls = [
      () => empty.create('customers', doc),
      () => empty.read('customers', 'pk', 'a'),
      () => empty.query('customers', 'pk', {}),
      () => empty.batch('customers', 'pk', [{ kind: 'upsert', doc }]),
    ];
    for (const call of calls) {
      expect((await expectRefused(call(), 'unavailable')).message).toContain('container does not exist');
    }
    expect(await empty.bulkUpsert('customers', 'pk', [doc])).toMatchObject([{ error: { kind: 'unavailable' } }]);
    await createCosmosContainers(options);
    await createCosmosContainers(options);
    expect(await empty.read('customers', 'pk', 'a')).toBeUndefined();
    await empty.create('customers', doc);
    await empty.close();
    await expectRefused(empty.read('customers', 'pk', 'a'), 'unavailable');
    await database.delete();
    client.dispose();
  });
});

function throttleOdd(text: string): string {
  const results: unknown = JSON.parse(text);
  if (!Array.isArray(results)) throw new Error('A bulk answer is a list');
  return JSON.stringify(
    results.map((result: unknown, at) =>
      at % 2 === 0 ? result : { statusCode: 429, retryAfterMilliseconds: 5, requestCharge: 0 },
    ),
  );
}
