// kill -9 during writes: what was acknowledged is there, and a batch is there whole or not at all.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { systemClock } from '../../shared/clock.ts';
import type { Store } from '../../shared/store/port.ts';
import { fieldOf } from '../../shared/store/rows.ts';
import { openSqliteStore } from '../../shared/store/sqlite.ts';

const ROUNDS = 6;
const WRITERS = 3;
const child = fileURLToPath(new URL('store-kill-child.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tenantry-kill-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('loses no acknowledged write and tears no batch, whenever writers are killed', async () => {
  const file = join(folder, 'store.db');
  const acknowledged: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const writers = Array.from({ length: WRITERS }, (_, n) => startWriter(file, `r${round}w${n}`));
    // Each starts to write, then dies at a moment of its own, while the others go on.
    await Promise.all(writers.map(({ hasWritten }) => hasWritten));
    await Promise.all(writers.map(async ({ kill }) => acknowledged.push(...(await kill(Math.random() * 250)))));
  }
  const store = openSqliteStore({ file, clock: systemClock });
  await checkAcknowledged(store, acknowledged);
  await store.close();
  checkWhole(file);
  expect(acknowledged.length).toBeGreaterThan(ROUNDS * WRITERS);
}, 60_000);

function startWriter(file: string, name: string) {
  const writer: ChildProcess = spawn(process.execPath, [child, file, name], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  const hasWritten = new Promise<void>((resolve, reject) => {
    writer.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      resolve();
    });
    writer.stderr?.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    writer.once('exit', (code) => reject(new Error(`The writer ended by itself with ${code}: ${errors}`)));
  });
  async function kill(delayMs: number): Promise<string[]> {
    await sleep(delayMs);
    const closed = once(writer, 'close');
    writer.kill('SIGKILL');
    const [, signal] = await closed;
    expect({ signal, errors }).toEqual({ signal: 'SIGKILL', errors: '' });
    // A last line without its end was cut by the kill.
    return output.split('\n').slice(0, -1);
  }
  return { hasWritten, kill };
}

async function checkAcknowledged(store: Store, lines: readonly string[]): Promise<void> {
  const counters = new Map<string, number>();
  const missing: string[] = [];
  for (const line of lines) {
    const [kind, name = '', count] = line.split(' ');
    if (kind === 'counter') counters.set(name, Number(count));
    else if (kind === 'single') {
      if ((await store.read('customers', 'single', name)) === undefined) missing.push(line);
    } else if ((await store.query('directory', name, { limit: 1_000 })).items.length !== Number(count))
      missing.push(line);
  }
  for (const [name, count] of counters) {
    const stored = Number(fieldOf((await store.read('workspaces', 'counters', `counter-${name}`))?.doc, 'n'));
    if (!(stored >= count)) missing.push(`counter ${name}: ${stored} instead of ${count}`);
  }
  expect(missing).toEqual([]);
}

/** Every batch in the file, acknowledged or not, has all of its documents, and the file itself is sound. */
function checkWhole(file: string): void {
  const database = new DatabaseSync(file, { readOnly: true });
  const torn = database
    .prepare(
      `SELECT pk, count(*) AS found, max(json_extract(body, '$.size')) AS size FROM docs
       WHERE container = 'directory' GROUP BY pk HAVING found <> size`,
    )
    .all();
  expect(torn).toEqual([]);
  expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  database.close();
}
