// Access tokens of a partner connection from its kept refresh token, which every use replaces. A refusal that a person
// must mend makes the connection ReauthRequired, with the reason.

import { audit, tenantryActor } from '../access/audit.ts';
import { SealError } from '../access/seal.ts';
import type { App } from '../app.ts';
import { MINUTE_MS } from '../clock.ts';
import { Problem } from '../errors.ts';
import { findingError } from '../microsoft/catalogue.ts';
import { isTransient, MicrosoftError, type RefreshedTokens, type TokenSource } from '../microsoft/microsoft.ts';
import { isStoreError } from '../store/port.ts';
import { openWorkspaceStore, readAs, type Typed, updateDoc, type WorkspaceStore } from '../store/scoped.ts';
import { type ConnectionDoc, type CredentialDoc, connectionDoc, credentialDoc } from './documents.ts';
import { readOwnApp } from './own-app.ts';
import { connectionDocId } from './read.ts';
import { explainReason, reasonOf } from './reasons.ts';
import { withState } from './state.ts';

type Resource = 'graph' | 'partnerCenter';

interface CachedToken {
  accessToken: string;
  expiresAtMs: number;
}
interface TokenCache {
  tokens: Map<string, CachedToken>;
  /** Refreshes under way: many who ask at once share one. */
  underWay: Map<string, Promise<string>>;
}

/** One cache for each Microsoft port, which lives as long as the process. */
const caches = new WeakMap<App['microsoft'], TokenCache>();
/** A token that ends within this time counts as ended, so that none ends on its way. */
const MARGIN_MS = 5 * MINUTE_MS;

/**
 * Token sources of a connection for Graph and Partner Center.
 * Their functions throw MicrosoftError when Microsoft refuses, and Problem 409 when nothing is connected.
 */
export function partnerTokens(
  app: App,
  workspaceId: string,
  connectionId: string,
): { graph: TokenSource; partnerCenter: TokenSource } {
  const source = (resource: Resource): TokenSource => ({
    get: () => tokenOf(app, { workspaceId, connectionId, resource }, false),
    renew: () => tokenOf(app, { workspaceId, connectionId, resource }, true),
  });
  return { graph: source('graph'), partnerCenter: source('partnerCenter') };
}

/** Forgets a connection's tokens: after Reauthorize they are another account's. */
export function forgetPartnerTokens(app: Pick<App, 'microsoft'>, workspaceId: string, connectionId: string): void {
  const { tokens } = cacheOf(app);
  for (const resource of ['graph', 'partnerCenter'] as const)
    tokens.delete(keyOf({ workspaceId, connectionId, resource }));
}

interface Wanted {
  workspaceId: string;
  connectionId: string;
  resource: Resource;
}

async function tokenOf(app: App, wanted: Wanted, fresh: boolean): Promise<string> {
  const { tokens, underWay } = cacheOf(app);
  const key = keyOf(wanted);
  const cached = tokens.get(key);
  if (!fresh && cached && app.clock.now() < cached.expiresAtMs - MARGIN_MS) return cached.accessToken;
  const running = underWay.get(key);
  if (running) return running;
  const refreshing = refresh(app, wanted)
    .then(({ accessToken, expiresAtMs }) => {
      tokens.set(key, { accessToken, expiresAtMs });
      return accessToken;
    })
    .finally(() => underWay.delete(key));
  underWay.set(key, refreshing);
  return refreshing;
}

async function refresh(app: App, wanted: Wanted): Promise<RefreshedTokens> {
  const workspace = openWorkspaceStore(app.store, wanted.workspaceId);
  const credential = await readCredential(workspace, wanted.connectionId);
  try {
    return await use(app, workspace, wanted, credential);
  } catch (error) {
    if (!(error instanceof MicrosoftError) || isTransient(error)) throw error;
    // Somebody may have reauthorised meanwhile: what was refused is then no longer what is kept.
    const newest = await readCredential(workspace, wanted.connectionId);
    if (newest.doc.obtainedAt !== credential.doc.obtainedAt) return use(app, workspace, wanted, newest);
    if (needsPerson(error)) await requireReauth(app, workspace, wanted.connectionId, error);
    throw error;
  }
}

async function use(
  app: App,
  workspace: WorkspaceStore,
  { connectionId, resource }: Wanted,
  { doc, etag }: Typed<CredentialDoc>,
): Promise<RefreshedTokens> {
  const refreshed = await exchange(app, workspace, doc, { connectionId, resource });
  const sealedFor = credentialContext(workspace.workspaceId, connectionId);
  const sealedRefreshToken = await app.sealer.seal(refreshed.refreshToken, sealedFor);
  const lastUsedAt = new Date(app.clock.now()).toISOString();
  try {
    await workspace.workspace.replace({ ...doc, sealedRefreshToken, lastUsedAt }, etag);
  } catch (error) {
    // Another use kept its own token first. Both stay good: Entra does not revoke a refresh token when it is used.
    // https://learn.microsoft.com/entra/identity-platform/refresh-tokens
    if (!isStoreError(error, 'preconditionFailed')) throw error;
  }
  await recover(app, workspace, connectionId);
  return refreshed;
}

