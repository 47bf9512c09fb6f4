// The import directions of ARCHITECTURE.md are lint rules; here it is shown that each of them bites.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const importing = (specifier: string) => `import { thing } from '${specifier}';\nthing();\n`;

const refused: readonly [path: string, source: string, says: RegExp][] = [
  ['shared/sync/x.ts', importing('../../functions/define.ts'), /shared\/ knows no trigger/],
  ['shared/sync/x.ts', importing('../../infra/local/host/timers.ts'), /shared\/ knows no trigger/],
  ['shared/sync/x.ts', importing('@azure/functions'), /know Azure Functions/],
  ['shared/sync/x.ts', importing('@azure/cosmos'), /take the port instead/],
  ['shared/customers/x.ts', importing('../store/sqlite.ts'), /import the port/],
  ['shared/customers/x.ts', importing('node:sqlite'), /no I\/O of its own/],
  ['shared/customers/x.ts', 'export const at = Date.now();\n', /injected clock/],
  ['shared/customers/x.ts', 'export const at = new Date();\n', /injected clock/],
  ['shared/customers/x.ts', 'export const roll = Math.random();\n', /injected ids/],
  ['shared/customers/x.ts', "export const url = process.env['TENANTRY_PUBLIC_URL'];\n", /read once/],
  ['shared/store/x.ts', importing('../sync/run.ts'), /know no capability/],
  ['shared/queue/x.ts', importing('../store/port.ts'), /The queue knows no store/],
  ['shared/microsoft/x.ts', importing('../customers/documents.ts'), /know no capability/],
  ['shared/microsoft/x.ts', importing('../store/port.ts'), /knows neither store nor queue/],
  ['functions/http/x.ts', importing('../../infra/local/host/timers.ts'), /never the other way/],
  ['functions/http/x.ts', importing('../../shared/store/cosmos.ts'), /import the port/],
  ['functions/http/x.ts', importing('@azure/service-bus'), /take the port instead/],
  ['functions/http/x.ts', importing('../../shared/compose.ts'), /a function receives it/],
  ['infra/local/microsoft/x.ts', importing('../../../shared/errors.ts'), /two readings of the documentation/],
  ['infra/local/microsoft/graph/x.ts', importing('../../../../functions/define.ts'), /two readings/],
  ['infra/local/host/x.ts', importing('../../../tests/fixtures/host-app.ts'), /without tests and scripts/],
];

const allowed: readonly [path: string, source: string][] = [
  ['shared/sync/x.ts', importing('../store/port.ts')],
  ['shared/sync/x.ts', importing('../microsoft/microsoft.ts')],
  ['shared/sync/x.ts', 'export const text = (ms: number) => new Date(ms).toISOString();\n'],
  ['shared/store/x.ts', importing('@azure/cosmos')],
  ['shared/microsoft/x.ts', importing('@azure/msal-node')],
  ['shared/compose.ts', importing('./store/sqlite.ts')],
  ['functions/http/x.ts', importing('../../shared/customers/readiness.ts')],
  ['functions/index.ts', importing('../shared/compose.ts')],
  ['infra/local/host/x.ts', importing('../../../functions/define.ts')],
  ['infra/local/host/x.ts', importing('../../../shared/compose.ts')],
];

// One run of the linter, over a tree with the repository's rules and one file for each case, says it all.
let folder: string;
let report = '';
const placed = (path: string, name: string) => join(dirname(path), `${name}.ts`);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tenantry-lint-'));
  for (const part of ['biome.json', '.gitignore', 'scripts/lint'])
    cpSync(part, join(folder, part), { recursive: true });
  const write = (path: string, source: string) => {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), source);
  };
  for (const [index, [path, source]] of refused.entries()) write(placed(path, `refused-${index}`), source);
  for (const [index, [path, source]] of allowed.entries()) {
    write(path.endsWith('/x.ts') ? placed(path, `allowed-${index}`) : path, source);
  }
  const linter = join(process.cwd(), 'node_modules/.bin/biome');
  const { stdout } = spawnSync(linter, ['lint', '--reporter=github', '--max-diagnostics=none'], {
    cwd: folder,
    encoding: 'utf8',
  });
  report = stdout;
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const saidOf = (path: string) => report.split('\n').filter((line) => line.includes(`/${path},`));

it.each(refused.map((each, index) => [...each, index] as const))('%s may not hold %j', (path, _source, says, index) => {
  expect(saidOf(placed(path, `refused-${index}`)).join('\n')).toMatch(says);
});

it.each(allowed.map((each, index) => [...each, index] as const))('%s may hold %j', (path, _source, index) => {
  expect(report).toContain('refused-0');
  const file = path.endsWith('/x.ts') ? placed(path, `allowed-${index}`) : path;
  expect(saidOf(file).filter((line) => /noRestrictedImports|plugin/.test(line))).toEqual([]);
});
