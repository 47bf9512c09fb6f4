// A partner connection's own app registration: the one redirect address of all its journeys, its sealed proof, and the
// tokens that are asked for with it instead of Tenantry's two apps.
import { SealError } from '../access/seal.ts';
import type { App } from '../app.ts';
import { customerDoc } from '../customers/documents.ts';
import { findingError } from '../microsoft/catalogue.ts';
import { type AppKind, MicrosoftError, type OwnApp, type TokenSource } from '../microsoft/microsoft.ts';
import { readAs, type WorkspaceStore } from '../store/scoped.ts';
import { type ConnectionDoc, connectionDoc, type OwnAppDoc, ownAppDoc } from './documents.ts';
import { connectionDocId } from './read.ts';
import { explainReason, reasonOf } from './reasons.ts';

type Needs = Pick<App, 'sealer'>;

/** Where Microsoft sends people back to: the MSP registers it, and it is known as soon as the connection has an id. */
export function ownAppRedirectUri({ config }: Pick<App, 'config'>, connectionId: string): string {
  return `${config.publicUrl}/own-app/${connectionId}/callback`;
}

/** Which app a connection signs in with. @throws MicrosoftError where its own one cannot be used */
export async function registrationOf(
  app: Needs,
  workspace: WorkspaceStore,
  connection: Pick<ConnectionDoc, 'app' | 'connectionId'>,
  kind: AppKind = 'partner',
): Promise<AppKind | OwnApp> {
  return connection.app.kind === 'own' ? readOwnApp(app, workspace, connection.connectionId) : kind;
}

/**
 * The registration with its secret or certificate.
 * @throws MicrosoftError `own_app_missing` where none was told, `credential_unreadable` where its key is gone
 */
export async function readOwnApp(app: Needs, workspace: WorkspaceStore, connectionId: string): Promise<OwnApp> {
  const stored = (await readAs(workspace.workspace, ownAppDocId(connectionId), ownAppDoc))?.doc;
  if (!stored) throw findingError('entra', 'own_app_missing');
  return openOwnApp(app, workspace, stored);
}

async function openOwnApp(app: Needs, workspace: WorkspaceStore, stored: OwnAppDoc): Promise<OwnApp> {
  const { clientId, connectionId, kind } = stored;
  try {
    const opened = await app.sealer.open(stored.sealedProof, ownAppContext(workspace, connectionId, clientId));
    return { clientId, proof: kind === 'secret' ? { kind, secret: opened } : { kind, pem: opened } };
  } catch (cause) {
    if (cause instanceof SealError) throw findingError('entra', 'own_app_unreadable', { cause });
    throw cause;
  }
}

/** The connection whose own app a customer is to consent to; null for Tenantry's customer app. */
export async function ownAppOfCustomer(workspace: WorkspaceStore, tenantId: string): Promise<string | null> {
  const customer = (await readAs(workspace.customers, `customer:${tenantId}`, customerDoc))?.doc;
  if (!customer) return null;
  const connection = (await readAs(workspace.workspace, connectionDocId(customer.connectionId), connectionDoc))?.doc;
  return connection?.app.kind === 'own' ? connection.connectionId : null;
}

/** What was granted in a customer's tenant: Tenantry's customer app, or the own app of a connection. */
export interface Granted {
  tenantId: string;
  ownAppConnectionId: string | null;
}

/**
 * App-only tokens for Graph in a customer's tenant, of the app that was granted there. Nothing is read before the first
 * token is asked for. Its functions throw MicrosoftError.
 */
export function customerTokens(
  app: Pick<App, 'microsoft' | 'sealer'>,
  workspace: WorkspaceStore,
  { tenantId, ownAppConnectionId }: Granted,
): TokenSource {
  if (ownAppConnectionId === null) return app.microsoft.customerToken(tenantId);
  let opening: Promise<TokenSource> | undefined;
  const open = () => {
    opening ??= readOwnApp(app, workspace, ownAppConnectionId).then((own) =>
      app.microsoft.customerToken(tenantId, own),
    );
    return opening;
  };
  return {
    get: () =>
      open()
        .then((source) => source.get())
        .catch(ownWords),
    renew: () =>
      open()
        .then((source) => source.renew())
        .catch(ownWords),
  };
}

/** The same failure in words for the one who can mend it: a secret of the MSP's own app is the MSP's to renew. */
function ownWords(error: unknown): never {
  if (!(error instanceof MicrosoftError) || error.kind !== 'credential') throw error;
  const reason = reasonOf(error.code);
  if (reason !== 'client_secret_expired' && reason !== 'wrong_app') throw error;
  const words = explainReason(reason, error.explanation.correlationId, 'own');
  const { source, kind, status, code } = error;
  throw new MicrosoftError({ source, kind, status, code, explanation: { ...words, code } }, { cause: error });
}

export function ownAppDocId(connectionId: string): string {
  return `ownApp:${connectionId}`;
}

/** Where a proof may be opened: at this app of this connection of this workspace. */
export function ownAppContext(workspace: WorkspaceStore, connectionId: string, clientId: string): string {
  return `ownApp:${workspace.workspaceId}:${connectionId}:${clientId}`;
}
