// Discovers a partner's customers and reads their GDAP: hourly, and when a person asks.
import { defaultSettings, type SettingsDoc, settingsDoc } from '../access/documents.ts';
import type { App } from '../app.ts';
import { noteAccountRoles } from '../connections/account-roles.ts';
import { connectionDoc, type DiscoveryDoc, discoveryDoc } from '../connections/documents.ts';
import { partnerTokens } from '../connections/partner-tokens.ts';
import { resumeRemoval } from '../connections/removal/resume.ts';
import { alignAutomatic } from '../consent/automatic/start.ts';
import { Problem } from '../errors.ts';
import { isTransient, MicrosoftError } from '../microsoft/microsoft.ts';
import { followUp, manualMessageId, maxAttempts } from '../queue/retry.ts';
import { openWorkspaceStore, readAs, updateDoc, type WorkspaceStore } from '../store/scoped.ts';
import { lookIntervalMinutes } from '../sync/jobs.ts';
import { enterSchedule } from '../sync/schedule.ts';
import { noteWorkspace } from '../timeline/note-access.ts';
import { assignmentsDue, unionOf } from './discovery-plan.ts';
import { alignSchedules, type Known, readKnown, saveLearned } from './discovery-save.ts';
import { contractsSource, gdapSource, partnerCenterSource, type SourceReading } from './discovery-sources.ts';
import { savePartnerGroups } from './gdap-groups.ts';
import {
  type GraphRelationship,
  inPartnerTenant,
  readAssignments,
  readMemberships,
  readRelationships,
} from './gdap-read.ts';
import { evaluateGdap } from './gdap-status.ts';
import type { DiscoverMessage } from './messages.ts';

/**
 * Asks for a discovery now, for a person: everything is read again. The caller has made sure that the connection is of
 * this workspace.
 */
export async function requestDiscovery(app: App, workspaceId: string, connectionId: string): Promise<void> {
  const progress = progressOf(app, openWorkspaceStore(app.store, workspaceId), connectionId);
  await progress({
    status: 'queued',
    requestedAt: isoNow(app),
    startedAt: null,
    finishedAt: null,
    done: 0,
    total: 0,
    explanation: null,
  });
  const body: DiscoverMessage = { kind: 'discover', workspaceId, connectionId, attempt: 1, everything: true };
  await app.queue.send('discover', [{ messageId: manualMessageId(app.ids), body }]);
}

/** How the newest discovery goes; undefined before the first. */
export async function readDiscovery(
  workspace: WorkspaceStore,
  connectionId: string,
): Promise<DiscoveryDoc | undefined> {
  return (await readAs(workspace.workspace, `discovery:${connectionId}`, discoveryDoc))?.doc;
}

/**
 * Works one `discover` message. A transient failure is followed up by a later message; any other is recorded on the
 * discovery with its explanation. Does nothing when the connection is gone or not connected.
 */
export async function runDiscovery(app: App, message: DiscoverMessage, messageId: string): Promise<void> {
  const workspace = openWorkspaceStore(app.store, message.workspaceId);
  const connection = (await readAs(workspace.workspace, `connection:${message.connectionId}`, connectionDoc))?.doc;
  if (connection?.kind !== 'microsoft_csp' || connection.state !== 'Connected') {
    app.log('info', 'discovery skipped: the connection is not connected', { connectionId: message.connectionId });
    await resumeRemoval(app, workspace, message.connectionId);
    await noteWorkspace(app, workspace);
    return;
  }
  const { workspaceId } = workspace;
  await enterSchedule(app, { job: 'look', intervalMinutes: lookIntervalMinutes, workspaceId, target: workspaceId });
  const progress = progressOf(app, workspace, message.connectionId);
  await progress({ status: 'running', startedAt: isoNow(app), finishedAt: null });
  try {
    const left = await discover({ app, workspace, message, progress });
    if (left && message.attempt < maxAttempts) await tryAgain(app, message, messageId, undefined);
  } catch (error) {
    if (isRemoved(error)) return resumeRemoval(app, workspace, message.connectionId);
    if (!(error instanceof MicrosoftError)) throw error;
    await recordFailure({ app, workspace, message, progress }, messageId, error);
  }
  // Whoever removed the connection meanwhile must not find what this discovery has written since.
  await resumeRemoval(app, workspace, message.connectionId);
  await noteWorkspace(app, workspace);
}

/** The sign-in was taken away while its customers were read. */
function isRemoved(error: unknown): boolean {
  return error instanceof Problem && error.explanation.code === 'not_connected';
}

interface Discovery {
  app: App;
  workspace: WorkspaceStore;
  message: DiscoverMessage;
  progress: Progress;
}

