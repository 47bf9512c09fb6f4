// Sign-in with Microsoft, and who is let in: members, and the first Global Administrator of an allowed tenant.
import { z } from 'zod';
import type { App } from '../app.ts';
import { GLOBAL_ADMINISTRATOR } from '../customers/gdap-status.ts';
import { Problem } from '../errors.ts';
import { explainRedirectError } from '../microsoft/catalogue.ts';
import {
  type CodeRedemption,
  type GraphClient,
  isTransient,
  MicrosoftError,
  type SignedInAccount,
} from '../microsoft/microsoft.ts';
import { isStoreError } from '../store/port.ts';
import { openWorkspaceStore, readAs, type WorkspaceStore } from '../store/scoped.ts';
import { audit } from './audit.ts';
import type { HostCookie } from './cookies.ts';
import { defaultSettings, type MemberDoc, type WorkspaceDoc, workspaceDoc } from './documents.ts';
import { finishFlow, startFlow } from './flow-state.ts';
import { memberId, readMember } from './members.ts';
import { requiredQuery } from './redirect-query.ts';
import { safeReturnTo } from './return-to.ts';
import { newSession, type Session } from './session.ts';

/** The least that tells who someone is. Consent to more comes with the connection. */
const scopes = ['openid', 'profile', 'User.Read'] as const;
/** Any work account may come to the door; personal ones may not. */
const authority = 'organizations';
/** https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference : the tenant of all personal accounts */
const PERSONAL_ACCOUNTS_TENANT = '9188040d-6c67-4c5b-b112-36a304b66dad';

const payloadSchema = z.object({ returnTo: z.string() });

export function signInRedirectUri(app: Pick<App, 'config'>): string {
  return `${app.config.publicUrl}/auth/callback`;
}

/** Begins a sign-in. Gives where to send the browser and the cookie that goes with it. */
export async function startSignIn(
  app: App,
  request: { returnTo: string | undefined; cookieHeader: string | null },
): Promise<{ location: string; cookie: HostCookie }> {
  const payload = { returnTo: safeReturnTo(request.returnTo) };
  const flow = await startFlow(app, { purpose: 'signIn', payload, cookieHeader: request.cookieHeader });
  const location = await app.microsoft.authorizeUrl({
    app: 'partner',
    tenant: authority,
    redirectUri: signInRedirectUri(app),
    scopes,
    state: flow.state,
    nonce: flow.nonce,
    codeChallenge: flow.codeChallenge,
    prompt: 'select_account',
  });
  return { location, cookie: flow.cookie };
}

/**
 * Ends a sign-in: validates the answer and lets a member in.
 * @throws Problem 400 for an answer that is not ours, 403 for someone who may not come in.
 */
export async function finishSignIn(
  app: App,
  answer: { query: URLSearchParams; cookieHeader: string | null },
): Promise<{ session: Session; returnTo: string }> {
  const state = answer.query.get('state') ?? undefined;
  const flow = await finishFlow(app, { purpose: 'signIn', state, cookieHeader: answer.cookieHeader }, payloadSchema);
  const refused = explainRedirectError(answer.query);
  if (refused) throw new Problem(403, { ...refused.explanation, whoActs: 'msp' });
  const code = requiredQuery(answer.query, 'code');
  const redemption = await redeem(app, { code, codeVerifier: flow.codeVerifier, nonce: flow.nonce });
  const { account } = redemption;
  if (!mayHaveWorkspace(app, account.tenantId)) throw notAdded(account);
  const workspace = openWorkspaceStore(app.store, account.tenantId);
  if (!(await readMember(workspace, account))) await makeWorkspace(app, workspace, redemption);
  const member = await readMember(workspace, account);
  if (!member) throw notAdded(account);
  await audit(app, workspace, {
    action: 'signedIn',
    actor: { id: member.id, name: member.name },
    subject: member.id,
  });
  return { session: newSession(app, account), returnTo: safeReturnTo(flow.payload.returnTo) };
}

/** A code that Microsoft does not take, or an account that may not sign in, is the visitor's to mend: 403. */
async function redeem(app: App, proof: { code: string; codeVerifier: string; nonce: string }): Promise<CodeRedemption> {
  const redirectUri = signInRedirectUri(app);
  try {
    return await app.microsoft.redeemCode({ app: 'partner', tenant: authority, redirectUri, scopes, ...proof });
  } catch (error) {
    const passing: boolean = isTransient(error);
    if (passing || !(error instanceof MicrosoftError) || error.kind === 'credential') throw error;
    throw new Problem(403, error.explanation, { cause: error });
  }
}

