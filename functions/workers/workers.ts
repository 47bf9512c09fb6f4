// Every queue worker, one a queue.
import type { QueueFunction } from '../define.ts';
import { consentFunction } from './consent.ts';
import { discoverFunction } from './discover.ts';
import { syncFunction } from './sync.ts';

export const workerFunctions: readonly QueueFunction[] = [discoverFunction, consentFunction, syncFunction];
