// One customer's GDAP read again: when a person asks, and after a write until Microsoft has carried it out.
import type { App } from '../app.ts';
import { SECOND_MS } from '../clock.ts';
import { alignAutomaticOf } from '../consent/automatic/start.ts';
import { consentDoc } from '../consent/documents.ts';
import { Problem } from '../errors.ts';
import { isTransient, MicrosoftError } from '../microsoft/microsoft.ts';
import { followUp, manualMessageId, maxAttempts } from '../queue/retry.ts';
import { openWorkspaceStore, readAs, type WorkspaceStore } from '../store/scoped.ts';
import { syncRowDoc } from '../sync/documents.ts';
import { noteAccess } from '../timeline/note-access.ts';
import { alignSchedule, saveGdap } from './discovery-save.ts';
import { customerDoc, type GdapDoc, gdapDoc } from './documents.ts';
import { savePartnerGroups } from './gdap-groups.ts';
import { type GdapPlace, gdapDocId, openGdapPlace } from './gdap-place.ts';
import { readAssignments, readMemberships } from './gdap-read.ts';
import { isMoving } from './gdap-report.ts';
import { relationshipsWith } from './gdap-wire.ts';
import type { FollowGdapMessage } from './messages.ts';

/** Long enough for Microsoft to begin; what takes longer is looked at again. */
const FIRST_LOOK_MS = 10 * SECOND_MS;

/**
 * Reads one customer's relationships, assignments and groups now and saves them; sync follows. Gives what is stored then.
 * @throws Problem as `openGdapPlace`; MicrosoftError where Microsoft does not answer
 */
export async function checkGdap(app: App, workspace: WorkspaceStore, tenantId: string): Promise<GdapDoc | undefined> {
  return readNow(await openGdapPlace(app, workspace, tenantId));
}

/** {@link checkGdap} at a place that is open already. */
export async function readNow(place: GdapPlace): Promise<GdapDoc | undefined> {
  const { app, workspace, graph, connectionId, customer, settings } = place;
  const { tenantId } = customer;
  const relationships = await relationshipsWith(graph, tenantId);
  const active = relationships.filter(({ status }) => status === 'active').map(({ id }) => id);
  const assignments = await readAssignments(graph, active, async () => undefined);
  const memberships = await readMemberships(graph);
  const before = (await readAs(workspace.customers, gdapDocId(tenantId), gdapDoc))?.doc;
  const nowIso = new Date(app.clock.now()).toISOString();
  const memberOf = new Set(memberships.keys());
  await saveGdap(workspace, before, tenantId, relationships, { connectionId, nowIso, assignments, memberOf });
  await savePartnerGroups(workspace, graph, { connectionId, memberships, assignments: [...assignments.values()] });
  const [gdap, consent, row] = await Promise.all([
    readAs(workspace.customers, gdapDocId(tenantId), gdapDoc),
    readAs(workspace.customers, `consent:${tenantId}`, consentDoc),
    readAs(workspace.customers, `sync:${tenantId}`, syncRowDoc),
  ]);
  const parts = { tenantId, gdap: gdap?.doc, consent: consent?.doc, row: row?.doc };
  await alignSchedule(app, workspace, settings, parts);
  await alignAutomaticOf(app, workspace, tenantId);
  await noteAccess(app, workspace, tenantId);
  return gdap?.doc;
}

/** Has a customer looked at again soon, and then until nothing moves any more. */
export async function followGdap({ app, workspaceId, customer }: GdapPlace): Promise<void> {
  const body: FollowGdapMessage = { kind: 'followGdap', workspaceId, tenantId: customer.tenantId, attempt: 1 };
  const enqueueAtMs = app.clock.now() + FIRST_LOOK_MS;
  await app.queue.send('discover', [{ messageId: manualMessageId(app.ids), body, enqueueAtMs }]);
}

/**
 * Works one `followGdap` message: what still moves, and what failed for a moment, is looked at again, eight times within
 * ten minutes; the hourly discovery sees what takes longer. Does nothing for a customer that the workspace has not.
 */
export async function runFollowGdap(app: App, message: FollowGdapMessage, messageId: string): Promise<void> {
  const workspace = openWorkspaceStore(app.store, message.workspaceId);
  if (!(await readAs(workspace.customers, `customer:${message.tenantId}`, customerDoc))) {
    app.log('info', 'GDAP not followed: there is no such customer', { tenantId: message.tenantId });
    return;
  }
  let retryAfterMs: number | undefined;
  try {
    const gdap = await checkGdap(app, workspace, message.tenantId);
    if (!gdap?.relationships.some(isMoving)) return;
  } catch (error) {
    if (!(error instanceof MicrosoftError) && !(error instanceof Problem)) throw error;
    app.log('info', 'GDAP could not be followed', { tenantId: message.tenantId, code: error.explanation.code });
    if (!isTransient(error)) return;
    retryAfterMs = error.retryAfterMs;
  }
  if (message.attempt >= maxAttempts) return;
  const body = { ...message, attempt: message.attempt + 1 };
  const failed = { attempt: message.attempt, retryAfterMs, nowMs: app.clock.now(), random: () => app.ids.random() };
  await app.queue.send('discover', [followUp({ messageId, body }, failed)]);
}
