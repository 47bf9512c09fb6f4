// Dead letters as one workspace may see them: those whose message names it. The queues belong to the whole deployment.
import { z } from 'zod';
import { audit } from '../../shared/access/audit.ts';
import type { MemberDoc } from '../../shared/access/documents.ts';
import { actorOf } from '../../shared/access/members.ts';
import type { App } from '../../shared/app.ts';
import { notFound } from '../../shared/errors.ts';
import { type DeadLetter, type QueueName, queueNames } from '../../shared/queue/port.ts';
import { manualMessageId } from '../../shared/queue/retry.ts';
import type { WorkspaceStore } from '../../shared/store/scoped.ts';

/** Of each queue, the oldest of the deployment; dead letters are rare and an alert tells of each. */
const LOOKED_AT = 500;

const ofWorkspace = z.object({ workspaceId: z.guid().toLowerCase() });

export const deadLetterParams = z.object({
  queue: z.enum(queueNames),
  sequenceNumber: z.string().regex(/^\d{1,20}$/),
});

/** The workspace's dead letters of every queue, with what went wrong; not what the message says. */
export async function listDeadLetters(app: App, workspace: WorkspaceStore) {
  const byQueue = await Promise.all(
    queueNames.map(async (queue) => {
      const letters = await lettersOf(app, workspace, queue);
      return letters.map(({ body, description, ...letter }) => ({ queue, ...letter, kind: kindOf(body) }));
    }),
  );
  return byQueue.flat().sort((a, b) => a.deadLetteredAtMs - b.deadLetteredAtMs);
}

/**
 * Sends a dead letter again under a new id.
 * @throws Problem 404 when the workspace has no such dead letter.
 */
export async function resubmitDeadLetter(
  app: App,
  workspace: WorkspaceStore,
  by: MemberDoc,
  { queue, sequenceNumber }: z.infer<typeof deadLetterParams>,
): Promise<{ messageId: string }> {
  const letters = await lettersOf(app, workspace, queue);
  if (!letters.some((letter) => letter.sequenceNumber === sequenceNumber)) throw notFound('dead letter');
  const messageId = manualMessageId(app.ids);
  if (!(await app.deadLetters.resubmit(queue, sequenceNumber, messageId))) throw notFound('dead letter');
  const entry = { actor: actorOf(by), subject: `${queue}:${sequenceNumber}`, details: { messageId } };
  await audit(app, workspace, { action: 'deadLetter.resubmitted', ...entry });
  return { messageId };
}

async function lettersOf(app: App, { workspaceId }: WorkspaceStore, queue: QueueName): Promise<DeadLetter[]> {
  const letters = await app.deadLetters.list(queue, LOOKED_AT);
  return letters.filter(({ body }) => ofWorkspace.safeParse(body).data?.workspaceId === workspaceId);
}

function kindOf(body: unknown): string | null {
  return z.object({ kind: z.string() }).safeParse(body).data?.kind ?? null;
}
