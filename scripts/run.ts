// Runs a TypeScript program of this repository, TSX and all: node scripts/run.ts tests/bench/main.ts [its arguments].
import { spawn } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';

const [entry, ...programArguments] = process.argv.slice(2);
if (entry === undefined) throw new Error('Name the program: node scripts/run.ts tests/bench/main.ts');

const outfile = join('dist', 'run', `${basename(dirname(entry))}.mjs`);
await build({
  entryPoints: [entry],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  packages: 'external',
  jsx: 'automatic',
  jsxImportSource: 'hono/jsx',
  sourcemap: 'linked',
  logLevel: 'warning',
  // Programs find files of the repository from where they stand in it, not from dist.
  define: { 'import.meta.dirname': JSON.stringify(join(process.cwd(), dirname(entry))) },
});
const child = spawn(process.execPath, ['--enable-source-maps', outfile, ...programArguments], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
