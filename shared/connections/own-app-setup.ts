// Setting up a partner connection with the MSP's own app registration: a draft first, because the redirect address holds
// the connection's id; then what the registration is. MP-08, MP-09.
import { audit } from '../access/audit.ts';
import type { MemberDoc } from '../access/documents.ts';
import { actorOf } from '../access/members.ts';
import type { App } from '../app.ts';
import { notFound, Problem } from '../errors.ts';
import { isTransient, MicrosoftError, type OwnApp } from '../microsoft/microsoft.ts';
import { customerAppPermissions, type PermissionRow, partnerAppPermissions } from '../microsoft/permissions.ts';
import { isStoreError } from '../store/port.ts';
import { readAs, type Typed, type WorkspaceStore } from '../store/scoped.ts';
import { type ConnectionDoc, connectionDoc, credentialDoc, type OwnAppDoc, ownAppDoc } from './documents.ts';
import { holderOf, tenantHeld } from './holders.ts';
import { ownAppContext, ownAppDocId, ownAppRedirectUri } from './own-app.ts';
import { fieldRefused, type OwnAppInput, readTold, type ToldApp, wrong } from './own-app-rules.ts';
import { credentialDocId, forgetPartnerTokens, partnerTokens } from './partner-tokens.ts';
import { connectionDocId, listConnections } from './read.ts';
import { currentConnection } from './state.ts';

const ATTEMPTS = 5;

/** What the page and the API show of a connection's own app; never its secret. */
export interface OwnAppView {
  connectionId: string;
  name: string;
  state: ConnectionDoc['state'];
  /** To be registered as a redirect address of the kind "Web". */
  redirectUri: string;
  domain: string | null;
  clientId: string | null;
  proof: { kind: OwnAppDoc['kind']; endsAt: string | null; savedAt: string } | null;
  /** What the registration must ask for. */
  permissions: { delegated: readonly PermissionRow[]; application: readonly PermissionRow[] };
}

/** Makes a connection that is not connected yet and has an id. */
export async function draftOwnApp(
  app: App,
  workspace: WorkspaceStore,
  by: MemberDoc,
  { name }: { name: string },
): Promise<OwnAppView> {
  const connectionId = app.ids.uuid();
  const at = isoNow(app);
  const draft: ConnectionDoc = {
    id: connectionDocId(connectionId),
    type: 'connection',
    schemaVersion: 1,
    connectionId,
    kind: 'microsoft_csp',
    app: { kind: 'own', clientId: null },
    name,
    tenantId: null,
    domain: null,
    state: 'NotConnected',
    reason: null,
    explanation: null,
    stateSince: at,
    checks: [],
    account: null,
    createdAt: at,
  };
  await workspace.workspace.create(draft);
  await audit(app, workspace, { action: 'connection.drafted', actor: actorOf(by), subject: draft.id });
  return viewOf(app, draft, undefined);
}

/** @throws Problem 404 for no such connection, and for one that has no app of its own */
export async function readOwnAppView(app: App, workspace: WorkspaceStore, connectionId: string): Promise<OwnAppView> {
  const { doc } = await readOwnConnection(app, workspace, connectionId);
  return viewOf(app, doc, await storedApp(workspace, connectionId));
}

/**
 * Takes what the registration is, after a first use of it at Microsoft. A connection that waited for a new secret works
 * again at once; one that never was connected is then to be signed in to.
 * @throws Problem 400 with the field that is wrong, 404, 409 while it is being removed or where another connection holds
 *   the tenant; MicrosoftError when Microsoft does not answer
 */
export async function configureOwnApp(
  app: App,
  workspace: WorkspaceStore,
  by: MemberDoc,
  connectionId: string,
  input: OwnAppInput,
): Promise<OwnAppView> {
  const { doc: before } = await readOwnConnection(app, workspace, connectionId);
  const { partnerApp, customerApp } = app.config;
  const told = readTold(input, [partnerApp.clientId, customerApp.clientId], app.clock.now());
  const tenantId = await tenantFor(app, workspace, before, input.domain);
  await tryOut(app, tenantId, told.ownApp);
  await save(app, workspace, by, { connectionId, tenantId, domain: input.domain, told });
  const { clientId, proof } = told.ownApp;
  const endsAt = isoOrNull(told.endsAtMs);
  const entry = { actor: actorOf(by), subject: before.id, details: { clientId, proof: proof.kind, endsAt } };
  await audit(app, workspace, { action: 'connection.appChanged', ...entry });
  await resume(app, workspace, connectionId);
  return readOwnAppView(app, workspace, connectionId);
}

