// SIGTERM and SIGINT end the process in good order; a second one ends it at once.
import type { Log } from '../../../shared/log.ts';
import type { RunningHost } from './start-host.ts';

/** Exits 0 when everything under way could end, 1 when something had to be left; `close` runs in between. */
export function stopOnSignals(host: RunningHost, log: Log, close: () => Promise<void>): void {
  const stop = async (signal: NodeJS.Signals) => {
    log('info', 'Stopping: work under way is finished first', { signal });
    let isClean = await host.stop();
    await close().catch((error: unknown) => {
      isClean = false;
      log('error', 'The store or the queue did not close', { error });
    });
    // What was left behind must not keep the process alive.
    process.exit(isClean ? 0 : 1);
  };
  let isStopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (isStopping) process.exit(1);
      isStopping = true;
      void stop(signal);
    });
  }
}
