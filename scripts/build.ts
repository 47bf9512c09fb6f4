// Builds what runs: one CommonJS file for Azure, and the entries of the one-machine runtime. Quiet unless something is wrong.
import { rm } from 'node:fs/promises';
import { type BuildOptions, build } from 'esbuild';

const shared = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  jsx: 'automatic',
  jsxImportSource: 'hono/jsx',
  logLevel: 'warning',
  sourcemap: 'linked',
} as const satisfies BuildOptions;

/**
 * The bundle that Azure loads. `@azure/functions-core` is the host's own module and stays outside. It must be CommonJS:
 * an ESM bundle registers nothing, silently.
 */
export async function buildFunctions(outfile = 'dist/functions/index.cjs'): Promise<void> {
  await build({
    ...shared,
    entryPoints: ['functions/index.ts'],
    outfile,
    format: 'cjs',
    external: ['@azure/functions-core'],
  });
}

const localEntries = {
  app: 'infra/local/host/main.ts',
  microsoft: 'infra/local/microsoft/main.ts',
  start: 'infra/local/start.ts',
};

/** The processes of one machine; they find their packages in node_modules. */
export async function buildLocal(outdir = 'dist/local'): Promise<void> {
  await build({
    ...shared,
    entryPoints: localEntries,
    outdir,
    outExtension: { '.js': '.mjs' },
    format: 'esm',
    packages: 'external',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
}

if (import.meta.main) {
  for (const folder of ['dist/functions', 'dist/local']) await rm(folder, { recursive: true, force: true });
  try {
    await Promise.all([buildFunctions(), buildLocal()]);
  } catch {
    // esbuild has said what is wrong, and where.
    process.exitCode = 1;
  }
}
