import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { functionList } from '../../functions/list.ts';
import { buildFunctions } from '../../scripts/build.ts';
import { bundleFaults, loadBundle } from '../../scripts/check-bundle.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenantry-build-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the bundle for Azure', () => {
  const listed = functionList.map(({ name }) => name);

  it('registers every function of the list without any setting, and its start names the settings that are missing', async () => {
    const bundle = join(folder, 'index.cjs');
    await buildFunctions(bundle);
    const report = loadBundle(bundle);
    expect([...report.functions].sort()).toEqual([...listed].sort());
    expect(report.startError).toMatch(/TENANTRY_PUBLIC_URL[\s\S]*TENANTRY_KEYS[\s\S]*TENANTRY_STORE/);
    expect(bundleFaults(listed, report)).toEqual([]);
  });

  it('fails the check when a function is not registered', () => {
    const startError = 'TENANTRY_PUBLIC_URL is missing';
    expect(bundleFaults(['a', 'b'], { functions: ['a'], startError })).toEqual([expect.stringContaining('function b')]);
    expect(bundleFaults([], { functions: [], startError })).toEqual([expect.stringContaining('empty')]);
    expect(bundleFaults(['a'], { functions: ['a'], startError: 'none' })).toHaveLength(1);
  });

  it('fails the check when it does not load', async () => {
    const broken = join(folder, 'broken.cjs');
    await writeFile(broken, "throw new Error('no such thing')");
    expect(() => loadBundle(broken)).toThrow(/does not load[\s\S]*no such thing/);
  });
});