/** Whether this deployment lets the tenant have a workspace. */
export function mayHaveWorkspace(app: Pick<App, 'config'>, tenantId: string): boolean {
  const { allowedTenants } = app.config;
  return tenantId !== PERSONAL_ACCOUNTS_TENANT && (allowedTenants === 'any' || allowedTenants.has(tenantId));
}

/** The same words whether or not there is a workspace: a stranger learns nothing. */
function notAdded(account: SignedInAccount): Problem {
  return new Problem(403, {
    code: 'not_added',
    meaning: 'You have not been added to Tenantry.',
    whoActs: 'msp',
    whatToDo: `Ask an Admin of your organisation's workspace to add you. They need your object id: ${account.objectId}. A new workspace is made by a Global Administrator.`,
    retryHelps: false,
  });
}

/** Makes the workspace where there is none yet and the account proves to be a Global Administrator; else does nothing. */
async function makeWorkspace(app: App, workspace: WorkspaceStore, redemption: CodeRedemption): Promise<void> {
  const { account } = redemption;
  if (await readAs(workspace.workspace, 'workspace', workspaceDoc)) return;
  if (!(await isGlobalAdministrator(app, redemption))) return;
  const at = new Date(app.clock.now()).toISOString();
  const id = memberId(account);
  const made: WorkspaceDoc = {
    id: 'workspace',
    type: 'workspace',
    schemaVersion: 1,
    tenantId: account.tenantId,
    name: await organizationName(app, redemption),
    createdAt: at,
    createdBy: id,
  };
  const admin: MemberDoc = {
    id,
    type: 'member',
    schemaVersion: 1,
    tenantId: account.tenantId,
    objectId: account.objectId,
    role: 'Admin',
    name: account.name,
    username: account.username,
    addedAt: at,
    addedBy: id,
  };
  try {
    await workspace.workspace.batch([
      { kind: 'create', doc: made },
      { kind: 'create', doc: { ...defaultSettings } },
      { kind: 'create', doc: admin },
    ]);
  } catch (error) {
    // Another Global Administrator was first: this one is let in when they add them.
    if (isStoreError(error, 'conflict')) return;
    throw error;
  }
  await audit(app, workspace, { action: 'workspace.created', actor: { id, name: account.name }, subject: 'workspace' });
}

const directoryRole = z.object({ roleTemplateId: z.string().toLowerCase().nullish() });

const me = z.object({ id: z.string().toLowerCase(), userType: z.string().nullish() });

/**
 * Whether the account is a Global Administrator of its own tenant: by `wids` of the validated id_token, or by Graph where
 * the app registration does not ask for that claim.
 */
async function isGlobalAdministrator(app: App, { account, accessToken }: CodeRedemption): Promise<boolean> {
  if (account.roles.length > 0 && !account.roles.includes(GLOBAL_ADMINISTRATOR)) return false;
  const graph = app.microsoft.graph(fixedToken(accessToken));
  try {
    // The browser may have asked for another tenant than the person's own: guests have roles there too, and so have a
    // partner's people through GDAP, who are not in that tenant's directory at all.
    const { id, userType } = await graph.get('/me?$select=id,userType', me);
    if (id !== account.objectId || userType === 'Guest') return false;
    return account.roles.length > 0 || (await hasGlobalAdministratorRole(graph));
  } catch (error) {
    if (!(error instanceof MicrosoftError) || !['permission', 'notFound'].includes(error.kind)) throw error;
    return false;
  }
}

async function hasGlobalAdministratorRole(graph: GraphClient): Promise<boolean> {
  const path = '/me/transitiveMemberOf/microsoft.graph.directoryRole?$select=id,roleTemplateId';
  for await (const page of graph.pages(path, directoryRole))
    if (page.some(({ roleTemplateId }) => roleTemplateId === GLOBAL_ADMINISTRATOR)) return true;
  return false;
}

async function organizationName(app: App, { account, accessToken }: CodeRedemption): Promise<string> {
  const fallback = account.username.split('@').at(-1) ?? account.tenantId;
  const schema = z.object({ value: z.array(z.object({ displayName: z.string().nullish() })) });
  try {
    const graph = app.microsoft.graph(fixedToken(accessToken));
    const { value } = await graph.get('/organization?$select=id,displayName', schema);
    return value[0]?.displayName || fallback;
  } catch (error) {
    if (error instanceof MicrosoftError) return fallback;
    throw error;
  }
}

/** The token of one sign-in cannot be renewed. */
function fixedToken(accessToken: string) {
  const give = async () => accessToken;
  return { get: give, renew: give };
}
