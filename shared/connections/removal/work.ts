// The worker of removals: a slice of customers a message, until the connection itself goes. All that it does follows from what
// is still stored, so a message that is delivered twice, late, or after a crash goes on where the work stands.
import { createHash } from 'node:crypto';
import { audit } from '../../access/audit.ts';
import type { App } from '../../app.ts';
import { type FormerCustomerDoc, formerCustomerDoc } from '../../contacts/documents.ts';
import { type CustomerDoc, customerDoc } from '../../customers/documents.ts';
import { isTransient } from '../../microsoft/microsoft.ts';
import { followUp, maxAttempts } from '../../queue/retry.ts';
import { isStoreError } from '../../store/port.ts';
import { allOfType, listAs, openWorkspaceStore, readAs, updateDoc, type WorkspaceStore } from '../../store/scoped.ts';
import { leaveSchedule } from '../../sync/schedule.ts';
import { type ConnectionDoc, connectionDoc } from '../documents.ts';
import { forgetPartnerTokens } from '../partner-tokens.ts';
import { connectionDocId } from '../read.ts';
import { deleteAll } from './delete-all.ts';
import {
  type LeavingDoc,
  leavingDoc,
  type RemovalDoc,
  type RemoveMessage,
  removalDoc,
  removalDocId,
} from './documents.ts';
import { beginLeaving, leaveTenant, sweepTenants } from './leave-tenant.ts';

/** Customers of one message: seconds of work, so that no lock is held for long and the progress is seen. */
const SLICE = 40;
/** Withdrawing an app is mostly waiting for Partner Center. */
const AT_ONCE = 8;

/**
 * Works one `remove` message. What fails in passing is followed up; after the last attempt the hourly message of the
 * connection goes on. Does nothing for a connection that is not being removed.
 */
export async function runRemove(app: App, message: RemoveMessage, messageId: string): Promise<void> {
  const workspace = openWorkspaceStore(app.store, message.workspaceId);
  const { connectionId } = message;
  const connection = await readTwice(workspace, connectionId);
  if (connection && connection.state !== 'Removing') return;
  const removal = (await readAs(workspace.workspace, removalDocId(connectionId), removalDoc))?.doc;
  if (!removal) return;
  const rest = await whatIsLeft(workspace, connectionId);
  try {
    await begin(app, workspace, removal, rest.length);
    const failure = await removeSlice(app, workspace, removal, rest.slice(0, SLICE), message);
    if (failure) return await comeBack(app, message, messageId, failure);
    // Those beyond the slice, and what a discovery that was under way has added meanwhile.
    const left = (await whatIsLeft(workspace, connectionId)).length;
    if (left > 0) return await goOn(app, message, messageId, left);
    await finish(app, workspace, removal);
  } catch (error) {
    if (!isPassing(error)) throw error;
    await comeBack(app, message, messageId, error);
  }
}

/** One missing read proves nothing under session consistency, and much follows from this one. */
async function readTwice({ workspace }: WorkspaceStore, connectionId: string): Promise<ConnectionDoc | undefined> {
  const id = connectionDocId(connectionId);
  const found = (await readAs(workspace, id, connectionDoc)) ?? (await readAs(workspace, id, connectionDoc));
  return found?.doc;
}

type Leaver = CustomerDoc | LeavingDoc;

/** Customers that are still there, and those that are half gone, which come first. */
async function whatIsLeft({ customers }: WorkspaceStore, connectionId: string): Promise<Leaver[]> {
  const leaving = await listAs(customers, allOfType('leaving'), leavingDoc);
  const present = await listAs(customers, allOfType('customer'), customerDoc);
  const half = leaving.filter((one) => one.connectionId === connectionId);
  const halfGone = new Set(half.map(({ leavingTenantId }) => leavingTenantId));
  const whole = present.filter((one) => one.connectionId === connectionId && !halfGone.has(one.tenantId));
  return [...half, ...whole];
}

/** What is stored says how far the work is, whatever was counted before a crash. */
async function begin(app: App, workspace: WorkspaceStore, removal: RemovalDoc, left: number): Promise<void> {
  if (left === 0) return;
  const nowIso = new Date(app.clock.now()).toISOString();
  await change(workspace, removal, (before) => {
    const total = Math.max(before.total, left);
    return { ...before, status: 'running', startedAt: before.startedAt ?? nowIso, total, done: total - left };
  });
}

type Passing = { retryAfterMs: number | undefined };

/** Gives the failure in passing that left a customer for later, if any. Others go on all the same. */
async function removeSlice(
  app: App,
  workspace: WorkspaceStore,
  removal: RemovalDoc,
  slice: readonly Leaver[],
  { attempt }: RemoveMessage,
): Promise<Passing | undefined> {
  let failure: Passing | undefined;
  for (let start = 0; start < slice.length; start += AT_ONCE) {
    const outcomes = await Promise.all(
      slice.slice(start, start + AT_ONCE).map(async (leaver) => {
        try {
          return await removeOne(app, workspace, removal, leaver, attempt >= maxAttempts);
        } catch (error) {
          if (!isPassing(error)) throw error;
          app.log('warn', 'a customer could not be removed yet', { customer: leaver.id, attempt, error });
          failure ??= error;
          return undefined;
        }
      }),
    );
    const done = outcomes.filter((contacts) => contacts !== undefined);
    const contacts = done.reduce((sum, one) => sum + one, 0);
    await change(workspace, removal, (before) => ({
      ...before,
      done: Math.min(before.done + done.length, before.total),
      contacts: before.contacts + contacts,
    }));
  }
  return failure;
}

