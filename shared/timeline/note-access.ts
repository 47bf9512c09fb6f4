// Looks at customers and tells what is new: after each change of GDAP or consent, after runs that Microsoft refused, and
// hourly, because time alone ends access, too.
import type { Actor } from '../access/audit.ts';
import type { SettingsDoc } from '../access/documents.ts';
import { readSettings } from '../access/settings.ts';
import type { App } from '../app.ts';
import { connectionDoc } from '../connections/documents.ts';
import { currentConnection } from '../connections/state.ts';
import { consentDoc } from '../consent/documents.ts';
import { currentConsent } from '../consent/status.ts';
import { customerDoc, gdapDoc } from '../customers/documents.ts';
import { readinessOf } from '../customers/readiness.ts';
import { isStoreError } from '../store/port.ts';
import { allOfType, queryAs, readAs, type Typed, type WorkspaceStore } from '../store/scoped.ts';
import { syncRowDoc } from '../sync/documents.ts';
import { appendSteps, publishTold, type Telling } from './append.ts';
import type { AccessFacts } from './causes.ts';
import { type AccessDoc, accessDoc, accessDocId, newAccess } from './documents.ts';
import { lookAt } from './look.ts';

type Needs = Pick<App, 'clock' | 'log'>;

const ATTEMPTS = 5;

/**
 * Looks at one customer and tells what is new of it. Does nothing for one that the workspace has not, or whose connection
 * is being removed. A store that is busy or out of reach is left to the hourly look; never fails for that.
 * @param by who caused what this look finds (a request for GDAP), where the caller knows
 */
export async function noteAccess(app: Needs, workspace: WorkspaceStore, tenantId: string, by?: Actor): Promise<void> {
  await patiently(app, { tenantId }, async () => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      // What was told is read before the facts: whoever tells something newer meanwhile changes its etag.
      const access = await readAs(workspace.customers, accessDocId(tenantId), accessDoc);
      const facts = await factsOf(app, workspace, tenantId);
      if (!facts || (await tell(workspace, [{ access, facts }], by)).length === 0) return;
    }
    app.log('info', 'a customer changes faster than it can be looked at', { tenantId });
  });
}

/**
 * Looks at all customers of a workspace, and publishes what a crash kept from being published. Never fails for a store that
 * is busy: the next look tells what is left.
 */
export async function noteWorkspace(app: Needs, workspace: WorkspaceStore): Promise<void> {
  await patiently(app, { workspaceId: workspace.workspaceId }, async () => {
    const known = await byTenant(queryAs(workspace.customers, allOfType('access'), accessDoc));
    const all = await allFacts(app, workspace);
    const looks = all.map((facts) => ({ access: known.get(facts.customer.tenantId), facts }));
    for (const tenantId of await tell(workspace, looks)) await noteAccess(app, workspace, tenantId);
  });
}

interface Look {
  access: Typed<AccessDoc> | undefined;
  facts: AccessFacts;
}

/** Gives the customers that somebody else told of meanwhile. */
async function tell(workspace: WorkspaceStore, looks: readonly Look[], by?: Actor): Promise<string[]> {
  const tellings: Telling[] = [];
  const unpublished: Typed<AccessDoc>[] = [];
  for (const { access, facts } of looks) {
    const found = lookAt(access?.doc ?? newAccess(facts.customer.tenantId), facts, by);
    if (found) tellings.push({ ...found, etag: access?.etag });
    else if (access && access.doc.unpublished.length > 0) unpublished.push(access);
  }
  const written = await appendSteps(workspace, tellings);
  const told = written.filter((one) => one !== undefined);
  const waiting = unpublished.map(({ doc, etag }) => ({ access: doc, etag, entries: [] }));
  await publishTold(workspace, [...told, ...waiting]);
  return tellings.flatMap(({ access }, index) => (written[index] === undefined ? [access.tenantId] : []));
}

async function factsOf(app: Needs, workspace: WorkspaceStore, tenantId: string): Promise<AccessFacts | undefined> {
  const customer = (await readAs(workspace.customers, `customer:${tenantId}`, customerDoc))?.doc;
  if (!customer) return undefined;
  const [settings, connection, gdap, consent, sync] = await Promise.all([
    readSettings(workspace),
    readAs(workspace.workspace, `connection:${customer.connectionId}`, connectionDoc),
    readAs(workspace.customers, `gdap:${tenantId}`, gdapDoc),
    readAs(workspace.customers, `consent:${tenantId}`, consentDoc),
    readAs(workspace.customers, `sync:${tenantId}`, syncRowDoc),
  ]);
  return together(app.clock.now(), settings, {
    customer,
    connection: connection?.doc,
    gdap: gdap?.doc,
    consent: consent?.doc,
    sync: sync?.doc,
  });
}

async function allFacts(app: Needs, workspace: WorkspaceStore): Promise<AccessFacts[]> {
  const settings = await readSettings(workspace);
  const connections = new Map<string, Parts['connection']>();
  for await (const { doc } of queryAs(workspace.workspace, allOfType('connection'), connectionDoc))
    connections.set(doc.connectionId, doc);
  const [customers, gdap, consents, rows] = await Promise.all([
    byTenant(queryAs(workspace.customers, allOfType('customer'), customerDoc)),
    byTenant(queryAs(workspace.customers, allOfType('gdap'), gdapDoc)),
    byTenant(queryAs(workspace.customers, allOfType('consent'), consentDoc)),
    byTenant(queryAs(workspace.customers, allOfType('sync'), syncRowDoc)),
  ]);
  const nowMs = app.clock.now();
  return [...customers].flatMap(([tenantId, { doc: customer }]) => {
    const facts = together(nowMs, settings, {
      customer,
      connection: connections.get(customer.connectionId),
      gdap: gdap.get(tenantId)?.doc,
      consent: consents.get(tenantId)?.doc,
      sync: rows.get(tenantId)?.doc,
    });
    return facts ? [facts] : [];
  });
}

async function byTenant<T extends { tenantId: string }>(docs: AsyncIterable<Typed<T>>): Promise<Map<string, Typed<T>>> {
  const found = new Map<string, Typed<T>>();
  for await (const one of docs) found.set(one.doc.tenantId, one);
  return found;
}

type Parts = Pick<AccessFacts, 'customer' | 'gdap' | 'consent' | 'sync'> & {
  connection: Parameters<typeof currentConnection>[0] | undefined;
};

/** Undefined for a customer that is on its way out: what it loses by that is no news. */
function together(nowMs: number, settings: SettingsDoc, parts: Parts): AccessFacts | undefined {
  const connection = parts.connection && currentConnection(parts.connection, nowMs);
  if (connection?.state === 'Removing') return undefined;
  const consent = parts.consent && currentConsent(parts.consent, nowMs);
  const { roleProfile: profile, expiringThresholdDays: thresholdDays } = settings;
  const readiness = readinessOf({ gdap: parts.gdap, consent, profile, nowMs, thresholdDays });
  return { ...parts, connection, consent, readiness, nowMs };
}

async function patiently(app: Needs, about: Record<string, string>, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isStoreError(error, 'throttled') && !isStoreError(error, 'unavailable')) throw error;
    app.log('warn', 'what is new of access is told at the next look', { ...about, error });
  }
}
