// Waiting for messages without a busy loop: woken by sends of this process, and a slow look for everything else,
// which is sends of other processes, locks that ran out and a clock that was moved.
import type { QueueName } from './port.ts';

export interface Waiting {
  /** Calls `look` when woken and every poll interval, until it finds something or `waitMs` of real time are over. */
  wait<T>(queue: QueueName, look: () => readonly T[], waitMs: number): Promise<readonly T[]>;
  /** Something may have come into the queue. */
  wake(queue: QueueName): void;
  /** Ends every wait with nothing. */
  stop(): void;
}

/** @param pollMs how often a waiting receiver looks by itself */
export function createWaiting(pollMs: number): Waiting {
  const waiters = new Set<{ queue: QueueName; look: () => void; end: () => void }>();
  return {
    wait: (queue, look, waitMs) =>
      new Promise((resolve, reject) => {
        const settle = (outcome: () => void) => {
          clearInterval(poll);
          clearTimeout(timeout);
          waiters.delete(waiter);
          outcome();
        };
        const waiter = {
          queue,
          look: () => {
            try {
              const found = look();
              if (found.length > 0) settle(() => resolve(found));
            } catch (error) {
              settle(() => reject(error));
            }
          },
          end: () => settle(() => resolve([])),
        };
        const poll = setInterval(waiter.look, pollMs);
        const timeout = setTimeout(waiter.end, waitMs);
        waiters.add(waiter);
      }),
    wake: (queue) => {
      for (const waiter of [...waiters]) if (waiter.queue === queue) waiter.look();
    },
    stop: () => {
      for (const waiter of [...waiters]) waiter.end();
    },
  };
}
