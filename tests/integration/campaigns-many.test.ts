// Campaigns and runs of 2,000 customers: everything that is asked for is done in parts, and pages stay pages.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { functionList } from '../../functions/list.ts';
import type { HttpBrowser } from '../../infra/local/journey/http-browser.ts';
import { readCampaign } from '../../shared/consent/campaign-read.ts';
import type { NewDoc } from '../../shared/store/scoped.ts';
import { northwind, openConnected } from './kit/connected.ts';
import { startTestWorld, type TestWorld } from './kit/world.ts';

const CUSTOMERS = 2000;
let world: TestWorld;
let msp: HttpBrowser;
const workspace = () => world.workspace(world.tenant(northwind));

/** Two thousand that look as one does that was discovered. */
beforeAll(async () => {
  world = await startTestWorld({ mix: 'all-active', customers: 1, functions: functionList });
  msp = await openConnected(world);
  const [one] = world.customersOf(world.tenant(northwind));
  const copies: NewDoc[] = [];
  for (const type of ['customer', 'gdap']) {
    const stored = await workspace().customers.read(`${type}:${one?.id}`);
    if (!stored) throw new Error('The customer was not discovered.');
    copies.push(stored.doc);
  }
  const docs = Array.from({ length: CUSTOMERS - 1 }, (_, index) => {
    const tenantId = randomUUID();
    const name = `Customer ${String(index).padStart(4, '0')}`;
    return copies.map((doc) => ({
      ...doc,
      id: `${doc.type}:${tenantId}`,
      tenantId,
      ...('name' in doc ? { name } : {}),
    }));
  });
  await workspace().customers.bulkUpsert(docs.flat());
}, 120_000);
afterAll(() => world?.close());

async function start(method: string): Promise<string> {
  const body = { method, name: 'Everybody', choice: { matching: {} } };
  const started = await world.api(msp, 'POST', '/api/v1/consent-campaigns', body);
  expect(started.status).toBeLessThan(300);
  return String(Object(started.body).campaignId);
}

it('G2-05 has a link for each of 2,000 customers, all different, on 20 pages and in one table', async () => {
  const campaignId = await start('customerAdmin');
  let last = -1;
  for (;;) {
    const { task } = (await readCampaign(workspace(), campaignId)).doc;
    if (!task) break;
    // It goes on, never back.
    expect(task.from).toBeGreaterThanOrEqual(last);
    last = task.from;
    await sleep(200);
  }
  const { body } = await world.api(msp, 'GET', `/api/v1/consent-campaigns/${campaignId}/customers?page=20`);
  expect(body).toMatchObject({ page: 20, pages: 20, matching: CUSTOMERS, counts: { toSend: CUSTOMERS } });
  expect(Object(body).items).toHaveLength(100);
  const { text } = await msp.fetch('GET', `${world.publicUrl}/api/v1/consent-campaigns/${campaignId}/links.csv`);
  expect(new Set(text.match(/\/consent\/[\w-]{43}/g)).size).toBe(CUSTOMERS);
}, 180_000);

it('G2-17 begins a run with 2,000 customers, and knows whose turn it is', async () => {
  const campaignId = await start('gdapAccount');
  const page = await msp.get(`${world.publicUrl}/consents/${campaignId}`);
  expect(page.document?.querySelector('#run h2')?.textContent).toBe('0 of 2,000 customers had their turn');
  expect(page.document?.querySelectorAll('tr[data-state=waiting]')).toHaveLength(100);
  const stop = { stopBefore: (url: URL) => url.pathname.endsWith('/adminconsent') };
  const away = await world.postForm(msp, `/consents/${campaignId}/next`, {}, stop);
  const { body } = await world.api(msp, 'GET', `/api/v1/consent-campaigns/${campaignId}`);
  expect(body).toMatchObject({
    counts: { waiting: CUSTOMERS - 1, atMicrosoft: 1 },
    progress: { done: 0, of: CUSTOMERS },
  });
  expect(away.headers.get('location')).toContain('/adminconsent');
}, 120_000);
