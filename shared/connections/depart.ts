// Off to Microsoft with a connection's service account: which tenant, which app registration, which permissions.
import type { HostCookie } from '../access/cookies.ts';
import { startFlow } from '../access/flow-state.ts';
import type { App } from '../app.ts';
import { readOrigins } from '../microsoft/origins.ts';
import type { WorkspaceStore } from '../store/scoped.ts';
import type { ConnectionDoc } from './documents.ts';
import { ownAppRedirectUri, registrationOf } from './own-app.ts';

/** Where to send the browser, and the cookie that its answer must bring back. */
export interface Departure {
  location: string;
  cookie: HostCookie;
}

/** @throws MicrosoftError where the connection's own app cannot be used */
export async function departTo(
  app: App,
  workspace: WorkspaceStore,
  connection: ConnectionDoc,
  cookieHeader: string | null,
): Promise<Departure> {
  const { workspaceId } = workspace;
  const payload = { workspaceId, connectionId: connection.connectionId };
  const registration = await registrationOf(app, workspace, connection);
  const flow = await startFlow(app, { purpose: 'connect', payload, cookieHeader });
  const location = await app.microsoft.authorizeUrl({
    app: registration,
    // The tenant by name: an account of another one is refused by Microsoft already.
    tenant: connection.tenantId ?? workspaceId,
    redirectUri: connectRedirectUri(app, connection),
    scopes: [...graphScopes(app), `${readOrigins(app.config.microsoft).partnerCenterResource}/user_impersonation`],
    state: flow.state,
    nonce: flow.nonce,
    codeChallenge: flow.codeChallenge,
    // A new sign-in, so that Entra asks for MFA now.
    prompt: 'login',
  });
  return { location, cookie: flow.cookie };
}

/** An own app has one address for all its journeys; Tenantry's partner app has one for connecting. */
export function connectRedirectUri(
  app: Pick<App, 'config'>,
  { app: registration, connectionId }: Pick<ConnectionDoc, 'app' | 'connectionId'>,
): string {
  return registration.kind === 'own'
    ? ownAppRedirectUri(app, connectionId)
    : `${app.config.publicUrl}/connect/callback`;
}

/**
 * What the connection needs of Graph, each by name; `offline_access` gives the refresh token. Partner Center's scope is
 * consented in the same sign-in, but a token is for one resource: its own comes by the refresh token.
 * https://learn.microsoft.com/entra/identity-platform/scopes-oidc
 */
export function graphScopes({ config }: Pick<App, 'config'>): readonly string[] {
  const names = ['User.Read', 'DelegatedAdminRelationship.ReadWrite.All', 'Directory.Read.All'];
  const { graphResource } = readOrigins(config.microsoft);
  return ['openid', 'profile', 'offline_access', ...names.map((name) => `${graphResource}/${name}`)];
}
