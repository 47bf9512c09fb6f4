// Gathers what ends and must be renewed by somebody: own apps, kept sign-ins, and the deployment's own registrations.
import type { App } from '../app.ts';
import { DAY_MS } from '../clock.ts';
import type { AppCredential } from '../config.ts';
import { readCertificatePair } from '../microsoft/identity/certificate.ts';
import { listAs, type WorkspaceStore } from '../store/scoped.ts';
import { type ConnectionDoc, type CredentialDoc, credentialDoc, type OwnAppDoc, ownAppDoc } from './documents.ts';
import { type Ending, type ExpiryWarning, expiryWarnings } from './expiry-warnings.ts';
import { listConnections } from './read.ts';

/** https://learn.microsoft.com/entra/identity-platform/refresh-tokens#token-lifetime */
const REFRESH_TOKEN_LIFE_MS = 90 * DAY_MS;

/** Everything of a workspace that has ended or ends within 30 days, the soonest first. */
export async function readExpiryWarnings(
  app: Pick<App, 'config' | 'clock'>,
  workspace: WorkspaceStore,
): Promise<ExpiryWarning[]> {
  const [connections, ownApps, credentials] = await Promise.all([
    listConnections(app, workspace),
    listAs(workspace.workspace, { type: 'ownApp' }, ownAppDoc),
    listAs(workspace.workspace, { type: 'credential' }, credentialDoc),
  ]);
  const endings = [
    ...connections.filter(({ state }) => state !== 'Removing').flatMap((each) => endingsOf(each, ownApps, credentials)),
    ...deploymentEndings(app),
  ];
  return expiryWarnings(endings, app.clock.now());
}

function endingsOf(
  { connectionId, name }: ConnectionDoc,
  ownApps: readonly OwnAppDoc[],
  credentials: readonly CredentialDoc[],
): Ending[] {
  const own = ownApps.find((each) => each.connectionId === connectionId);
  const credential = credentials.find((each) => each.connectionId === connectionId);
  const endings: Ending[] = [];
  if (own?.endsAt) {
    const kind = own.kind === 'secret' ? 'ownAppSecret' : 'ownAppCertificate';
    endings.push({ kind, connectionId, name, endsAtMs: Date.parse(own.endsAt) });
  }
  if (credential) {
    const endsAtMs = Date.parse(credential.lastUsedAt) + REFRESH_TOKEN_LIFE_MS;
    endings.push({ kind: 'refreshToken', connectionId, name, endsAtMs });
  }
  return endings;
}

/** Of the deployment's own two apps. A managed identity does not end. */
export function deploymentEndings({ config }: Pick<App, 'config'>): Ending[] {
  return [
    ...endingOfApp(config.partnerApp, 'partnerAppSecret', 'partnerAppCertificate'),
    ...endingOfApp(config.customerApp, 'customerAppSecret', 'customerAppCertificate'),
  ];
}

function endingOfApp(app: AppCredential, secret: Ending['kind'], certificate: Ending['kind']): Ending[] {
  const ofDeployment = { connectionId: null, name: null };
  if (app.proof.kind === 'certificate')
    return [{ kind: certificate, ...ofDeployment, endsAtMs: endOfCertificate(app.proof) }];
  if (app.proof.kind !== 'secret' || app.secretEndsAtMs === undefined) return [];
  return [{ kind: secret, ...ofDeployment, endsAtMs: app.secretEndsAtMs }];
}

/** Read once for each setting: parsing PEM text takes a while. */
const ends = new WeakMap<object, number>();
function endOfCertificate(proof: { pem: string }): number {
  const known = ends.get(proof);
  if (known !== undefined) return known;
  const { untilMs } = readCertificatePair(proof.pem);
  ends.set(proof, untilMs);
  return untilMs;
}
