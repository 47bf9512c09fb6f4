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

async function main(): Promise<void> {
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
