// Writes to a shared file until it is killed, and prints the id of each write once the store has acknowledged it.
import { writeSync } from 'node:fs';
import { systemClock } from '../../shared/clock.ts';
import type { BatchOperation } from '../../shared/store/port.ts';
import { openSqliteStore } from '../../shared/store/sqlite.ts';

const [file = '', name = ''] = process.argv.slice(2);
const store = openSqliteStore({ file, clock: systemClock, busyTimeoutMs: 30_000 });

/** To the parent at once: what is not printed yet when the child is killed was not acknowledged. */
function acknowledge(what: string): void {
  writeSync(1, `${what}\n`);
}

const padding = 'x'.repeat(300);
for (let n = 0; ; n += 1) {
  const single = `${name}-${n}`;
  await store.create('customers', { id: single, pk: 'single', type: 'single', schemaVersion: 1, padding });
  acknowledge(`single ${single}`);
  const pk = `batch-${name}-${n}`;
  const size = 1 + ((n * 37) % 100);
  const operations = Array.from({ length: size }, (_, at): BatchOperation => {
    return { kind: 'create', doc: { id: `doc-${at}`, pk, type: 'part', schemaVersion: 1, size, padding } };
  });
  await store.batch('directory', pk, operations);
  acknowledge(`batch ${pk} ${size}`);
  const version = { id: `counter-${name}`, pk: 'counters', type: 'counter', schemaVersion: 1, n };
  await store.upsert('workspaces', version);
  acknowledge(`counter ${name} ${n}`);
}
