// Keeps a message locked while it is worked on, so that nobody else receives it.
import type { App } from '../../../shared/app.ts';
import type { LockedMessage, QueueName, QueueReceiver } from '../../../shared/queue/port.ts';

export interface LockToKeep {
  queue: QueueName;
  message: LockedMessage;
  receiver: QueueReceiver;
  app: Pick<App, 'clock' | 'log'>;
  settings: { maxLockRenewalMs: number };
}

const leastPauseMs = 20;

/** Renews at half of what is left of the lock, until released, lost, or renewed for long enough. */
export function keepLocked({ queue, message, receiver, app, settings }: LockToKeep): { release(): Promise<void> } {
  const { clock, log } = app;
  const giveUpAtMs = clock.now() + settings.maxLockRenewalMs;
  let timer: NodeJS.Timeout | undefined;
  let renewal: Promise<void> = Promise.resolve();
  let isReleased = false;

  const schedule = (lockedUntilMs: number) => {
    if (isReleased) return;
    const pauseMs = Math.max((lockedUntilMs - clock.now()) / 2, leastPauseMs);
    timer = setTimeout(() => {
      renewal = renew();
    }, pauseMs);
  };
  const renew = async () => {
    const { messageId } = message;
    if (clock.now() >= giveUpAtMs) {
      log('warn', 'A message is worked on for longer than locks are renewed', { messageId });
      return;
    }
    try {
      schedule(await receiver.renew(queue, message));
    } catch (error) {
      if (!isReleased) log('warn', 'The lock of a message could not be renewed', { messageId, error });
    }
  };
  schedule(message.lockedUntilMs);
  return {
    release: async () => {
      isReleased = true;
      clearTimeout(timer);
      await renewal;
    },
  };
}
