// The collaborators that the composition root builds once and every function receives.

import type { Sealer } from './access/seal.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import type { Ids } from './ids.ts';
import type { Log } from './log.ts';
import type { Microsoft } from './microsoft/microsoft.ts';
import type { DeadLetters, QueueSender } from './queue/port.ts';
import type { Store } from './store/port.ts';

export interface App {
  config: Config;
  clock: Clock;
  ids: Ids;
  log: Log;
  store: Store;
  queue: QueueSender;
  deadLetters: DeadLetters;
  microsoft: Microsoft;
  sealer: Sealer;
}
