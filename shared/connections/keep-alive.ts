// The daily look at a connection: a refresh token is used at least weekly so that it never ends of inactivity (90 days),
// checks that were never finished are recorded as failed, and what ends soon is told.
import { z } from 'zod';
import type { App } from '../app.ts';
import { DAY_MS } from '../clock.ts';
import { isTransient, MicrosoftError } from '../microsoft/microsoft.ts';
import { followUp, maxAttempts } from '../queue/retry.ts';
import { openWorkspaceStore, readAs, updateDoc } from '../store/scoped.ts';
import { connectionDoc, credentialDoc } from './documents.ts';
import { credentialDocId, partnerTokens } from './partner-tokens.ts';
import { connectionDocId } from './read.ts';
import { currentConnection } from './state.ts';
import { tellExpiry } from './tell-expiry.ts';

/** Younger tokens are left alone; with a daily job this uses each at least weekly. */
const USE_AFTER_MS = 6 * DAY_MS;

export const keepAliveMessage = z.object({
  kind: z.literal('keepAlive'),
  workspaceId: z.guid(),
  connectionId: z.guid(),
  attempt: z.number().int().min(1),
});
export type KeepAliveMessage = z.infer<typeof keepAliveMessage>;

/**
 * Works one message. A transient failure is followed up; a refusal is recorded on the connection by the token source.
 * Does nothing for a connection that is gone.
 */
export async function runKeepAlive(app: App, message: KeepAliveMessage, messageId: string): Promise<void> {
  const workspace = openWorkspaceStore(app.store, message.workspaceId);
  const id = connectionDocId(message.connectionId);
  const updated = await updateDoc(workspace.workspace, id, connectionDoc, (stored) => {
    const current = stored && currentConnection(stored, app.clock.now());
    return current && current.state !== stored.state ? current : undefined;
  });
  if (updated) await tellExpiry(app, workspace);
  const credential = await readAs(workspace.workspace, credentialDocId(message.connectionId), credentialDoc);
  if (!updated || !credential) {
    app.log('info', 'keep-alive skipped: nothing is connected', { connectionId: message.connectionId });
    return;
  }
  // A connection that waits for a person is tried each day: an expired secret may have been replaced meanwhile.
  const waiting = updated.doc.state === 'ReauthRequired';
  if (!waiting && app.clock.now() - Date.parse(credential.doc.lastUsedAt) < USE_AFTER_MS) return;
  try {
    await partnerTokens(app, message.workspaceId, message.connectionId).graph.renew();
  } catch (error) {
    if (!(error instanceof MicrosoftError)) throw error;
    const fields = { connectionId: message.connectionId, code: error.code };
    app.log('warn', 'keep-alive: the refresh token was not taken', fields);
    if (!isTransient(error) || message.attempt >= maxAttempts) return;
    const body = { ...message, attempt: message.attempt + 1 };
    const failed = { attempt: message.attempt, retryAfterMs: error.retryAfterMs, nowMs: app.clock.now() };
    await app.queue.send('discover', [followUp({ messageId, body }, { ...failed, random: () => app.ids.random() })]);
  }
}
