// Works the `sync` queue: runs, probes and sweeps.
import { workSync } from '../../shared/sync/work-sync.ts';
import type { QueueFunction } from '../define.ts';
import { messageIdOf } from './message-id.ts';

export const syncFunction: QueueFunction = {
  kind: 'queue',
  name: 'sync',
  queue: 'sync',
  run: (body, context, app) => workSync(app, body, messageIdOf(context)),
};
