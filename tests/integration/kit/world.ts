// A whole world for a test: the simulated Microsoft, the app on SQLite in a temporary folder, its host on a free port, and
// browsers. Both clocks are one that stands still until the test moves it.
import { randomBytes, randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FunctionDefinition } from '../../../functions/define.ts';
import { httpFunctions } from '../../../functions/http/routes.ts';
import { consentFunction } from '../../../functions/workers/consent.ts';
import { discoverFunction } from '../../../functions/workers/discover.ts';
import { startHost } from '../../../infra/local/host/start-host.ts';
import { type HttpBrowser, openBrowser, type Page } from '../../../infra/local/journey/http-browser.ts';
import { passMicrosoft } from '../../../infra/local/journey/microsoft-pages.ts';
import { CUSTOMER_APP_ID, PARTNER_APP_ID } from '../../../infra/local/microsoft/scenario/apps.ts';
import { type SimClock, standingClock } from '../../../infra/local/microsoft/sim-clock.ts';
import { type MicrosoftOptions, type RunningMicrosoft, startMicrosoft } from '../../../infra/local/microsoft/start.ts';
import type { Tenant } from '../../../infra/local/microsoft/world.ts';
import type { App } from '../../../shared/app.ts';
import { DAY_MS } from '../../../shared/clock.ts';
import { closeApp, composeApp, openReceiver } from '../../../shared/compose.ts';
import type { Config } from '../../../shared/config.ts';
import { createLog, toJsonLine } from '../../../shared/log.ts';
import { openWorkspaceStore, type WorkspaceStore } from '../../../shared/store/scoped.ts';

export interface TestWorldOptions
  extends Partial<
    Pick<MicrosoftOptions, 'seed' | 'customers' | 'usersPerCustomer' | 'mix' | 'preconsented' | 'settings'>
  > {
  allowedTenants?: Config['allowedTenants'];
  /** All HTTP functions and the workers for discovery and consent unless told. */
  functions?: readonly FunctionDefinition[];
  /** Whether queued messages are worked; true unless told. */
  workers?: boolean;
  /** One that stands still unless told. */
  clock?: SimClock;
}

export interface TestWorld {
  app: App;
  microsoft: RunningMicrosoft;
  clock: SimClock;
  publicUrl: string;
  /** Everything that was logged at level error. */
  errors: { message: string; fields: unknown }[];
  /** Every line of the log, debug included, as the one-machine runtime writes it. */
  logLines: string[];
  /** Where the store and the queue keep their files. */
  folder: string;
  openBrowser(): HttpBrowser;
  /** The tenant with this default domain. @throws Error when there is none */
  tenant(domain: string): Tenant;
  /** The customers of a partner, in the order of the scenario. */
  customersOf(partner: Tenant): Tenant[];
  workspace(tenant: Tenant): WorkspaceStore;
  /** Signs somebody in and gives the page that they arrive at. */
  signIn(browser: HttpBrowser, upn: string): Promise<Page>;
  /** Sends a form of ours with the token of the session. */
  postForm(browser: HttpBrowser, path: string, fields?: Record<string, string>, visit?: Visiting): Promise<Page>;
  /** Calls the API with the token of the session. */
  api(browser: HttpBrowser, method: string, path: string, json?: unknown): Promise<{ status: number; body: unknown }>;
  close(): Promise<void>;
}
type Visiting = { stopBefore?: (url: URL) => boolean };

const SECRET = 'simulated-secret';

