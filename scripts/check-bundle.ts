// Loads the Azure bundle as the Functions host would and counts what it registers: an app without functions shows no error.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** Stands for the module that the Functions host provides; notes what is registered. */
const hostModule = `
  const registered = { functions: [], appStart: [] };
  globalThis.registered = registered;
  module.exports = {
    version: '3.0.0',
    setProgrammingModel() {},
    registerFunction(metadata) { registered.functions.push(metadata.name); return { dispose() {} }; },
    registerHook(name, callback) { if (name === 'appStart') registered.appStart.push(callback); return { dispose() {} }; },
    log() {},
    Disposable: class {},
  };`;

/** Runs in a process without any setting: registering must not need one, and the start must name what is missing. */
const loader = `
  console.error = () => {};
  require(process.argv[1]);
  const { functions, appStart } = globalThis.registered;
  Promise.all(appStart.map((start) => start({ hookData: {}, appHookData: {} })))
    .then(() => 'none', (error) => error.message)
    .then((startError) => process.stdout.write(JSON.stringify({ functions, startError })));`;

export interface BundleReport {
  /** Names of the registered functions. */
  functions: readonly string[];
  /** What the start says when no setting is there. */
  startError: string;
}

/** Loads `bundle` in a process of its own. @throws Error with what the process said when it does not load */
export function loadBundle(bundle: string): BundleReport {
  const folder = mkdtempSync(join(tmpdir(), 'tenantry-bundle-'));
  try {
    const modules = join(folder, 'node_modules');
    mkdirSync(join(modules, '@azure', 'functions-core'), { recursive: true });
    writeFileSync(join(modules, '@azure', 'functions-core', 'index.js'), hostModule);
    const env = { PATH: process.env['PATH'], NODE_PATH: modules };
    const loaded = spawnSync(process.execPath, ['-e', loader, resolve(bundle)], { env, cwd: folder, encoding: 'utf8' });
    if (loaded.status !== 0) throw new Error(`${bundle} does not load:\n${loaded.stderr}`);
    return JSON.parse(loaded.stdout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The names in functions/list.ts, bundled because its pages are TSX. */
async function listedNames(): Promise<readonly string[]> {
  const outfile = resolve('dist/check/list.mjs');
  await build({
    entryPoints: ['functions/list.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    jsx: 'automatic',
    jsxImportSource: 'hono/jsx',
    logLevel: 'warning',
  });
  const { functionList } = await import(pathToFileURL(outfile).href);
  return functionList.map(({ name }: { name: string }) => name);
}

/** What is wrong with the bundle, in words; empty when nothing is. */
export function bundleFaults(listed: readonly string[], report: BundleReport): string[] {
  const missing = listed.filter((name) => !report.functions.includes(name));
  const faults = missing.map((name) => `the function ${name} is in the list but the bundle does not register it`);
  if (listed.length === 0) faults.push('the list of functions is empty');
  if (!report.startError.includes('TENANTRY_PUBLIC_URL')) {
    faults.push(`a start without settings must fail and name them; it said: ${report.startError}`);
  }
  return faults;
}

if (import.meta.main) {
  const { main } = JSON.parse(readFileSync('package.json', 'utf8'));
  const listed = await listedNames();
  const report = loadBundle(main);
  const faults = bundleFaults(listed, report);
  for (const fault of faults) console.error(`${main}: ${fault}`);
  if (faults.length === 0) console.log(`${main} registers ${report.functions.length} of ${listed.length} functions`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
