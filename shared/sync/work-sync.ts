// Works the messages of the `sync` queue under the worker rule: what fails in passing comes back later as a new message.
import { isTransient } from '../microsoft/microsoft.ts';
import { followUp, maxAttempts } from '../queue/retry.ts';
import { isStoreError, type StoreError } from '../store/port.ts';
import { type SyncMessage, syncMessage } from './messages.ts';
import { probeTenant, sweepOutbox } from './probe.ts';
import { runSync } from './run.ts';
import type { SyncApp } from './run-context.ts';
import { watchTenant } from './watch.ts';

/**
 * Works one message. A failure in passing, of Microsoft or of the store, is followed up by a later message.
 * @throws ZodError for a body that is none of ours; QueueError when the follow-up could not be sent; anything that is a bug
 */
export async function workSync(app: SyncApp, body: unknown, messageId: string): Promise<void> {
  const message = syncMessage.parse(body);
  const startedMs = app.clock.now();
  try {
    const end = await work(app, message, messageId);
    const { kind, tenantId } = message;
    app.log('debug', 'sync message worked', { kind, tenantId, end, tookMs: app.clock.now() - startedMs });
  } catch (error) {
    if (!isTransient(error) && !isPassing(error)) throw error;
    await comeBack(app, message, messageId, error);
  }
}

async function work(app: SyncApp, message: SyncMessage, messageId: string): Promise<unknown> {
  if (message.kind === 'run') return runSync(app, message, { messageId });
  if (message.kind === 'watch') return watchTenant(app, message);
  return message.kind === 'probe' ? probeTenant(app, message) : sweepOutbox(app, message);
}

function isPassing(error: unknown): error is StoreError {
  return isStoreError(error, 'throttled') || isStoreError(error, 'unavailable');
}

async function comeBack(
  app: SyncApp,
  message: SyncMessage,
  messageId: string,
  error: { retryAfterMs: number | undefined },
): Promise<void> {
  const { kind, tenantId, attempt } = message;
  const last = attempt >= maxAttempts;
  app.log(last ? 'error' : 'warn', 'a sync message failed in passing', { kind, tenantId, attempt, error });
  // The next slot starts afresh.
  if (last) return;
  const failed = {
    attempt,
    retryAfterMs: error.retryAfterMs,
    nowMs: app.clock.now(),
    random: () => app.ids.random(),
  };
  await app.queue.send('sync', [followUp({ messageId, body: { ...message, attempt: attempt + 1 } }, failed)]);
}