/** Starts everything; `close` ends it and removes the folder. */
export async function startTestWorld(options: TestWorldOptions = {}): Promise<TestWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'tenantry-'));
  const clock = options.clock ?? standingClock(Date.now());
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const microsoft = await startSimulator(publicUrl, clock, options);
  const config = configOf(microsoft, publicUrl, folder, options);
  const errors: TestWorld['errors'] = [];
  const logLines: string[] = [];
  const written = createLog((line) => logLines.push(toJsonLine(line, clock.now())), 'debug');
  const app = await composeApp(config, {
    clock,
    log: (level, message, fields) => {
      if (level === 'error') errors.push({ message, fields });
      written(level, message, fields);
    },
  });
  const receiver = await openReceiver(config, clock);
  const functions = options.functions ?? [...httpFunctions, consentFunction, discoverFunction];
  const roles = options.workers === false ? (['http'] as const) : (['http', 'workers'] as const);
  const host = await startHost({ functions, app, receiver, port, roles, settings: { stopWithinMs: 5_000 } });
  const origins = [publicUrl, ...Object.values(microsoft.origins)];
  return {
    app,
    microsoft,
    clock,
    publicUrl,
    errors,
    logLines,
    folder,
    ...peopleOf({ microsoft, publicUrl, app, origins }),
    async close() {
      await host.stop();
      await receiver.close();
      await closeApp(app);
      await microsoft.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function startSimulator(publicUrl: string, clock: SimClock, options: TestWorldOptions): Promise<RunningMicrosoft> {
  const secrets = [{ value: SECRET, expiresMs: clock.now() + 700 * DAY_MS }];
  const uris = (...paths: string[]) => paths.map((path) => `${publicUrl}${path}`);
  const { allowedTenants: _, functions: __, workers: ___, ...scenario } = options;
  return startMicrosoft({
    seed: 7,
    customers: 3,
    usersPerCustomer: 4,
    ...scenario,
    settings: { propagationDelayMs: 0, ...options.settings },
    clock,
    partnerApp: { redirectUris: uris('/auth/callback', '/connect/callback'), secrets },
    customerApp: {
      redirectUris: uris('/consent/callback', '/consent/sign-in-callback', '/connect/single/callback'),
      secrets,
    },
  });
}

function configOf(
  microsoft: RunningMicrosoft,
  publicUrl: string,
  folder: string,
  { allowedTenants = 'any' }: TestWorldOptions,
): Config {
  const { login, graph, partnerCenter } = microsoft.origins;
  const file = join(folder, 'tenantry.db');
  return {
    publicUrl,
    allowedTenants,
    sealingKeys: [{ kid: 'k1', key: randomBytes(32) }],
    microsoft: {
      loginOrigin: login,
      graphOrigin: graph,
      partnerCenterOrigin: partnerCenter,
      productNamesUrl: `${graph}/product-names.csv`,
    },
    portals: { adminOrigin: 'https://admin.microsoft.com', entraOrigin: 'https://entra.microsoft.com' },
    partnerApp: { clientId: PARTNER_APP_ID, proof: { kind: 'secret', secret: SECRET } },
    customerApp: { clientId: CUSTOMER_APP_ID, proof: { kind: 'secret', secret: SECRET } },
    store: { kind: 'sqlite', file },
    queue: { kind: 'sqlite', file: join(folder, 'queue.db') },
  };
}

function peopleOf(parts: { microsoft: RunningMicrosoft; publicUrl: string; app: App; origins: string[] }) {
  const { microsoft, publicUrl, app, origins } = parts;
  const { world } = microsoft;
  const csrfOf = async (browser: HttpBrowser): Promise<string> => {
    const { text } = await browser.fetch('GET', `${publicUrl}/api/v1/session`);
    return String(JSON.parse(text).csrfToken ?? '');
  };
  const tenant = (domain: string): Tenant => {
    const found = [...world.tenants.values()].find(({ defaultDomain }) => defaultDomain === domain);
    if (!found) throw new Error(`There is no tenant ${domain}.`);
    return found;
  };
  return {
    openBrowser: () => openBrowser({ origins }),
    tenant,
    customersOf: (partner: Tenant) =>
      world.scenarioStatuses
        .filter(({ partnerTenantId }) => partnerTenantId === partner.id)
        .flatMap(({ customerTenantId }) => world.tenants.get(customerTenantId) ?? []),
    workspace: ({ id }: Tenant) => openWorkspaceStore(app.store, id),
    signIn: async (browser: HttpBrowser, upn: string) => {
      await browser.post(`${publicUrl}/sign-in/start`, {});
      return passMicrosoft(browser, upn);
    },
    postForm: async (browser: HttpBrowser, path: string, fields: Record<string, string> = {}, visit?: Visiting) =>
      browser.post(`${publicUrl}${path}`, { ...fields, csrf: await csrfOf(browser) }, visit),
    api: async (browser: HttpBrowser, method: string, path: string, json?: unknown) => {
      const headers = method === 'GET' ? {} : { 'x-csrf-token': await csrfOf(browser) };
      const options = json === undefined ? { headers } : { headers, json };
      const { status, text } = await browser.fetch(method, `${publicUrl}${path}`, options);
      const body: unknown = text === '' ? null : JSON.parse(text);
      return { status, body };
    },
  };
}

/** Waits until `check` gives something, at most `patienceMs` of real time. @throws Error when it never does */
export async function until<T>(check: () => Promise<T | undefined | false>, patienceMs = 10_000): Promise<T> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const found = await check();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error('It did not come about in time.');
    await sleep(50);
  }
}

/**
 * A port that nobody listens on. Below those that the system gives out by itself: the simulator, and tests beside this
 * one, would take it before the host does.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_000);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    await new Promise<void>((resolve) => server.close(() => resolve()));
    if (free) return port;
  }
}
