// A run through GDAP over the simulated Microsoft: one customer after another with the partner's own account, each page of ours
// leading on to the next.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { functionList } from '../../functions/list.ts';
import type { HttpBrowser, Page } from '../../infra/local/journey/http-browser.ts';
import { passMicrosoft } from '../../infra/local/journey/microsoft-pages.ts';
import type { Tenant } from '../../infra/local/microsoft/world.ts';
import { auditDoc } from '../../shared/access/audit.ts';
import { HOUR_MS, MINUTE_MS } from '../../shared/clock.ts';
import { consentDoc } from '../../shared/consent/documents.ts';
import { listAs, readAs } from '../../shared/store/scoped.ts';
import { endRelationships, noticeEnd } from './attacks-kit.ts';
import { northwind, openConnected, serviceAccount } from './kit/connected.ts';
import { startTestWorld, type TestWorld, type TestWorldOptions, until } from './kit/world.ts';

let world: TestWorld;
let msp: HttpBrowser;
let customers: Tenant[];
async function begin(options: TestWorldOptions = {}) {
  world = await startTestWorld({ mix: 'all-active', customers: 5, functions: functionList, ...options });
  msp = await openConnected(world);
  customers = world.customersOf(world.tenant(northwind));
}
afterEach(() => world?.close());

const customer = (index: number): Tenant => customers[index] ?? fail();
function fail(): never {
  throw new Error('The scenario has too few customers.');
}
const workspace = () => world.workspace(world.tenant(northwind));
const consentOf = async ({ id }: Tenant) => (await readAs(workspace().customers, `consent:${id}`, consentDoc))?.doc;

/** Begins a run with the form of the page; gives its path. */
async function startRun(fields: Record<string, string> = {}): Promise<string> {
  await msp.get(`${world.publicUrl}/consents`);
  const page = await world.postForm(msp, '/consents/runs', { name: 'All of them', scope: 'matching', ...fields });
  expect(page.url.searchParams.get('notice')).toBe('run_started');
  return page.url.pathname;
}
/** Presses the button of the run, and passes Microsoft's page as the partner's account. */
async function step(path: string, consent: 'accept' | 'cancel' = 'accept'): Promise<Page> {
  world.clock.advance(10_000);
  await world.postForm(msp, `${path}/next`);
  return passMicrosoft(msp, serviceAccount, { consent });
}
const textOf = (page: Page, selector: string) => page.document?.querySelector(selector)?.textContent ?? '';
const opensByItself = (page: Page) => page.document?.querySelector('form[data-submit-after]') !== null;
const stateOf = (page: Page, { id }: Tenant) =>
  page.document?.querySelector(`tr[data-tenant="${id}"]`)?.getAttribute('data-state');