/** What passes by itself is tried again; anything else ends the discovery. */
async function recordFailure({ app, message, progress }: Discovery, messageId: string, error: MicrosoftError) {
  const again = isTransient(error) && message.attempt < maxAttempts;
  if (again) await tryAgain(app, message, messageId, error.retryAfterMs);
  await progress({
    status: again ? 'running' : 'failed',
    finishedAt: again ? null : isoNow(app),
    explanation: inPartnerTenant(error.explanation),
  });
}

/** Gives true where something transient was left over. */
async function discover({ app, workspace, message, progress }: Discovery): Promise<boolean> {
  const { connectionId } = message;
  const tokens = partnerTokens(app, message.workspaceId, connectionId);
  // A cached access token outlives its sign-in by an hour: a fresh one says at each discovery whether the sign-in stands.
  await tokens.graph.renew();
  const graph = app.microsoft.graph(tokens.graph);
  const relationships = await readRelationships(graph);
  const memberships = await readMemberships(graph);
  const sources = [
    gdapSource(relationships),
    await contractsSource(graph),
    await partnerCenterSource(app.microsoft.partnerCenter(tokens.partnerCenter)),
  ];
  const settings = (await readAs(workspace.workspace, 'settings', settingsDoc))?.doc ?? defaultSettings;
  const known = await readKnown(workspace);
  const everything = message.everything && message.attempt === 1;
  const due = dueRelationships(relationships, known, settings, { nowMs: app.clock.now(), everything });
  await progress({ done: 0, total: due.length });
  const assignments = await readAssignments(graph, due, (done) => progress({ done }));
  const leftAlone = await saveLearned(workspace, known, {
    connectionId,
    nowIso: isoNow(app),
    found: unionOf(sources.flatMap(({ sightings }) => sightings)),
    answered: new Set(sources.filter(({ ok }) => ok).map(({ source }) => source)),
    relationships,
    assignments,
    memberOf: new Set(memberships.keys()),
  });
  await noteAccountRoles(app, workspace, graph, { connectionId, now: message.everything });
  await savePartnerGroups(workspace, graph, { connectionId, memberships, assignments: [...assignments.values()] });
  await alignSchedules(app, workspace, settings);
  await alignAutomatic(app, workspace);
  await progress({
    status: 'done',
    finishedAt: isoNow(app),
    lastSuccessAt: isoNow(app),
    sources: sources.map(({ source, ok, sightings, detail }) => ({ source, ok, count: sightings.length, detail })),
    leftAlone,
    explanation: null,
  });
  return leftOver(sources, [...assignments.values()]);
}

function leftOver(
  sources: readonly SourceReading[],
  readings: readonly ({ ok: true } | { ok: false; transient: boolean })[],
): boolean {
  return sources.some(({ transient }) => transient) || readings.some((reading) => !reading.ok && reading.transient);
}

function dueRelationships(
  relationships: readonly GraphRelationship[],
  known: Known,
  settings: SettingsDoc,
  at: { nowMs: number; everything: boolean },
): string[] {
  return relationships
    .filter((relationship) => {
      const gdap = known.gdap.get(relationship.customer?.tenantId ?? '');
      const evaluation = evaluateGdap(gdap, settings.roleProfile, {
        nowMs: at.nowMs,
        thresholdDays: settings.expiringThresholdDays,
      });
      const before = gdap?.relationships.find(({ id }) => id === relationship.id);
      const inOrder = evaluation.status === 'Active' || evaluation.status === 'Expiring';
      return assignmentsDue(
        before,
        { etag: relationship['@odata.etag'], status: relationship.status },
        { ...at, inOrder },
      );
    })
    .map(({ id }) => id);
}

async function tryAgain(
  app: App,
  message: DiscoverMessage,
  messageId: string,
  retryAfterMs: number | undefined,
): Promise<void> {
  const body = { ...message, attempt: message.attempt + 1 };
  const failed = { attempt: message.attempt, retryAfterMs, nowMs: app.clock.now(), random: () => app.ids.random() };
  await app.queue.send('discover', [followUp({ messageId, body }, failed)]);
}

type Progress = (change: Partial<DiscoveryDoc>) => Promise<void>;

/** Changes the discovery's document, which the pages show while it runs. */
function progressOf(app: App, workspace: WorkspaceStore, connectionId: string): Progress {
  const id = `discovery:${connectionId}`;
  return async (change) => {
    await updateDoc(workspace.workspace, id, discoveryDoc, (before) => ({
      ...(before ?? { ...newDiscovery(connectionId, isoNow(app)), id }),
      ...change,
    }));
  };
}

function newDiscovery(connectionId: string, nowIso: string): Omit<DiscoveryDoc, 'id'> {
  return {
    type: 'discovery',
    schemaVersion: 1,
    connectionId,
    status: 'queued',
    requestedAt: nowIso,
    startedAt: null,
    finishedAt: null,
    done: 0,
    total: 0,
    lastSuccessAt: null,
    sources: [],
    leftAlone: [],
    explanation: null,
  };
}

function isoNow(app: App): string {
  return new Date(app.clock.now()).toISOString();
}
