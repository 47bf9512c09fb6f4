// npm run bench: measures the sync beside its requests alone and beside the plain way, and prints one table.
//   npm run bench -- [--quick] [--json FILE] [--only sync,fanOut,memory,soak] [--concurrency N] [--repetitions N]
// Exits 0 whatever the figures are: the table says which targets were reached. Anything that did not work fails it.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { engineArguments } from '../../infra/local/launch/processes.ts';
import { compare } from './compare.ts';
import { fanOut } from './fan-out.ts';
import { memory, memoryChild, memoryChildFlag } from './memory.ts';
import { type BenchOptions, readOptions, type Section } from './options.ts';
import { type Machine, reportOf } from './report.ts';
import { soak } from './soak.ts';
import { type Results, targetsOf } from './targets.ts';

const measuringFlag = '--measuring-process';

/** The bench measures in a process that runs as the app does: with its arguments for the engine. */
async function runMeasuringProcess(args: readonly string[]): Promise<void> {
  const [, program = ''] = process.argv;
  const child = spawn(process.execPath, ['--enable-source-maps', ...engineArguments, program, measuringFlag, ...args], {
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  process.exitCode = await new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}

async function bench(options: BenchOptions): Promise<void> {
  const parts: Record<Section, (results: Results) => Promise<Results>> = {
    sync: async (results) => ({ ...results, sync: await compare(options) }),
    fanOut: async (results) => ({ ...results, fanOut: await fanOut(options) }),
    memory: async (results) => ({ ...results, memory: await memory(options) }),
    soak: async (results) => ({ ...results, soak: await soak(options) }),
  };
  let results: Results = {};
  for (const section of options.sections) {
    process.stderr.write(`measuring: ${section}…\n`);
    results = await parts[section](results);
  }
  const [cpu] = cpus();
  const machine: Machine = { node: process.version, cores: cpus().length, model: cpu?.model ?? 'unknown' };
  process.stdout.write(`${reportOf(options, machine, results)}\n`);
  if (options.jsonFile === undefined) return;
  const { jsonFile, ...settings } = options;
  const figures = { machine, settings, ...results, targets: targetsOf(results) };
  writeFileSync(jsonFile, `${JSON.stringify(figures, null, 2)}\n`);
}

const [flag, ...rest] = process.argv.slice(2);
if (flag === memoryChildFlag) await memoryChild(rest[0] ?? '');
else if (flag === measuringFlag) await bench(readOptions(rest));
else {
  // What is wrong with the options is told before anything starts.
  readOptions(process.argv.slice(2));
  await runMeasuringProcess(process.argv.slice(2));
}
