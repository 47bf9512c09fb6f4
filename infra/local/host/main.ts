// The process of the one-machine runtime: dist/local/app.mjs. Several may share a deployment's data, by TENANTRY_ROLES.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { functionList } from '../../../functions/list.ts';
import { systemClock } from '../../../shared/clock.ts';
import { closeApp, composeApp, openReceiver } from '../../../shared/compose.ts';
import { createLog, toJsonLine } from '../../../shared/log.ts';
import { ConfigError, readConfig } from '../../../shared/read-config.ts';
import { PortError } from './http-server.ts';
import { readProcessSettings } from './read-host-settings.ts';
import { openShiftedClock } from './shifted-clock.ts';
import { startHost } from './start-host.ts';
import { stopOnSignals } from './stop-on-signals.ts';
import { timerStatusesInFile } from './timer-file.ts';

/** Nothing is under way before the host runs: a signal then just ends the process. */
function leaveOnSignals(): () => void {
  const leave = () => process.exit(0);
  process.once('SIGTERM', leave);
  process.once('SIGINT', leave);
  return () => {
    process.off('SIGTERM', leave);
    process.off('SIGINT', leave);
  };
}

async function main(): Promise<void> {
  const stay = leaveOnSignals();
  const config = readConfig(process.env);
  const { port, roles, concurrency, logLevel, dataDir } = readProcessSettings(process.env);
  if (dataDir !== undefined) await mkdir(dataDir, { recursive: true });
  const clock = dataDir === undefined ? systemClock : openShiftedClock(join(dataDir, 'clock-offset'));
  const log = createLog((line) => process.stdout.write(`${toJsonLine(line, clock.now())}\n`), logLevel);
  const app = await composeApp(config, { log, clock });
  const receiver = await openReceiver(config, clock);
  const host = await startHost({
    functions: functionList,
    app,
    receiver,
    port,
    roles,
    settings: { concurrency },
    ...(dataDir === undefined ? {} : { timerStatuses: timerStatusesInFile(join(dataDir, 'timers.json')) }),
  });
  log('info', 'Tenantry runs', { port: host.port, roles, publicUrl: config.publicUrl });

  stay();
  stopOnSignals(host, log, async () => {
    await receiver.close();
    await closeApp(app);
  });
}

try {
  await main();
} catch (error) {
  const isPlain = error instanceof ConfigError || error instanceof PortError;
  process.stderr.write(`${isPlain ? error.message : String(error instanceof Error ? error.stack : error)}\n`);
  process.exit(1);
}