async function tenantFor(app: App, workspace: WorkspaceStore, before: ConnectionDoc, domain: string): Promise<string> {
  const tenantId = await app.microsoft.tenantOfDomain(domain);
  if (!tenantId) throw wrong('domain', 'Microsoft knows no tenant with this domain.');
  // An account was signed in: what was discovered and granted belongs to that tenant.
  if (before.account && before.tenantId !== tenantId)
    throw wrong('domain', 'This is another tenant than the one that is connected. Make a new connection for it.');
  const holder = holderOf(await listConnections(app, workspace), tenantId, before.connectionId);
  if (holder) throw tenantHeld(holder, 'domain');
  return tenantId;
}

/** One token in the partner tenant tells a wrong secret from a right one before anybody signs in. */
async function tryOut(app: App, tenantId: string, ownApp: OwnApp): Promise<void> {
  try {
    await app.microsoft.customerToken(tenantId, ownApp).renew();
  } catch (error) {
    const passing: boolean = isTransient(error);
    if (!(error instanceof MicrosoftError) || passing) throw error;
    const field = fieldRefused(error, ownApp.proof.kind);
    if (field === 'clientId')
      throw wrong(field, 'Microsoft knows no such application in this tenant. Give the application (client) id.');
    if (field) throw wrong(field, `Microsoft refused it: ${error.explanation.meaning}`);
  }
}

interface Saving {
  connectionId: string;
  tenantId: string;
  domain: string;
  told: ToldApp;
}

/** Connection and proof in one write, so that neither speaks of another app than the other. */
async function save(app: App, workspace: WorkspaceStore, by: MemberDoc, saving: Saving): Promise<void> {
  const { connectionId, tenantId, domain, told } = saving;
  const { clientId, proof } = told.ownApp;
  const secret = proof.kind === 'secret' ? proof.secret : proof.pem;
  const saved: OwnAppDoc = {
    id: ownAppDocId(connectionId),
    type: 'ownApp',
    schemaVersion: 1,
    connectionId,
    clientId,
    kind: proof.kind,
    sealedProof: await app.sealer.seal(secret, ownAppContext(workspace, connectionId, clientId)),
    endsAt: isoOrNull(told.endsAtMs),
    savedAt: isoNow(app),
    savedBy: by.id,
  };
  for (let attempt = 1; ; attempt += 1) {
    const { doc, etag } = await readOwnConnection(app, workspace, connectionId);
    const connection: ConnectionDoc = { ...doc, app: { kind: 'own', clientId }, tenantId, domain };
    try {
      await workspace.workspace.batch([
        { kind: 'replace', doc: connection, etag },
        { kind: 'upsert', doc: saved },
      ]);
      return;
    } catch (error) {
      if (!isStoreError(error, 'preconditionFailed') || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Uses the kept refresh token with the new proof: a connection that waited for it is Connected again. */
async function resume(app: App, workspace: WorkspaceStore, connectionId: string): Promise<void> {
  const { workspaceId } = workspace;
  forgetPartnerTokens(app, workspaceId, connectionId);
  if (!(await readAs(workspace.workspace, credentialDocId(connectionId), credentialDoc))) return;
  try {
    await partnerTokens(app, workspaceId, connectionId).graph.renew();
  } catch (error) {
    // What Microsoft says is on the connection now, for whoever looks.
    if (!(error instanceof MicrosoftError)) throw error;
    app.log('info', 'the new secret of an own app did not bring the connection back', { connectionId });
  }
}

async function readOwnConnection(
  app: Pick<App, 'clock'>,
  workspace: WorkspaceStore,
  connectionId: string,
): Promise<Typed<ConnectionDoc>> {
  const stored = await readAs(workspace.workspace, connectionDocId(connectionId), connectionDoc);
  if (stored?.doc.kind !== 'microsoft_csp' || stored.doc.app.kind !== 'own') throw notFound('connection');
  if (stored.doc.state === 'Removing') throw removing();
  return { doc: currentConnection(stored.doc, app.clock.now()), etag: stored.etag };
}

async function storedApp(workspace: WorkspaceStore, connectionId: string): Promise<OwnAppDoc | undefined> {
  return (await readAs(workspace.workspace, ownAppDocId(connectionId), ownAppDoc))?.doc;
}

function viewOf(app: App, connection: ConnectionDoc, stored: OwnAppDoc | undefined): OwnAppView {
  const { connectionId, name, state, domain } = connection;
  return {
    connectionId,
    name,
    state,
    redirectUri: ownAppRedirectUri(app, connectionId),
    domain,
    clientId: connection.app.kind === 'own' ? connection.app.clientId : null,
    proof: stored ? { kind: stored.kind, endsAt: stored.endsAt, savedAt: stored.savedAt } : null,
    permissions: { delegated: partnerAppPermissions, application: customerAppPermissions },
  };
}

function removing(): Problem {
  return new Problem(409, {
    code: 'connection_removing',
    meaning: 'The connection is being removed.',
    whoActs: 'msp',
    whatToDo: 'Wait a few minutes and connect again.',
    retryHelps: true,
  });
}

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

function isoNow(app: Pick<App, 'clock'>): string {
  return new Date(app.clock.now()).toISOString();
}
