// What the browser tests stand on: the simulated Microsoft and the app on free ports in this process, on one clock that runs,
// and headless Chromium. Everything that a browser complains about is kept.
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { functionList } from '../../functions/list.ts';
import { startHost } from '../../infra/local/host/start-host.ts';
import { CUSTOMER_APP_ID, PARTNER_APP_ID } from '../../infra/local/microsoft/scenario/apps.ts';
import { offsetClock, type SimClock } from '../../infra/local/microsoft/sim-clock.ts';
import { type MicrosoftOptions, type RunningMicrosoft, startMicrosoft } from '../../infra/local/microsoft/start.ts';
import type { Tenant } from '../../infra/local/microsoft/world.ts';
import type { App } from '../../shared/app.ts';
import { DAY_MS } from '../../shared/clock.ts';
import { closeApp, composeApp, openReceiver } from '../../shared/compose.ts';
import type { Config } from '../../shared/config.ts';

export interface BrowserWorld {
  app: App;
  microsoft: RunningMicrosoft;
  clock: SimClock;
  publicUrl: string;
  /** What browsers complained about on our pages: script errors, violations of the policy, parts that did not load. */
  complaints: string[];
  /** A person with cookies of their own. */
  open(options?: BrowserContextOptions): Promise<Page>;
  tenant(domain: string): Tenant;
  close(): Promise<void>;
}

const SECRET = 'simulated-secret';
export const SERVICE = 'svc-tenantry@northwindpartners.example';

/** Starts everything; `close` ends it and removes the folder. */
export async function startBrowserWorld(scenario: Partial<MicrosoftOptions> = {}): Promise<BrowserWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'tenantry-browser-'));
  const clock = offsetClock(null);
  const port = await freePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const microsoft = await startSimulator(publicUrl, clock, scenario);
  const config = configOf(microsoft, publicUrl, folder);
  const app = await composeApp(config, { clock, log: () => undefined });
  const receiver = await openReceiver(config, clock);
  const host = await startHost({
    functions: functionList,
    app,
    receiver,
    port,
    roles: ['http', 'workers'],
    settings: { stopWithinMs: 5_000 },
  });
  const browser = await launch();
  const complaints: string[] = [];
  return {
    app,
    microsoft,
    clock,
    publicUrl,
    complaints,
    open: async (options = {}) => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      listen(context, publicUrl, complaints);
      context.setDefaultTimeout(15_000);
      return context.newPage();
    },
    tenant: (domain) => {
      const found = [...microsoft.world.tenants.values()].find(({ defaultDomain }) => defaultDomain === domain);
      if (!found) throw new Error(`There is no tenant ${domain}.`);
      return found;
    },
    async close() {
      await browser.close();
      await host.stop();
      await receiver.close();
      await closeApp(app);
      await microsoft.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Debian's Chromium, or the one that CHROMIUM names. */
function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  });
}

function listen(context: BrowserContext, publicUrl: string, complaints: string[]): void {
  context.on('console', (message) => {
    // A page that answers 404 is reported as a resource that failed to load: parts of pages are watched below.
    const isOurs =
      message.location().url.startsWith(publicUrl) && !message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && isOurs) complaints.push(`${message.location().url}: ${message.text()}`);
  });
  context.on('weberror', (error) => complaints.push(String(error.error())));
  context.on('response', (response) => {
    const isPart = response.request().resourceType() !== 'document' && response.url().startsWith(publicUrl);
    if (isPart && response.status() >= 400) complaints.push(`${response.url()} answered ${response.status()}`);
  });
}

function startSimulator(
  publicUrl: string,
  clock: SimClock,
  scenario: Partial<MicrosoftOptions>,
): Promise<RunningMicrosoft> {
  const secrets = [{ value: SECRET, expiresMs: clock.now() + 700 * DAY_MS }];
  const uris = (...paths: string[]) => paths.map((path) => `${publicUrl}${path}`);
  return startMicrosoft({
    seed: 1,
    customers: 12,
    usersPerCustomer: 12,
    ...scenario,
    settings: { propagationDelayMs: 0, ...scenario.settings },
    clock,
    partnerApp: { redirectUris: uris('/auth/callback', '/connect/callback'), secrets },
    customerApp: {
      redirectUris: uris('/consent/callback', '/consent/sign-in-callback', '/connect/single/callback'),
      secrets,
    },
  });
}

function configOf(microsoft: RunningMicrosoft, publicUrl: string, folder: string): Config {
  const { login, graph, partnerCenter } = microsoft.origins;
  return {
    publicUrl,
    allowedTenants: 'any',
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
    store: { kind: 'sqlite', file: join(folder, 'tenantry.db') },
    queue: { kind: 'sqlite', file: join(folder, 'queue.db') },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const SHOTS = 'test-results';

/** A picture for people to look at; none where nobody will, with TENANTRY_PICTURES=none. */
export async function shoot(page: Page, name: string): Promise<void> {
  if (process.env['TENANTRY_PICTURES'] === 'none') return;
  await mkdir(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
}
