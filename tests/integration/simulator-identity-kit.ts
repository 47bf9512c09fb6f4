// A small browser and a ready simulator for the tests of the simulated identity platform.
import { createHash, randomBytes } from 'node:crypto';
import { parse } from 'node-html-parser';
import { CUSTOMER_APP_ID, PARTNER_APP_ID } from '../../infra/local/microsoft/scenario/apps.ts';
import { standingClock } from '../../infra/local/microsoft/sim-clock.ts';
import { type MicrosoftOptions, type RunningMicrosoft, startMicrosoft } from '../../infra/local/microsoft/start.ts';

export const START_MS = Date.UTC(2026, 10, 1, 9);
export const PARTNER_REDIRECT = 'http://127.0.0.1:7071/auth/callback';
export const CUSTOMER_REDIRECT = 'http://127.0.0.1:7071/consent/callback?from=microsoft';
export const PARTNER_SECRET = 'partner-secret-of-the-tests';
export const CUSTOMER_SECRET = 'customer-secret-of-the-tests';
export const SERVICE = 'svc-tenantry@northwindpartners.example';
export const NO_MFA = 'nora.nomfa@northwindpartners.example';
export const LONE_ADMIN = 'lena.lone@northwindpartners.example';
export const ORDINARY = 'olivia.ordinary@northwindpartners.example';
export const SOUTHRIDGE_USER = 'sam.support@southridge.example';
export const PERSONAL = 'pat.personal@outlook.example';
export { CUSTOMER_APP_ID, PARTNER_APP_ID };

/** Starts a simulator whose clock stands still at START_MS. */
export function startTestMicrosoft(options: Partial<MicrosoftOptions> = {}): Promise<RunningMicrosoft> {
  return startMicrosoft({
    seed: 7,
    startMs: START_MS,
    clock: standingClock(START_MS),
    partnerApp: {
      redirectUris: [PARTNER_REDIRECT],
      secrets: [
        { value: PARTNER_SECRET, expiresMs: START_MS + 400 * 86_400_000 },
        { value: 'expired-secret', expiresMs: START_MS - 1 },
      ],
    },
    customerApp: {
      redirectUris: [CUSTOMER_REDIRECT],
      secrets: [{ value: CUSTOMER_SECRET, expiresMs: START_MS + 400 * 86_400_000 }],
    },
    ...options,
  });
}

/** The tenant with this default domain. */
export function tenantOf(running: RunningMicrosoft, domain: string) {
  const found = [...running.world.tenants.values()].find((tenant) => tenant.defaultDomain === domain);
  if (!found) throw new Error(`no tenant ${domain}`);
  return found;
}

export interface Shown {
  status: number;
  /** Where the answer redirects to, or null for a page. */
  location: URL | null;
  html: string;
  text: string;
}

/** A browser that keeps cookies of the login origin and follows no redirect. */
export function makeBrowser() {
  const cookies = new Map<string, string>();

  async function request(url: string, form?: Record<string, string>): Promise<Shown> {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const html = await response.text();
    const location = response.headers.get('location');
    return {
      status: response.status,
      location: location === null ? null : new URL(location),
      html,
      text: parse(html).textContent.replace(/\s+/g, ' '),
    };
  }

  /** Opens the address and signs in as far as the flow goes: to a consent page, an error page or the redirect. */
  async function signIn(url: string, upn: string): Promise<Shown> {
    let shown = await request(url);
    if (shown.text.includes('Pick an account')) shown = await request(url, { step: 'pick', account: upn });
    if (shown.text.includes('Approve sign in')) shown = await request(url, { step: 'approve', account: upn });
    return shown;
  }

  return {
    cookies,
    open: (url: string) => request(url),
    post: request,
    signIn,
    consent: (url: string, upn: string, more: Record<string, string> = {}) =>
      request(url, { step: 'consent', account: upn, answer: 'accept', ...more }),
  };
}

export const verifier = randomBytes(32).toString('base64url');
export const challenge = createHash('sha256').update(verifier).digest('base64url');