/** One use of a kept refresh token, in the connection's tenant unless told. Stores nothing. */
async function exchange(
  app: App,
  workspace: WorkspaceStore,
  { sealedRefreshToken }: CredentialDoc,
  { connectionId, resource, tenantId }: { connectionId: string; resource: Resource; tenantId?: string },
): Promise<RefreshedTokens> {
  const sealedFor = credentialContext(workspace.workspaceId, connectionId);
  const refreshToken = await openToken(app, sealedRefreshToken, sealedFor);
  const connection = (await readAs(workspace.workspace, connectionDocId(connectionId), connectionDoc))?.doc;
  if (!connection) throw notConnected();
  return app.microsoft.refresh({
    refreshToken,
    tenantId: tenantId ?? connection.tenantId ?? workspace.workspaceId,
    resource,
    ...(connection.app.kind === 'own' ? { ownApp: await readOwnApp(app, workspace, connectionId) } : {}),
  });
}

/**
 * Tokens of the connection's account for Graph in a customer's tenant, by the same refresh token: it is bound to account
 * and app, not to a tenant. Each `renew` asks Microsoft; what comes back in its place is not kept, as the connection's own
 * uses keep it alive, and a refusal says nothing about the connection.
 * https://learn.microsoft.com/entra/identity-platform/refresh-tokens
 * Its functions throw as those of {@link partnerTokens}.
 */
export function customerDelegation(
  app: App,
  at: { workspaceId: string; connectionId: string; tenantId: string },
): TokenSource {
  const workspace = openWorkspaceStore(app.store, at.workspaceId);
  let held: Promise<string> | undefined;
  const renew = async () => {
    const { doc } = await readCredential(workspace, at.connectionId);
    return (await exchange(app, workspace, doc, { ...at, resource: 'graph' })).accessToken;
  };
  const keep = () => {
    held = renew();
    return held;
  };
  return { get: () => held ?? keep(), renew: keep };
}

/** @throws MicrosoftError that a new sign-in mends, where the token was sealed with a key that is gone, or elsewhere. */
async function openToken(app: App, sealed: string, sealedFor: string): Promise<string> {
  try {
    return await app.sealer.open(sealed, sealedFor);
  } catch (cause) {
    if (cause instanceof SealError) throw findingError('entra', 'credential_unreadable', { cause });
    throw cause;
  }
}

async function readCredential(workspace: WorkspaceStore, connectionId: string): Promise<Typed<CredentialDoc>> {
  const credential = await readAs(workspace.workspace, credentialDocId(connectionId), credentialDoc);
  if (credential) return credential;
  throw notConnected();
}

function notConnected(): Problem {
  return new Problem(409, {
    code: 'not_connected',
    meaning: 'The partner tenant is not connected.',
    whoActs: 'msp',
    whatToDo: 'Connect the partner tenant first.',
    retryHelps: false,
  });
}

/** Kinds of refusal that stay until somebody signs in again or mends the app's own credential. */
function needsPerson({ kind, source }: MicrosoftError): boolean {
  return source === 'entra' && ['interaction', 'credential', 'consent', 'permission'].includes(kind);
}

/** From Connected only: what is being connected or removed at this moment is left alone. */
async function requireReauth(
  app: App,
  workspace: WorkspaceStore,
  connectionId: string,
  error: MicrosoftError,
): Promise<void> {
  const reason = reasonOf(error.code);
  const explain = (connection: ConnectionDoc) =>
    reason === 'unknown'
      ? error.explanation
      : explainReason(reason, error.explanation.correlationId, connection.app.kind);
  const at = new Date(app.clock.now()).toISOString();
  let changed = false;
  await updateDoc(workspace.workspace, connectionDocId(connectionId), connectionDoc, (connection) => {
    changed = connection?.state === 'Connected';
    return connection && changed
      ? withState(connection, { state: 'ReauthRequired', reason, explanation: explain(connection) }, at)
      : undefined;
  });
  if (!changed) return;
  const entry = { actor: tenantryActor, subject: connectionDocId(connectionId), details: { reason, code: error.code } };
  await audit(app, workspace, { action: 'connection.reauthRequired', ...entry });
}

/** A refresh token that works again needs no new sign-in: the operator has replaced an expired secret. */
async function recover(app: App, workspace: WorkspaceStore, connectionId: string): Promise<void> {
  const at = new Date(app.clock.now()).toISOString();
  await updateDoc(workspace.workspace, connectionDocId(connectionId), connectionDoc, (connection) =>
    connection?.state === 'ReauthRequired' ? withState(connection, { state: 'Connected' }, at) : undefined,
  );
}

export function credentialDocId(connectionId: string): string {
  return `credential:${connectionId}`;
}

/** Where a refresh token may be opened: at this connection of this workspace. */
export function credentialContext(workspaceId: string, connectionId: string): string {
  return `credential:${workspaceId}:${connectionId}`;
}

function cacheOf({ microsoft }: Pick<App, 'microsoft'>): TokenCache {
  const cache = caches.get(microsoft) ?? { tokens: new Map(), underWay: new Map() };
  caches.set(microsoft, cache);
  return cache;
}

function keyOf({ workspaceId, connectionId, resource }: Wanted): string {
  return `${workspaceId}|${connectionId}|${resource}`;
}
