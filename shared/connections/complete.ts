// The end of connecting: checks of the account that signed in, then the credential and the state in one write.
import { audit } from '../access/audit.ts';
import type { MemberDoc } from '../access/documents.ts';
import { actorOf } from '../access/members.ts';
import type { App } from '../app.ts';
import { requestDiscovery } from '../customers/discovery.ts';
import { type Explanation, notFound } from '../errors.ts';
import type { CodeRedemption, MicrosoftError, TokenSource } from '../microsoft/microsoft.ts';
import { readAs, updateDoc, type WorkspaceStore } from '../store/scoped.ts';
import { enterSchedule } from '../sync/schedule.ts';
import { runChecks } from './checks.ts';
import { type AuthFailedReason, type ConnectionDoc, type CredentialDoc, connectionDoc } from './documents.ts';
import { holderOf, tenantHeld } from './holders.ts';
import { readOwnApp } from './own-app.ts';
import { credentialContext, credentialDocId, forgetPartnerTokens } from './partner-tokens.ts';
import { listConnections } from './read.ts';
import { explainReason, reasonOf } from './reasons.ts';
import { failedWith, withState } from './state.ts';

const DISCOVER_MINUTES = 60;
const KEEP_ALIVE_MINUTES = 1440;

interface Failure {
  reason: AuthFailedReason;
  explanation: Explanation;
  checks: ConnectionDoc['checks'];
}

/**
 * Checks the account and connects. The refresh token is kept only when every check passed.
 * @throws MicrosoftError when no token for Partner Center was to be had.
 */
export async function completeConnection(
  app: App,
  workspace: WorkspaceStore,
  by: MemberDoc,
  before: ConnectionDoc,
  { account, accessToken, refreshToken }: CodeRedemption,
): Promise<ConnectionDoc> {
  const fail = (failure: Omit<Failure, 'checks'>, checks: ConnectionDoc['checks'] = []) =>
    saveFailure(app, workspace, by, before, { ...failure, checks });
  if (account.tenantId !== (before.tenantId ?? workspace.workspaceId))
    return fail({ reason: 'wrong_tenant', explanation: explainReason('wrong_tenant', undefined, before.app.kind) });
  const holder = holderOf(await listConnections(app, workspace), account.tenantId, before.connectionId);
  if (holder) return fail({ reason: 'tenant_held', explanation: tenantHeld(holder).explanation });
  if (!refreshToken)
    return fail({ reason: 'wrong_app', explanation: explainReason('wrong_app', undefined, before.app.kind) });

  const partnerCenter = await app.microsoft.refresh({
    refreshToken,
    tenantId: account.tenantId,
    resource: 'partnerCenter',
    ...(before.app.kind === 'own' ? { ownApp: await readOwnApp(app, workspace, before.connectionId) } : {}),
  });
  const { checks, failure } = await runChecks(
    app.microsoft.graph(fixedToken(accessToken)),
    app.microsoft.partnerCenter(fixedToken(partnerCenter.accessToken)),
  );
  if (failure) return fail(failure, checks);
  const connected = await saveConnected(app, workspace, before, {
    checks,
    account: { objectId: account.objectId, username: account.username, name: account.name },
    refreshToken: partnerCenter.refreshToken,
  });
  await afterConnected(app, workspace, by, connected);
  return connected;
}

async function saveConnected(
  app: App,
  workspace: WorkspaceStore,
  before: ConnectionDoc,
  result: Pick<ConnectionDoc, 'checks' | 'account'> & { refreshToken: string },
): Promise<ConnectionDoc> {
  const at = isoNow(app);
  const { connectionId } = before;
  const newest = (await readAs(workspace.workspace, before.id, connectionDoc))?.doc;
  // Removed while somebody was at Microsoft.
  if (!newest || newest.state === 'Removing') throw notFound('connection');
  const connected: ConnectionDoc = {
    ...withState(newest, { state: 'Connected', checks: result.checks, account: result.account }, at),
    tenantId: before.tenantId ?? workspace.workspaceId,
    domain: result.account?.username.split('@').at(-1) ?? newest.domain,
  };
  const sealedFor = credentialContext(workspace.workspaceId, connectionId);
  const credential: CredentialDoc = {
    id: credentialDocId(connectionId),
    type: 'credential',
    schemaVersion: 1,
    connectionId,
    sealedRefreshToken: await app.sealer.seal(result.refreshToken, sealedFor),
    obtainedAt: at,
    lastUsedAt: at,
  };
  await workspace.workspace.batch([
    { kind: 'upsert', doc: connected },
    { kind: 'upsert', doc: credential },
  ]);
  forgetPartnerTokens(app, workspace.workspaceId, connectionId);
  return connected;
}

async function afterConnected(app: App, workspace: WorkspaceStore, by: MemberDoc, connected: ConnectionDoc) {
  const target = { workspaceId: workspace.workspaceId, target: connected.connectionId };
  await enterSchedule(app, { job: 'discover', intervalMinutes: DISCOVER_MINUTES, ...target });
  await enterSchedule(app, { job: 'keepAlive', intervalMinutes: KEEP_ALIVE_MINUTES, ...target });
  const details = { account: connected.account?.username ?? '' };
  const entry = { actor: actorOf(by), subject: connected.id, details };
  await audit(app, workspace, { action: 'connection.connected', ...entry });
  await requestDiscovery(app, workspace.workspaceId, connected.connectionId);
}

/** Records an error of Microsoft as the reason why the connection failed. */
export async function failConnection(
  app: App,
  workspace: WorkspaceStore,
  by: MemberDoc,
  before: ConnectionDoc,
  error: MicrosoftError,
): Promise<ConnectionDoc> {
  const reason = reasonOf(error.code);
  const explanation =
    reason === 'unknown' ? error.explanation : explainReason(reason, error.explanation.correlationId, before.app.kind);
  return saveFailure(app, workspace, by, before, { reason, explanation, checks: [] });
}

/**
 * A connection that works stays Connected: the account that failed replaces nothing. What is given back says AuthFailed
 * either way, so that the one who tried learns why.
 */
async function saveFailure(
  app: App,
  workspace: WorkspaceStore,
  by: MemberDoc,
  before: ConnectionDoc,
  { reason, explanation, checks }: Failure,
): Promise<ConnectionDoc> {
  const at = isoNow(app);
  const failed = (connection: ConnectionDoc) => ({ ...failedWith(connection, reason, at, explanation), checks });
  await updateDoc(workspace.workspace, before.id, connectionDoc, (stored) =>
    stored && stored.state !== 'Connected' ? failed(stored) : undefined,
  );
  const details = { reason, code: explanation.code };
  await audit(app, workspace, { action: 'connection.failed', actor: actorOf(by), subject: before.id, details });
  return failed(before);
}

/** The tokens of one sign-in are minutes old and are not renewed. */
function fixedToken(accessToken: string): TokenSource {
  const give = async () => accessToken;
  return { get: give, renew: give };
}

function isoNow(app: Pick<App, 'clock'>): string {
  return new Date(app.clock.now()).toISOString();
}
