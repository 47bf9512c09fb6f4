// Walks what an MSP does on its first day, over the same pages and redirects that a person would use: sign in, connect,
// discover, let customers consent, wait for the first sync. What is done already is left as it is.
import { z } from 'zod';
import { type HttpBrowser, openBrowser } from './http-browser.ts';
import { isHeldBack, type MeantConsent, readMeantConsents, takeBack } from './meant-consents.ts';
import { passMicrosoft } from './microsoft-pages.ts';
import { type JourneyCustomer, type PortalClient, portalClient } from './portal-client.ts';

export interface JourneyPlace {
  portal: string;
  login: string;
  control: string;
}

/** Tells how far the journey is: `done` of `total`, where there is something to count. */
export type Progress = (step: string, done?: number, total?: number) => void;

export interface JourneyResult {
  customers: number;
  byStatus: Record<string, number>;
  ready: number;
  synced: number;
  users: number;
  licences: number;
  unusedSeats: number;
  /** Of these, seats of products that are paid for: Microsoft's free ones come by the ten thousand. */
  unusedPaidSeats: number;
  /** HTTP requests that Microsoft answered since it started. */
  requests: number;
  /** What did not come out as it should; empty when all is well. */
  failures: readonly string[];
}

const account = z.object({
  upn: z.string(),
  displayName: z.string(),
  tenantId: z.string(),
  tenantName: z.string(),
  tenantKind: z.string(),
  roleWords: z.array(z.string()),
  mfa: z.boolean(),
});
export type SimulatedAccount = z.infer<typeof account>;

/** The accounts that one can sign in with. */
export async function readAccounts(place: Pick<JourneyPlace, 'control'>): Promise<SimulatedAccount[]> {
  return z.array(account).parse(await readJson(`${place.control}/control/accounts`));
}

/** The account that connects: a Global Administrator with MFA in AdminAgents, the first such there is. */
export function serviceAccountOf(accounts: readonly SimulatedAccount[]): SimulatedAccount {
  const wanted = accounts.find(
    ({ tenantKind, roleWords, mfa }) =>
      tenantKind === 'partner' &&
      mfa &&
      roleWords.includes('Global Administrator') &&
      roleWords.includes('AdminAgents'),
  );
  if (!wanted) throw new Error('The scenario has no service account.');
  return wanted;
}

/** Walks the whole journey. @throws Error when a step cannot be done at all */
export async function walkJourney(place: JourneyPlace, progress: Progress): Promise<JourneyResult> {
  const accounts = await readAccounts(place);
  const service = serviceAccountOf(accounts);
  const browser = openBrowser({ origins: [place.portal, place.login] });
  progress(`Signing in as ${service.upn}`);
  await signIn(browser, place, service);
  const portal = portalClient(browser, place.portal);
  progress('Connecting the partner tenant');
  const connectionId = await connect(browser, portal, place, service);
  await waitForDiscovery(portal, connectionId, progress);
  const meant = await readMeantConsents(place.control);
  const failures = await consentAll(place, portal, { accounts, service, meant }, progress);
  await waitForSync(portal, meant, progress);
  await takeBackConsents(place, portal, meant);
  return summarise(place, await portal.customers(), failures);
}

async function signIn(browser: HttpBrowser, place: JourneyPlace, service: SimulatedAccount): Promise<void> {
  await browser.get(`${place.portal}/sign-in`);
  await browser.submit('form[action="/sign-in/start"]');
  const page = await passMicrosoft(browser, service.upn);
  if (page.url.origin !== place.portal || page.status !== 200)
    throw new Error(`Signing in ended at ${page.url.href} (${page.status}).`);
}

async function connect(
  browser: HttpBrowser,
  portal: PortalClient,
  place: JourneyPlace,
  service: SimulatedAccount,
): Promise<string> {
  const [existing] = await portal.connections();
  if (existing?.state === 'Connected') return existing.connectionId;
  await browser.get(`${place.portal}/connect`);
  await browser.submit('form[action="/connect/start"]', { name: service.tenantName, prerequisites: 'on' });
  await passMicrosoft(browser, service.upn);
  const [made] = await portal.connections();
  if (made?.state !== 'Connected')
    throw new Error(`The connection is ${made?.state ?? 'missing'}: ${made?.explanation?.meaning ?? ''}`);
  return made.connectionId;
}

const WAIT_LIMIT_MS = 30 * 60_000;

