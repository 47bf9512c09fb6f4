// Who is at the browser: the session cookie, the choice of an account, the MFA step. The pages post back to the address
// they were shown at, with a `step`; nothing is kept between them but the session.
import { randomBytes } from 'node:crypto';
import type { SimContext, SimRequest, SimResponse } from '../http.ts';
import { type Account, accountsOf } from '../scenario/accounts.ts';
import type { BrowserSession, Tenant } from '../world.ts';
import { type AccountRef, findAccount, signInUser } from './directory.ts';
import { AadstsFailure } from './errors.ts';
import { accountPage, approvePage } from './pages.ts';

const COOKIE = 'ESTSAUTHPERSISTENT';
const MOST_CUSTOMER_ACCOUNTS = 40;

export interface SignInWish {
  /** The tenant that the address names; null on the shared endpoints. */
  tenant: Tenant | null;
  prompt: string | null;
  loginHint: string | null;
}

/** What the flow tells the browser besides its answer, once somebody signed in: the session cookie. */
export interface Browser {
  headers: Record<string, string>;
}

export interface SignedIn {
  account: AccountRef;
  mfa: boolean;
  upn: string;
  /** Sets the session cookie when the session is new. */
  headers: Record<string, string>;
}

export type SignInOutcome = { signedIn: SignedIn } | { page: SimResponse };

/**
 * Carries the sign-in one step on.
 * @throws AadstsFailure 50058 or 16000 for `prompt=none` without one clear account
 */
export async function signIn(request: SimRequest, context: SimContext, wish: SignInWish): Promise<SignInOutcome> {
  const session = context.world.sessions.get(request.cookies.get(COOKIE) ?? '');
  const form = request.method === 'POST' ? request.form() : new URLSearchParams();
  const step = form.get('step');
  const typed = form.get('account') ?? '';
  if (step === 'pick') return pick(context, session, wish, typed);
  if (step === 'approve') return approve(context, session, wish, typed);
  if (step === 'consent') {
    const known = sessionAccounts(context, session).find(({ upn }) => sameName(upn, typed));
    // A consent form of a session that has ended begins again.
    return known ? { signedIn: known } : { page: await choicePage(context, wish, typed) };
  }
  if (step === 'switch') return { page: await choicePage(context, wish, '') };
  return silently(context, session, wish);
}

async function silently(
  context: SimContext,
  session: BrowserSession | undefined,
  wish: SignInWish,
): Promise<SignInOutcome> {
  const all = sessionAccounts(context, session);
  const { loginHint, prompt } = wish;
  const candidates = loginHint === null ? all : all.filter(({ upn }) => sameName(upn, loginHint));
  const [only] = candidates;
  if (prompt === 'none') {
    if (candidates.length === 0) throw new AadstsFailure(50058);
    if (candidates.length > 1 || !only) throw new AadstsFailure(16000);
    return { signedIn: only };
  }
  const mustAsk = prompt === 'login' || prompt === 'select_account' || candidates.length !== 1;
  if (!mustAsk && only) return { signedIn: only };
  return { page: await choicePage(context, wish, loginHint ?? '') };
}

async function pick(
  context: SimContext,
  session: BrowserSession | undefined,
  wish: SignInWish,
  typed: string,
): Promise<SignInOutcome> {
  try {
    const account = findAccount(context.world, typed);
    const user = signInUser(context.world, account);
    const known = sessionAccounts(context, session).find((one) => sameAccount(one.account, account));
    if (known && wish.prompt !== 'login' && (known.mfa || !user.mfa)) return { signedIn: known };
    if (user.mfa) return { page: await approvePage(user.userPrincipalName) };
    return { signedIn: remember(context, session, account, false) };
  } catch (error) {
    if (!(error instanceof AadstsFailure)) throw error;
    return { page: await choicePage(context, wish, typed, error.message) };
  }
}

async function approve(
  context: SimContext,
  session: BrowserSession | undefined,
  wish: SignInWish,
  typed: string,
): Promise<SignInOutcome> {
  try {
    const account = findAccount(context.world, typed);
    const user = signInUser(context.world, account);
    return { signedIn: remember(context, session, account, user.mfa) };
  } catch (error) {
    if (!(error instanceof AadstsFailure)) throw error;
    return { page: await choicePage(context, wish, typed, error.message) };
  }
}

function remember(
  context: SimContext,
  session: BrowserSession | undefined,
  account: AccountRef,
  mfa: boolean,
): SignedIn {
  const kept = session ?? { id: randomBytes(24).toString('base64url'), accounts: [] };
  kept.accounts = [...kept.accounts.filter((one) => !sameAccount(one, account)), { ...account, mfa }];
  context.world.sessions.set(kept.id, kept);
  context.changed();
  const headers: Record<string, string> = session
    ? {}
    : { 'set-cookie': `${COOKIE}=${kept.id}; Path=/; HttpOnly; SameSite=Lax` };
  return { account, mfa, upn: signInUser(context.world, account).userPrincipalName, headers };
}

/** The accounts that are signed in and still may: a disabled or deleted user drops out. */
function sessionAccounts(context: SimContext, session: BrowserSession | undefined): SignedIn[] {
  return (session?.accounts ?? []).flatMap(({ tenantId, userId, mfa }) => {
    const user = context.world.tenants.get(tenantId)?.users.get(userId);
    if (!user?.accountEnabled || user.deletedDateTime !== null) return [];
    return [{ account: { tenantId, userId }, mfa, upn: user.userPrincipalName, headers: {} }];
  });
}

/** Ends the browser's session. @returns the headers that clear the cookie */
export function signOut(request: SimRequest, context: SimContext): Record<string, string> {
  if (context.world.sessions.delete(request.cookies.get(COOKIE) ?? '')) context.changed();
  return { 'set-cookie': `${COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0` };
}

function choicePage(context: SimContext, wish: SignInWish, hint: string, problem?: string): Promise<SimResponse> {
  const { accounts, more } = offeredAccounts(context, wish.tenant);
  return accountPage({ accounts, more, hint, ...(problem === undefined ? {} : { problem }) });
}

/** The named tenant's accounts first, then the partners', then those of some customers. */
function offeredAccounts(context: SimContext, named: Tenant | null): { accounts: Account[]; more: boolean } {
  const order = { partner: 0, personal: 1, customer: 2, vendor: 3 } as const;
  const rank = (tenant: Tenant) => (tenant.id === named?.id ? -1 : order[tenant.kind]);
  const tenants = [...context.world.tenants.values()].sort((a, b) => rank(a) - rank(b));
  const accounts: Account[] = [];
  let ofCustomers = 0;
  for (const tenant of tenants) {
    if (tenant.kind === 'customer' && tenant.id !== named?.id) {
      if (ofCustomers >= MOST_CUSTOMER_ACCOUNTS) return { accounts, more: true };
      ofCustomers += accountsOf(tenant).length;
    }
    accounts.push(...accountsOf(tenant));
  }
  return { accounts, more: false };
}

function sameAccount(a: AccountRef, b: AccountRef): boolean {
  return a.tenantId === b.tenantId && a.userId === b.userId;
}

function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.trim().toLowerCase();
}
