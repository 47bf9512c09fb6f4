// Repeats one request that failed for a moment, so that a step of many requests does not fail for one of them.
import { setTimeout as sleep } from 'node:timers/promises';
import { SECOND_MS } from '../clock.ts';
import { isTransient } from '../microsoft/microsoft.ts';

const MOST_TRIES = 3;
const PAUSE_MS = SECOND_MS / 2;
/** What Microsoft wants to be left alone for longer than this waits in the queue. */
const LONGEST_PAUSE_MS = 2 * SECOND_MS;

/**
 * Tries up to three times while the failure passes by itself. Only for what may be carried out twice.
 * @throws what the last try threw
 */
export async function patiently<T>(request: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await request();
    } catch (error) {
      if (!isTransient(error) || tries === MOST_TRIES || (error.retryAfterMs ?? 0) > LONGEST_PAUSE_MS) throw error;
      await sleep(Math.max(tries * PAUSE_MS, error.retryAfterMs ?? 0));
    }
  }
}
