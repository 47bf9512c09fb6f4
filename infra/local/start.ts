// `npm start`: the whole product on one machine, against simulators of the outside world.
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { readAccounts, walkJourney } from './journey/journey.ts';
import { closeDataFolder, type DataFolder, openDataFolder } from './launch/data-folder.ts';
import { readOptions, StartError, type StartOptions, startHelp } from './launch/options.ts';
import { progressLine, table, tableJson, welcome } from './launch/report.ts';
import { type Runtime, startRuntime } from './launch/runtime.ts';

/** Resolves at the first Ctrl-C or SIGTERM. */
function stopAsked(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}

/** Walks the journey and prints its table. Gives the exit code. */
async function walk(runtime: Runtime, options: StartOptions, startedMs: number): Promise<number> {
  const line = progressLine(process.stderr);
  const place = { portal: runtime.portal, login: runtime.simulator.login, control: runtime.simulator.control };
  const result = await walkJourney(place, line.progress).finally(line.end);
  const seconds = (Date.now() - startedMs) / 1000;
  process.stdout.write(options.json ? `${tableJson(result, seconds)}\n` : `\n${table(result, seconds)}\n`);
  for (const failure of result.failures) process.stderr.write(`Failed: ${failure}\n`);
  return result.failures.length > 0 ? 1 : 0;
}

async function run(options: StartOptions, folder: DataFolder): Promise<number> {
  const startedMs = Date.now();
  const asked = stopAsked();
  const log = createWriteStream(join(folder.path, 'app.log'), { flags: 'a' });
  process.stderr.write('Starting the simulated Microsoft and Tenantry …\n');
  const runtime = await startRuntime(folder, (line) => log.write(`${line}\n`));
  let code = 0;
  try {
    const stopped = Promise.race([asked.then(() => 'asked' as const), runtime.failed]);
    if (!options.json) {
      const { portal, simulator } = runtime;
      const { control } = simulator;
      process.stdout.write(welcome({ portal, control }, await readAccounts(simulator), folder));
    }
    if (!options.empty) {
      const walked = await Promise.race([walk(runtime, options, startedMs), stopped]);
      if (walked === 'asked') return 0;
      code = walked;
    }
    if (!options.once) {
      process.stderr.write(`\nTimers keep syncing. The app logs to ${join(folder.path, 'app.log')}.\n`);
      await stopped;
    }
  } finally {
    if (!options.once) process.stderr.write('\nStopping …\n');
    await runtime.stop();
    await new Promise((resolve) => log.end(resolve));
  }
  return code;
}

const OLDEST_NODE = 24;

async function main(): Promise<number> {
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
    throw new StartError(
      `This is Node ${process.versions.node}; Tenantry needs ${OLDEST_NODE}. Use \`npm start\`: it runs on the Node that npm ci installed.`,
    );
  }
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(`${startHelp}\n`);
    return 0;
  }
  const folder = await openDataFolder(options);
  try {
    return await run(options, folder);
  } finally {
    await closeDataFolder(folder);
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const text =
      error instanceof StartError
        ? error.message
        : error instanceof Error
          ? (error.stack ?? error.message)
          : String(error);
    process.stderr.write(`${text}\n`);
    process.exitCode = 1;
  },
);