describe('a run', () => {
  beforeEach(() => begin());

  it('G2-15 G2-17 consents one customer after another with one account, each page leading to the next', async () => {
    const path = await startRun();
    const order: string[] = [];
    for (let turn = 1; turn <= 5; turn += 1) {
      const page = await step(path);
      expect(page.url.pathname).toBe(path);
      order.push(page.url.searchParams.get('after') ?? '');
      expect(textOf(page, '[data-after]')).toContain('Granted');
      expect(textOf(page, '#run h2')).toBe(turn < 5 ? `${turn} of 5 customers had their turn` : 'The run is done');
      expect(opensByItself(page)).toBe(turn < 5);
    }
    expect([...order].sort()).toEqual(customers.map(({ id }) => id).sort());
    for (const tenant of customers) {
      const consent = await consentOf(tenant);
      expect(consent).toMatchObject({ status: 'Granted', method: 'gdapAccount', evidence: { kind: 'gdap' } });
      expect(consent?.by?.id).toContain(world.tenant(northwind).id);
    }
    const month = new Date(world.clock.now()).toISOString().slice(0, 7);
    const entries = await listAs(workspace().audit(month), { type: 'audit' }, auditDoc);
    const grants = entries.filter(({ action }) => action === 'consent.granted');
    expect(grants).toHaveLength(5);
    for (const { actor } of grants) expect(actor).toContain(world.tenant(northwind).id);
    const end = await world.postForm(msp, `${path}/next`);
    expect(end.url.searchParams.get('notice')).toBe('run_done');
  });

  it('goes on with the next after one that was refused, and says why; three in a row make it wait', async () => {
    const path = await startRun();
    const first = await step(path, 'cancel');
    expect(textOf(first, '[data-after=failed]')).toContain('declined');
    expect(opensByItself(first)).toBe(true);
    expect(opensByItself(await step(path, 'cancel'))).toBe(true);
    const third = await step(path, 'cancel');
    expect(opensByItself(third)).toBe(false);
    expect(textOf(third, '#run')).toContain('one after another');
    expect(textOf(third, '#run h2')).toBe('3 of 5 customers had their turn');
    expect(opensByItself(await step(path))).toBe(true);
    await step(path);
    const again = await world.postForm(msp, `${path}/tasks`, { kind: 'retry' });
    expect(textOf(again, '#run h2')).toBe('2 of 5 customers had their turn');
    for (let turn = 0; turn < 3; turn += 1) await step(path);
    expect(textOf(msp.page(), '#run h2')).toBe('The run is done');
  });

  it('stops, is left, and goes on where it was, for another Admin too', async () => {
    const path = await startRun();
    await step(path);
    const stopped = await world.postForm(msp, `${path}/tasks`, { kind: 'stop' });
    expect(stopped.url.searchParams.get('notice')).toBe('run_stopped');
    expect(opensByItself(stopped)).toBe(false);
    // A reload, or coming back later, opens nothing.
    world.clock.advance(30 * MINUTE_MS);
    const later = await msp.get(`${world.publicUrl}${path}?after=${customer(0).id}`);
    expect(opensByItself(later)).toBe(false);
    expect(textOf(later, '#run button.primary')).toMatch(/^Go on with /);
    const page = await step(path);
    expect(textOf(page, '#run h2')).toBe('2 of 5 customers had their turn');
    expect(opensByItself(page)).toBe(true);
  });

  it('opens the same customer again for who came back from Microsoft without an answer', async () => {
    const path = await startRun();
    const stop = { stopBefore: (url: URL) => url.pathname.endsWith('/adminconsent') };
    const tenantIn = (page: Page) => /\/([0-9a-f-]{36})\//.exec(page.headers.get('location') ?? '')?.[1];
    const first = tenantIn(await world.postForm(msp, `${path}/next`, {}, stop));
    expect(tenantIn(await world.postForm(msp, `${path}/next`, {}, stop))).toBe(first);
    const page = await msp.get(`${world.publicUrl}${path}`);
    expect(textOf(page, 'tr[data-state=atMicrosoft]')).not.toBe('');
    world.clock.advance(HOUR_MS - MINUTE_MS);
    expect((await step(path)).url.searchParams.get('after')).toBe(first);
  });

  it('skips a customer, and gives it another turn', async () => {
    const path = await startRun();
    const deed = (tenant: Tenant, what: string) => world.postForm(msp, `${path}/customers/${tenant.id}`, { do: what });
    expect(stateOf(await deed(customer(1), 'skip'), customer(1))).toBe('skipped');
    for (let turn = 0; turn < 4; turn += 1) await step(path);
    expect(textOf(msp.page(), '#run h2')).toBe('The run is done');
    expect((await consentOf(customer(1)))?.status ?? 'NotRequested').toBe('NotRequested');
    expect(stateOf(await deed(customer(1), 'wait'), customer(1))).toBe('waiting');
    await step(path);
    expect((await consentOf(customer(1)))?.status).toBe('Granted');
  });

  it('takes one customer out of its turn', async () => {
    const path = await startRun();
    await world.postForm(msp, `${path}/customers/${customer(3).id}/step`);
    const page = await passMicrosoft(msp, serviceAccount);
    expect(page.url.searchParams.get('after')).toBe(customer(3).id);
    expect(stateOf(page, customer(3))).toBe('granted');
  });

  it('passes over customers without an active relationship and says so', async () => {
    endRelationships(world, customer(0));
    await noticeEnd(world, customer(0));
    const path = await startRun();
    for (let turn = 0; turn < 4; turn += 1) await step(path);
    const page = await msp.get(`${world.publicUrl}${path}`);
    expect(stateOf(page, customer(0))).toBe('failed');
    expect(textOf(page, `tr[data-tenant="${customer(0).id}"]`)).toContain('gdap_not_active');
    for (const index of [1, 2, 3, 4]) expect(stateOf(page, customer(index))).toBe('granted');
    expect(textOf(page, '#run h2')).toBe('The run is done');
  });

  it('says at once what is in the way of one customer that is taken out of its turn', async () => {
    endRelationships(world, customer(0));
    await noticeEnd(world, customer(0));
    const path = await startRun();
    const page = await world.postForm(msp, `${path}/customers/${customer(0).id}/step`);
    expect(page.url.pathname).toBe(path);
    expect(textOf(page, '[data-after=failed]')).toContain('gdap_not_active');
  });

  it('offers to skip where Microsoft shows an error of its own and does not lead back', async () => {
    const path = await startRun({ scope: 'ticked', tick: customer(1).id });
    // It ends at Microsoft; nobody has noticed.
    endRelationships(world, customer(1));
    const stuck = await step(path);
    expect(stuck.url.origin).not.toBe(world.publicUrl);
    const page = await msp.get(`${world.publicUrl}${path}`);
    expect(textOf(page, '#run')).toContain('there is no answer yet');
    const skipped = await world.postForm(msp, `${path}/customers/${customer(1).id}`, { do: 'skip' });
    expect(textOf(skipped, '#run h2')).toBe('The run is done');
  });

  it('takes only the customers that were chosen', async () => {
    const path = await startRun({ scope: 'ticked', tick: customer(2).id });
    const page = await step(path);
    expect(page.url.searchParams.get('after')).toBe(customer(2).id);
    expect(textOf(page, '#run h2')).toBe('The run is done');
  });

  it('uses up the link that a customer had', async () => {
    const created = await world.api(msp, 'POST', `/api/v1/customers/${customer(0).id}/consent-links`, {});
    const path = await startRun({ scope: 'ticked', tick: customer(0).id });
    await step(path);
    const landing = await world.openBrowser().get(String(Object(created.body).address));
    expect(landing.status).toBe(410);
    expect(textOf(landing, 'h1')).toContain('consent was given');
  });

  it('is refused to a campaign by links, and tasks of links to it', async () => {
    const path = await startRun();
    const refused = await world.api(msp, 'POST', `/api/v1/consent-campaigns/${path.split('/')[2]}/tasks`, {
      kind: 'remind',
    });
    expect(refused).toMatchObject({ status: 409, body: { code: 'campaign_without_links' } });
  });
});

describe('a run while Microsoft takes its time', () => {
  it('goes on meanwhile, and shows the grant when it is there', async () => {
    await begin({ customers: 2, settings: { propagationDelayMs: 20_000 } });
    const path = await startRun();
    const page = await step(path);
    expect(textOf(page, '[data-after]')).toContain('Being confirmed');
    expect(opensByItself(page)).toBe(true);
    await step(path);
    for (let seconds = 0; seconds < 60; seconds += 10) {
      world.clock.advance(10_000);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    await until(async () => {
      const now = await msp.get(`${world.publicUrl}${path}`);
      return customers.every((tenant) => stateOf(now, tenant) === 'granted');
    });
  });
});