/** An authorize address of the partner app; `more` overrides or, with null, removes parameters. */
export function authorizeUrl(
  running: RunningMicrosoft,
  tenant: string,
  more: Record<string, string | null> = {},
): string {
  const url = new URL(`${running.origins.login}/${tenant}/oauth2/v2.0/authorize`);
  const parameters: Record<string, string | null> = {
    client_id: PARTNER_APP_ID,
    redirect_uri: PARTNER_REDIRECT,
    response_type: 'code',
    scope: 'openid profile offline_access User.Read',
    state: 'the state',
    nonce: 'the nonce',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...more,
  };
  for (const [name, value] of Object.entries(parameters)) if (value !== null) url.searchParams.set(name, value);
  return url.href;
}

/** An admin consent address of the customer app. */
export function adminConsentUrl(
  running: RunningMicrosoft,
  tenant: string,
  more: Record<string, string | null> = {},
  version: 'v1' | 'v2' = 'v2',
): string {
  const url = new URL(`${running.origins.login}/${tenant}${version === 'v2' ? '/v2.0' : ''}/adminconsent`);
  const parameters: Record<string, string | null> = {
    client_id: CUSTOMER_APP_ID,
    redirect_uri: CUSTOMER_REDIRECT,
    state: 'the state',
    scope: version === 'v2' ? 'https://graph.microsoft.com/.default' : null,
    ...more,
  };
  for (const [name, value] of Object.entries(parameters)) if (value !== null) url.searchParams.set(name, value);
  return url.href;
}

export interface TokenAnswer {
  status: number;
  /** The AADSTS code of a refusal, 0 for a success. */
  code: number;
  body: Record<string, unknown>;
}

/** Posts to the token endpoint. */
export async function postToken(
  running: RunningMicrosoft,
  tenant: string,
  form: Record<string, string | null>,
): Promise<TokenAnswer> {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(form)) if (value !== null) body.set(name, value);
  const response = await fetch(`${running.origins.login}/${tenant}/oauth2/v2.0/token`, { method: 'POST', body });
  const answer: unknown = await response.json();
  const read: Record<string, unknown> = typeof answer === 'object' && answer !== null ? { ...answer } : {};
  const codes = read['error_codes'];
  return { status: response.status, code: Array.isArray(codes) ? Number(codes[0]) : 0, body: read };
}

/** Redeems a code for the partner app. */
export function redeem(
  running: RunningMicrosoft,
  tenant: string,
  code: string | null,
  more: Record<string, string | null> = {},
): Promise<TokenAnswer> {
  return postToken(running, tenant, {
    grant_type: 'authorization_code',
    client_id: PARTNER_APP_ID,
    client_secret: PARTNER_SECRET,
    code,
    redirect_uri: PARTNER_REDIRECT,
    code_verifier: verifier,
    ...more,
  });
}

/** An app-only token of the customer app. */
export function appToken(running: RunningMicrosoft, tenant: string, more: Record<string, string | null> = {}) {
  return postToken(running, tenant, {
    grant_type: 'client_credentials',
    client_id: CUSTOMER_APP_ID,
    client_secret: CUSTOMER_SECRET,
    scope: 'https://graph.microsoft.com/.default',
    ...more,
  });
}

/** Signs the service account in to the partner app and consents; gives the code's answer with its tokens. */
export async function connectPartner(
  running: RunningMicrosoft,
  upn = SERVICE,
  scope = FULL_SCOPE,
): Promise<TokenAnswer> {
  const browser = makeBrowser();
  const url = authorizeUrl(running, 'organizations', { scope });
  let shown = await browser.signIn(url, upn);
  if (!shown.location) shown = await browser.consent(url, upn, { organisation: 'yes' });
  return redeem(running, 'organizations', shown.location?.searchParams.get('code') ?? null);
}

export const FULL_SCOPE =
  'openid profile offline_access https://graph.microsoft.com/DelegatedAdminRelationship.Read.All https://graph.microsoft.com/Directory.Read.All https://api.partnercenter.microsoft.com/user_impersonation';