async function removeOne(
  app: App,
  workspace: WorkspaceStore,
  removal: RemovalDoc,
  leaver: Leaver,
  isLast: boolean,
): Promise<number> {
  const customer = leaver.type === 'customer' ? leaver : await customerAgain(workspace, leaver);
  const leaving = customer ? await beginLeaving(app, workspace, customer) : leaver;
  if (leaving.type !== 'leaving') throw new Error('A customer without its stand-in');
  return leaveTenant(app, workspace, removal, leaving, { isLast });
}

/** A stop between the stand-in's creation and the customer's deletion, or a discovery that was under way. */
async function customerAgain(
  { customers }: WorkspaceStore,
  { leavingTenantId, connectionId }: LeavingDoc,
): Promise<CustomerDoc | undefined> {
  const customer = (await readAs(customers, `customer:${leavingTenantId}`, customerDoc))?.doc;
  return customer?.connectionId === connectionId ? customer : undefined;
}

/** The last step: everything of the connection itself, and what has turned up of its customers since they left. */
async function finish(app: App, workspace: WorkspaceStore, removal: RemovalDoc): Promise<void> {
  const { connectionId } = removal;
  const { workspaceId } = workspace;
  const gone = await goneCustomers(workspace, connectionId);
  await sweepTenants(workspace, new Set(gone.map(({ tenantId }) => tenantId)));
  const own: string[] = [];
  const where = [{ field: 'connectionId', op: 'eq', value: connectionId }] as const;
  for await (const { doc } of workspace.workspace.queryAll({ where, limit: 100 }))
    if (doc.type !== 'connection' && doc.type !== 'removal') own.push(doc.id);
  await deleteAll(workspace.workspace, own);
  forgetPartnerTokens(app, workspaceId, connectionId);
  if (removal.status !== 'done') {
    const mine = gone.filter(({ removedAt }) => removedAt === removal.requestedAt);
    const contacts = mine.reduce((sum, one) => sum + one.contacts, 0);
    const details = { name: removal.name, customers: mine.length, contacts };
    const subject = connectionDocId(connectionId);
    await audit(app, workspace, { action: 'connection.removed', actor: removal.requestedBy, subject, details });
    const finishedAt = new Date(app.clock.now()).toISOString();
    const total = mine.length;
    await change(workspace, removal, (before) => ({
      ...before,
      status: 'done',
      done: total,
      total,
      contacts,
      finishedAt,
    }));
  }
  await workspace.workspace.delete(connectionDocId(connectionId));
  for (const job of ['discover', 'keepAlive'] as const)
    await leaveSchedule(app, { job, workspaceId, target: connectionId });
}

/** Those that the connection had and nobody has now. */
async function goneCustomers({ customers }: WorkspaceStore, connectionId: string): Promise<FormerCustomerDoc[]> {
  const former = await listAs(customers, allOfType('formerCustomer'), formerCustomerDoc);
  const present = await listAs(customers, allOfType('customer'), customerDoc);
  const held = new Set(present.map(({ tenantId }) => tenantId));
  return former.filter((one) => one.connectionId === connectionId && !held.has(one.tenantId));
}

/** Only the removal that this work belongs to: a later one has counts of its own. */
async function change(
  { workspace }: WorkspaceStore,
  { id, removalId }: RemovalDoc,
  next: (before: RemovalDoc) => RemovalDoc,
): Promise<void> {
  await updateDoc(workspace, id, removalDoc, (before) => (before?.removalId === removalId ? next(before) : undefined));
}

/** A message that is delivered twice asks for the next slice once. */
async function goOn(app: App, message: RemoveMessage, messageId: string, left: number): Promise<void> {
  const id = createHash('sha256').update(`${messageId}:${left}`).digest('base64url');
  await app.queue.send('discover', [{ messageId: `remove:${id}`, body: { ...message, attempt: 1 } }]);
}

async function comeBack(app: App, message: RemoveMessage, messageId: string, failure: Passing): Promise<void> {
  const { attempt } = message;
  if (attempt >= maxAttempts) {
    app.log('error', 'a removal waits for the next hour', { connectionId: message.connectionId, attempt });
    return;
  }
  const body: RemoveMessage = { ...message, attempt: attempt + 1 };
  const failed = { attempt, retryAfterMs: failure.retryAfterMs, nowMs: app.clock.now() };
  await app.queue.send('discover', [followUp({ messageId, body }, { ...failed, random: () => app.ids.random() })]);
}

function isPassing(error: unknown): error is Passing {
  return isTransient(error) || isStoreError(error, 'throttled') || isStoreError(error, 'unavailable');
}
