// Ends of secrets, certificates and unused sign-ins, day by day over the moved clock: shown, answered, and told once.
import { generate } from 'selfsigned';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { functionList } from '../../functions/list.ts';
import type { HttpBrowser } from '../../infra/local/journey/http-browser.ts';
import { type AuditDoc, auditDoc } from '../../shared/access/audit.ts';
import { DAY_MS } from '../../shared/clock.ts';
import { ownAppDoc } from '../../shared/connections/documents.ts';
import { runKeepAlive } from '../../shared/connections/keep-alive.ts';
import { deploymentEndings } from '../../shared/connections/read-endings.ts';
import { tellExpiry } from '../../shared/connections/tell-expiry.ts';
import { listAs, updateDoc } from '../../shared/store/scoped.ts';
import { connectAs, connectionIdOf, northwind, serviceAccount } from './kit/connected.ts';
import { startTestWorld, type TestWorld } from './kit/world.ts';

let world: TestWorld;
let browser: HttpBrowser;
beforeEach(async () => {
  world = await startTestWorld({ functions: functionList, workers: false });
  browser = world.openBrowser();
  await world.signIn(browser, serviceAccount);
});
afterEach(() => world.close());

const workspace = () => world.workspace(world.tenant(northwind));
async function entries(): Promise<AuditDoc[]> {
  const months = new Set<string>();
  for (let day = 0; day <= 130; day += 1)
    months.add(new Date(world.clock.now() - day * DAY_MS).toISOString().slice(0, 7));
  const all = await Promise.all(
    [...months].map((month) => listAs(workspace().audit(month), { type: 'audit' }, auditDoc)),
  );
  return all.flat().filter(({ action }) => action === 'connection.endsSoon');
}
const thresholds = async () =>
  (await entries()).sort((a, b) => a.id.localeCompare(b.id)).map(({ details }) => details['thresholdDays']);

async function dayPasses(connectionId: string): Promise<void> {
  world.clock.advance(DAY_MS);
  const message = { kind: 'keepAlive', workspaceId: workspace().workspaceId, connectionId, attempt: 1 } as const;
  await runKeepAlive(world.app, message, `keepAlive:${world.clock.now()}`);
}

/** A connection with an app of its own whose secret ends in so many days. */
async function ownApp(days: number): Promise<string> {
  const { body } = await world.api(browser, 'POST', '/api/v1/connections/own-app', { name: 'Own app' });
  const connectionId = String(Object(body).connectionId);
  const appId = '3c9f1a52-7d04-4e1b-9b2a-6f0d8e5c1a77';
  const expiresMs = world.clock.now() + days * DAY_MS;
  const change = {
    kind: 'registerApp',
    tenantId: workspace().workspaceId,
    appId,
    secrets: [{ value: 's', expiresMs }],
  };
  await fetch(`${world.microsoft.control}/control/change`, { method: 'POST', body: JSON.stringify(change) });
  const told = { domain: northwind, clientId: appId, secret: 's' };
  await world.api(browser, 'PUT', `/api/v1/connections/${connectionId}/app`, told);
  await updateDoc(workspace().workspace, `ownApp:${connectionId}`, ownAppDoc, (stored) =>
    stored ? { ...stored, endsAt: new Date(expiresMs).toISOString() } : undefined,
  );
  return connectionId;
}

describe('a secret that ends', () => {
  it('is told 30, 7 and 1 days ahead and at its end, each once', async () => {
    const connectionId = await ownApp(33);
    for (let day = 0; day < 36; day += 1) await dayPasses(connectionId);
    expect(await thresholds()).toEqual([30, 7, 1, 0]);
    expect((await entries())[0]).toMatchObject({
      actor: 'tenantry',
      subject: `connection:${connectionId}`,
      details: { kind: 'ownAppSecret' },
    });
  });

  it('stands on Home and Connections and in the API, with the way to renew it', async () => {
    const connectionId = await ownApp(5);
    for (const path of ['/', '/connections']) {
      const { document } = await browser.get(`${world.publicUrl}${path}`);
      const item = document?.querySelector('[data-warning=ownAppSecret]');
      expect(item?.querySelector('.status')?.textContent).toContain('Ends within 7 days');
      expect(item?.querySelector('a')?.getAttribute('href')).toBe(`/connections/${connectionId}/app#registration`);
    }
    const { body } = await world.api(browser, 'GET', '/api/v1/expiry-warnings');
    expect(body).toMatchObject({ items: [{ kind: 'ownAppSecret', connectionId, thresholdDays: 7, whoActs: 'msp' }] });
  });

  it('is told once, also by two looks at the same moment and after a crash before the entry was written', async () => {
    await ownApp(5);
    await Promise.all([tellExpiry(world.app, workspace()), tellExpiry(world.app, workspace())]);
    expect(await thresholds()).toEqual([7]);
    // As a crash leaves it: noted, and nothing written.
    world.clock.advance(4 * DAY_MS);
    const audit = workspace().audit(new Date(world.clock.now()).toISOString().slice(0, 7));
    await tellExpiry(world.app, {
      ...workspace(),
      audit: () => ({ ...audit, create: () => Promise.reject(new Error('killed here')) }),
    }).catch(() => undefined);
    expect(await thresholds()).toEqual([7]);
    await tellExpiry(world.app, workspace());
    await tellExpiry(world.app, workspace());
    expect(await thresholds()).toEqual([7, 1]);
  });
});

describe('a sign-in that nobody uses', () => {
  it('is warned of when its 90 days run out, and not while it is used', async () => {
    await connectAs(world, browser);
    const connectionId = await connectionIdOf(world, browser);
    for (let day = 0; day < 10; day += 1) await dayPasses(connectionId);
    expect(await entries()).toEqual([]);
    // The job did not run for two months.
    world.clock.advance(61 * DAY_MS);
    await tellExpiry(world.app, workspace());
    expect((await entries()).map(({ details }) => [details['kind'], details['thresholdDays']])).toEqual([
      ['refreshToken', 30],
    ]);
  });
});

describe("the deployment's own apps", () => {
  it('warn every workspace when their secret was told to end', () => {
    const config = { ...world.app.config, partnerApp: { ...world.app.config.partnerApp, secretEndsAtMs: 1_000 } };
    expect(deploymentEndings({ config })).toEqual([
      { kind: 'partnerAppSecret', connectionId: null, name: null, endsAtMs: 1_000 },
    ]);
    expect(deploymentEndings(world.app)).toEqual([]);
  });

  it('warn of the end that a certificate says itself', async () => {
    const notAfterDate = new Date('2027-06-01T00:00:00.000Z');
    const made = await generate([{ name: 'commonName', value: 'x' }], { keySize: 2048, notAfterDate });
    const proof = { kind: 'certificate', pem: `${made.private}\n${made.cert}` } as const;
    const config = { ...world.app.config, customerApp: { ...world.app.config.customerApp, proof } };
    expect(deploymentEndings({ config })).toEqual([
      { kind: 'customerAppCertificate', connectionId: null, name: null, endsAtMs: notAfterDate.getTime() },
    ]);
  });
});
