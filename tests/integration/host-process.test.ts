import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildLocal } from '../../scripts/build.ts';
import { systemClock } from '../../shared/clock.ts';
import { openSqliteQueue, type SqliteQueue } from '../../shared/queue/sqlite.ts';
import { localEnvironment } from '../fixtures/host-app.ts';

interface Child {
  process: ChildProcess;
  lines: Record<string, unknown>[];
  errors: string[];
  exit: Promise<number | null>;
}

function run(program: readonly string[], env: Record<string, string> = {}): Child {
  const child = spawn(process.execPath, program, {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: Record<string, unknown>[] = [];
  const errors: string[] = [];
  createInterface(child.stdout).on('line', (line) => lines.push(JSON.parse(line)));
  createInterface(child.stderr).on('line', (line) => errors.push(line));
  const exit = once(child, 'close').then(([code]) => code);
  return { process: child, lines, errors, exit };
}

const said = (child: Child, message: string) =>
  vi.waitFor(
    () => {
      const line = child.lines.find((each) => each['message'] === message);
      if (line === undefined) throw new Error(`no "${message}" yet: ${child.errors.join('\n')}`);
      return line;
    },
    { timeout: 20_000 },
  );

let dataDir: string;
let child: Child | undefined;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tenantry-process-'));
});
afterEach(async () => {
  child?.process.kill('SIGKILL');
  await child?.exit;
  await rm(dataDir, { recursive: true, force: true });
});

describe('a process of the one-machine runtime', () => {
  const start = (workMs: number) => run(['tests/fixtures/host-child.ts', dataDir, String(workMs)]);
  const openQueue = (): SqliteQueue => openSqliteQueue({ file: join(dataDir, 'queue.db'), clock: systemClock });

  it.each(['SIGTERM', 'SIGINT'] as const)('lets running work finish on %s, then exits 0', async (signal) => {
    child = start(800);
    const { port } = await said(child, 'ready');
    const queue = openQueue();
    await queue.send('sync', [{ messageId: 'm', body: {} }]);
    const page = fetch(`http://127.0.0.1:${port}/slow`).then((response) => response.text());
    await said(child, 'page started');
    await said(child, 'worker started');
    child.process.kill(signal);
    expect(await page).toBe('finished');
    expect(await child.exit).toBe(0);
    expect(child.lines.map((line) => line['message'])).toContain('worker finished');
    expect(await queue.counts('sync')).toEqual({ active: 0, scheduled: 0, locked: 0, deadLettered: 0 });
    await queue.close();
  });

  it('ends at once on a second signal', async () => {
    child = start(60_000);
    const { port } = await said(child, 'ready');
    void fetch(`http://127.0.0.1:${port}/slow`).catch(() => undefined);
    await said(child, 'page started');
    child.process.kill('SIGTERM');
    await said(child, 'Stopping: work under way is finished first');
    child.process.kill('SIGTERM');
    expect(await child.exit).toBe(1);
  });
});

describe('dist/local/app.mjs', () => {
  let outdir: string;
  beforeAll(async () => {
    // Inside the repository, so that its packages are found.
    outdir = 'dist/test-host';
    await buildLocal(outdir);
  });
  afterAll(() => rm(outdir, { recursive: true, force: true }));
  const start = (env: Record<string, string>) => run([join(outdir, 'app.mjs')], env);

  it('serves the product and stops cleanly', async () => {
    child = start({ ...localEnvironment(dataDir), TENANTRY_PORT: '0' });
    const { port, roles } = await said(child, 'Tenantry runs');
    expect(roles).toEqual(['http', 'timers', 'workers']);
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
    child.process.kill('SIGTERM');
    expect(await child.exit).toBe(0);
  });

  it('does not start with wrong settings, and names each of them without a stack', async () => {
    child = start({ ...localEnvironment(dataDir), TENANTRY_PUBLIC_URL: '', TENANTRY_KEYS: 'x' });
    expect(await child.exit).toBe(1);
    expect(child.errors).toEqual([
      'Tenantry cannot start: 2 of its settings must be mended.',
      expect.stringContaining('  TENANTRY_PUBLIC_URL is missing'),
      expect.stringContaining('  TENANTRY_KEYS has no usable name at key 1'),
    ]);
  });

  it('names wrong settings of its own', async () => {
    child = start({ ...localEnvironment(dataDir), TENANTRY_PORT: '7071x', TENANTRY_ROLES: 'http,cooking' });
    expect(await child.exit).toBe(1);
    const text = child.errors.join('\n');
    expect(text).toMatch(/TENANTRY_PORT must be a whole number/);
    expect(text).toMatch(/TENANTRY_ROLES must be one or more of http, timers, workers/);
  });

  it('says in one line which port is taken and how to choose another', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    child = start({ ...localEnvironment(dataDir), TENANTRY_PORT: String(port) });
    expect(await child.exit).toBe(1);
    expect(child.errors).toEqual([
      expect.stringMatching(new RegExp(`^Port ${port} .* taken .*--port N.*TENANTRY_PORT=N`)),
    ]);
    await new Promise((resolve) => taken.close(resolve));
  });
});
