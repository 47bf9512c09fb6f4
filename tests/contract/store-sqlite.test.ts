// The store's contract on SQLite, and what is particular to one file shared by several connections.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { manualClock } from '../../shared/clock.ts';
import type { Store } from '../../shared/store/port.ts';
import { openSqliteStore } from '../../shared/store/sqlite.ts';
import { expectRefused, freshPk, makeDoc, storeContract } from './store-contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'tenantry-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

storeContract('SQLite', async () => {
  const clock = manualClock(Date.parse('2026-01-01T00:00:00Z'));
  const file = join(folder, 'data', 'contract.db');
  const store = openSqliteStore({ file, clock });
  const second = openSqliteStore({ file, clock });
  return {
    store,
    second,
    advance: async (ms) => clock.advance(ms),
    close: async () => {
      await store.close();
      await second.close();
    },
  };
});

describe('one SQLite file', () => {
  const clock = manualClock(Date.parse('2026-01-01T00:00:00Z'));

  test('is there again after closing, with its etags', async () => {
    const file = join(folder, 'again.db');
    const first = openSqliteStore({ file, clock });
    const etag = await first.create('customers', makeDoc('pk', 'a'));
    await first.close();
    await first.close();
    await expectRefused(first.read('customers', 'pk', 'a'), 'unavailable');
    const second = openSqliteStore({ file, clock });
    expect(await second.read('customers', 'pk', 'a')).toEqual({ doc: makeDoc('pk', 'a'), etag });
    await second.close();
  });

  test('says when another process keeps it locked, and after how long to try again', async () => {
    const file = join(folder, 'locked.db');
    const store = openSqliteStore({ file, clock, busyTimeoutMs: 50 });
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    const error = await expectRefused(store.create('customers', makeDoc('pk', 'a')), 'throttled');
    expect(error.retryAfterMs).toBeGreaterThan(0);
    const batch = store.batch('customers', 'pk', [{ kind: 'create', doc: makeDoc('pk', 'a') }]);
    await expectRefused(batch, 'throttled');
    expect(await store.read('customers', 'pk', 'a')).toBeUndefined();
    other.exec('COMMIT');
    await store.create('customers', makeDoc('pk', 'a'));
    other.close();
    await store.close();
  });

  test('refuses a file that is no database, and one of a newer version', async () => {
    const text = join(folder, 'text.db');
    writeFileSync(text, 'no database, but long enough to look like one '.repeat(100));
    await expectRefused(opening(text), 'unavailable');
    const newer = join(folder, 'newer.db');
    const database = new DatabaseSync(newer);
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect((await expectRefused(opening(newer), 'unavailable')).message).toContain('newer version');
  });

  test('removes expired documents from the file by and by', async () => {
    const file = join(folder, 'purge.db');
    const purgeClock = manualClock(Date.parse('2026-01-01T00:00:00Z'));
    const store = openSqliteStore({ file, clock: purgeClock });
    const docs = Array.from({ length: 2_500 }, (_, n) => makeDoc('pk', `short-${n}`, { ttl: 10 }));
    await store.bulkUpsert('events', 'pk', docs);
    await store.create('events', makeDoc('pk', 'long', { ttl: 1_000 }));
    purgeClock.advance(120_000);
    for (let n = 0; n < 4; n += 1) await store.create('events', makeDoc('pk', `new-${n}`));
    await store.close();
    const database = new DatabaseSync(file);
    const ids = database.prepare('SELECT id FROM docs ORDER BY id').all();
    expect(ids.map(({ id }) => id)).toEqual(['long', 'new-0', 'new-1', 'new-2', 'new-3']);
    database.close();
  });

  test('lets timers run while a loop keeps the store busy', async () => {
    const store = openSqliteStore({ file: ':memory:', clock });
    let ticks = 0;
    const timer = setInterval(() => {
      ticks += 1;
    }, 5);
    const untilMs = performance.now() + 300;
    const pk = freshPk();
    while (performance.now() < untilMs) await store.upsert('customers', makeDoc(pk, 'a'));
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(3);
    await store.close();
  });
});

async function opening(file: string): Promise<Store> {
  return openSqliteStore({ file, clock: manualClock(0) });
}