/** Asks until `answer` gives something. @throws Error after half an hour */
async function until<T>(what: string, answer: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + WAIT_LIMIT_MS;
  for (;;) {
    const found = await answer();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`${what} did not end within ${WAIT_LIMIT_MS / 60_000} minutes.`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function waitForDiscovery(portal: PortalClient, connectionId: string, progress: Progress): Promise<void> {
  await until('Discovering customers', async () => {
    const { status, done, total, explanation } = await portal.discovery(connectionId);
    progress('Discovering customers', done, total);
    if (status === 'failed') throw new Error(`Discovery failed: ${explanation?.meaning ?? 'no reason given'}`);
    return status === 'done' ? true : undefined;
  });
}

interface People {
  accounts: readonly SimulatedAccount[];
  service: SimulatedAccount;
  meant: ReadonlyMap<string, MeantConsent>;
}

const AT_ONCE = 4;

/** Half of the customers consent by their own administrator, half through the MSP's account: both ways are walked. */
async function consentAll(
  place: JourneyPlace,
  portal: PortalClient,
  people: People,
  progress: Progress,
): Promise<string[]> {
  const waiting = (await portal.customers()).filter(
    (customer) => customer.screen === 'NotRequested' && !isSettled(customer, people.meant.get(customer.tenantId)),
  );
  const admins = new Map(
    people.accounts
      .filter(({ tenantKind, roleWords }) => tenantKind === 'customer' && roleWords.includes('Global Administrator'))
      .map((admin) => [admin.tenantId, admin]),
  );
  const failures: string[] = [];
  const queue = waiting.map((customer, index) => ({ customer, own: index % 2 === 0 }));
  let done = 0;
  progress('Consenting customers', done, waiting.length);
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const who = (next.own ? admins.get(next.customer.tenantId) : undefined) ?? people.service;
      const meant = people.meant.get(next.customer.tenantId);
      const failure = await consentOne(place, portal, next.customer, { who, meant }).catch(String);
      if (failure) failures.push(`${next.customer.name}: ${failure}`);
      done += 1;
      progress('Consenting customers', done, waiting.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return failures;
}

/** Nobody is to be asked, or a start before this one has taken the consent back again. */
function isSettled({ readiness }: JourneyCustomer, meant: MeantConsent | undefined): boolean {
  if (meant === 'revoked') return readiness.consent === 'Revoked';
  if (meant === 'upgradeNeeded') return readiness.consent === 'UpgradeNeeded';
  return meant === 'notRequested';
}

/** A person with a browser of their own opens the link. Gives what went wrong, if anything. */
async function consentOne(
  place: JourneyPlace,
  portal: PortalClient,
  customer: JourneyCustomer,
  { who, meant }: { who: SimulatedAccount; meant: MeantConsent | undefined },
): Promise<string | undefined> {
  const browser = openBrowser({ origins: [place.portal, place.login] });
  await browser.get(await portal.consentLink(customer.tenantId));
  await browser.submit('form[action$="/start"]');
  if (meant === 'inProgress') return undefined;
  const page = await passMicrosoft(browser, who.upn);
  const result = page.document?.querySelector('[data-result]')?.getAttribute('data-result');
  if (result === 'granted' || result === 'pending' || result === meant) return undefined;
  return `consent as ${who.upn} ended at ${page.url.pathname} (${page.status}): ${page.document?.querySelector('h1')?.textContent ?? ''}`;
}

/** Waits until every customer that is ready, or soon will be, has synced once, or failed for good. */
async function waitForSync(
  portal: PortalClient,
  meant: ReadonlyMap<string, MeantConsent>,
  progress: Progress,
): Promise<void> {
  await until('The first sync', async () => {
    const customers = await portal.customers();
    const expected = customers.filter(
      ({ readiness, screen, tenantId }) =>
        readiness.ready || (screen === 'ConsentPending' && !isHeldBack(meant.get(tenantId))),
    );
    const settled = expected.filter(({ sync }) => sync?.firstSyncedAt || sync?.status === 'AuthError');
    progress('Syncing customers', settled.length, expected.length);
    return settled.length === expected.length ? true : undefined;
  });
}

/** What was granted and then taken back at Microsoft is looked at once more, as Tenantry does daily. */
async function takeBackConsents(
  place: JourneyPlace,
  portal: PortalClient,
  meant: ReadonlyMap<string, MeantConsent>,
): Promise<void> {
  for (const { tenantId, readiness } of await portal.customers()) {
    const wanted = meant.get(tenantId);
    if (!readiness.ready || (wanted !== 'revoked' && wanted !== 'upgradeNeeded')) continue;
    await takeBack(place.control, tenantId, wanted);
    await portal.checkConsent(tenantId);
  }
}

async function summarise(
  place: JourneyPlace,
  customers: readonly JourneyCustomer[],
  failures: readonly string[],
): Promise<JourneyResult> {
  const stats = z.object({ total: z.number() }).parse(await readJson(`${place.control}/control/stats`));
  const sum = (of: 'users' | 'licences' | 'unusedSeats' | 'unusedPaidSeats') =>
    customers.reduce((total, { sync }) => total + (sync?.counts?.[of] ?? 0), 0);
  const byStatus: Record<string, number> = {};
  for (const { screen } of customers) byStatus[screen] = (byStatus[screen] ?? 0) + 1;
  const unsynced = customers.filter(({ readiness, sync }) => readiness.ready && sync?.status !== 'Success');
  return {
    customers: customers.length,
    byStatus,
    ready: customers.filter(({ readiness }) => readiness.ready).length,
    synced: customers.filter(({ sync }) => sync?.status === 'Success').length,
    users: sum('users'),
    licences: sum('licences'),
    unusedSeats: sum('unusedSeats'),
    unusedPaidSeats: sum('unusedPaidSeats'),
    requests: stats.total,
    failures: [
      ...failures,
      ...unsynced.map(
        ({ name, sync }) => `${name}: sync is ${sync?.status ?? 'missing'}: ${sync?.explanation?.meaning ?? ''}`,
      ),
    ],
  };
}

async function readJson(address: string): Promise<unknown> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  return answer.json();
}
