// Setup over HTTP: gates that hold for the API and the forms alike, the way to Microsoft and back, and Refresh.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { functionList } from '../../functions/list.ts';
import type { HttpBrowser } from '../../infra/local/journey/http-browser.ts';
import { passMicrosoft } from '../../infra/local/journey/microsoft-pages.ts';
import { CUSTOMER_APP_ID } from '../../infra/local/microsoft/scenario/apps.ts';
import type { Tenant } from '../../infra/local/microsoft/world.ts';
import { auditDoc } from '../../shared/access/audit.ts';
import { MINUTE_MS } from '../../shared/clock.ts';
import { listAs } from '../../shared/store/scoped.ts';
import { consentAs, customerOf, discovered, linkOf, northwind, serviceAccount } from './kit/connected.ts';
import { startTestWorld, type TestWorld, until } from './kit/world.ts';

let world: TestWorld;
let browser: HttpBrowser;
beforeEach(async () => {
  world = await startTestWorld({ functions: functionList, customers: 12 });
  browser = world.openBrowser();
  await world.signIn(browser, serviceAccount);
});
afterEach(() => world.close());

const partner = () => world.tenant(northwind);
const get = async (query = '') => Object((await world.api(browser, 'GET', `/api/v1/setup${query}`)).body);
const patch = async (change: unknown) => {
  const { status, body } = await world.api(browser, 'PATCH', '/api/v1/setup', change);
  return { status, ...Object(body) };
};
const prepared = { cspType: 'tier2', distributor: 'pax8', confirmed: true, step: 'connect' };
const stateOf = (report: Record<string, unknown>, step: string) =>
  Object(report['steps']).find((each: { step: string }) => each.step === step)?.state;
const addressOf = ({ url }: { url: URL }) => url.pathname + url.search;

/** Off to Microsoft from the second step, and back as somebody. */
async function connectFromSetup(upn = serviceAccount, consent: 'accept' | 'cancel' = 'accept') {
  await world.postForm(browser, '/setup/connect');
  return passMicrosoft(browser, upn, { consent });
}
async function connected(): Promise<void> {
  await patch(prepared);
  await connectFromSetup();
  await discovered(world, browser);
}
async function consented(tenant: Tenant): Promise<void> {
  const visitor = world.openBrowser();
  await consentAs(world, visitor, await linkOf(world, browser, tenant), `admin@${tenant.defaultDomain}`);
  await until(async () => (await customerOf(world, tenant)).readiness.ready);
}
const firstActive = () => {
  const [tenant] = world.customersOf(partner());
  if (!tenant) throw new Error('The scenario has no customer.');
  return tenant;
};

describe('the first step', () => {
  it('begins with nothing chosen, and says what the second step waits for', async () => {
    const report = await get();
    expect(report.setup).toMatchObject({ step: 'preparation', cspType: null, distributor: null, confirmedAt: null });
    expect(report.steps[0].obstacle).toMatchObject({ code: 'setup_csp_type' });
    expect(report.checklist).toHaveLength(3);
    expect(report.review.counts.all).toBe(0);
  });

  it.each([
    ['G1-05 Tier 1', { cspType: 'tier1' }, 'cspType', 'not supported yet'],
    ['G1-06 another distributor', { distributor: 'ingram' }, 'distributor', 'Choose Pax8'],
    ['a step that there is not', { step: 'somewhere' }, 'step', ''],
  ])('refuses %s, and says why at the field', async (_name, change, field, words) => {
    const { status, fields } = await patch(change);
    expect(status).toBe(400);
    expect(fields[field]).toContain(words);
  });

  it('G1-08 goes on only once everything is answered and ticked; a refusal changes nothing', async () => {
    expect(await patch({ step: 'connect' })).toMatchObject({ status: 409, code: 'setup_csp_type' });
    expect(await patch({ ...prepared, confirmed: false })).toMatchObject({ status: 409, code: 'setup_checklist' });
    expect((await get()).setup.cspType).toBeNull();
    expect(await patch(prepared)).toMatchObject({ status: 200, setup: { step: 'connect', distributor: 'pax8' } });
    const month = new Date(world.clock.now()).toISOString().slice(0, 7);
    const entries = await listAs(world.workspace(partner()).audit(month), { type: 'audit' }, auditDoc);
    const changes = entries.filter(({ action }) => action === 'setup.changed');
    expect(changes.map(({ details }) => details['fields'])).toEqual(['step,cspType,distributor,confirmedAt']);
  });

  it('shows a form that was refused again, with each error and what was chosen', async () => {
    const page = await world.postForm(browser, '/setup/preparation', { distributor: 'none' });
    expect(page.status).toBe(400);
    const summary = page.document?.querySelector('#errors');
    expect(summary?.querySelectorAll('a').map((link) => link.getAttribute('href'))).toEqual(['#cspType', '#confirmed']);
    expect(page.document?.querySelector('input[value=none]')?.hasAttribute('checked')).toBe(true);
    for (const id of ['cspType', 'confirmed']) expect(page.document?.querySelector(`#${id}`)).not.toBeNull();
  });

  it('G1-12 asks for no Pax8 where no distributor was chosen', async () => {
    await patch({ ...prepared, distributor: 'none' });
    const page = await browser.get(`${world.publicUrl}/setup`);
    expect(page.document?.querySelector('[data-connection=pax8]')).toBeNull();
    await patch({ distributor: 'pax8', confirmed: true });
    const again = await browser.get(`${world.publicUrl}/setup`);
    expect(again.document?.querySelector('[data-connection=pax8]')?.textContent).toContain('not yet available');
  });
});

describe('the way to Microsoft', () => {
  it('does not begin before the first step is done', async () => {
    const page = await world.postForm(browser, '/setup/connect');
    expect(page.status).toBe(409);
    expect(page.document?.querySelector('#errors')?.textContent).toContain('The kind of CSP is not chosen yet.');
  });

  it('G1-09 G1-11 leads back to setup, with the notice; a journey from elsewhere leads back there', async () => {
    await patch(prepared);
    expect(addressOf(await connectFromSetup())).toBe('/setup?step=connect&notice=connected');
    await discovered(world, browser);
    const id = Object(await get()).connections[0].connection.connectionId;
    await world.postForm(browser, `/connections/${id}/reauthorize`);
    expect(addressOf(await passMicrosoft(browser, serviceAccount))).toBe('/connections?notice=connected');
  });

  it('leads back to setup when it is cancelled, or when the account lacks something, which is named', async () => {
    await patch(prepared);
    await world.postForm(browser, '/setup/connect');
    await browser.submit('form:has(input[name=step][value=cancel])');
    expect(addressOf(browser.page())).toBe('/setup?step=connect&notice=connect_cancelled');
    expect(addressOf(await connectFromSetup(`lena.lone@${northwind}`))).toBe(
      '/setup?step=connect&notice=connect_failed',
    );
    const { missed } = await get();
    expect(missed).toMatchObject([{ code: 'not_in_admin_agents', guide: { href: '/help#prepare-admin-agents' } }]);
  });

  it('leads back to Connections from a journey that was left and begun elsewhere later', async () => {
    await patch(prepared);
    await world.postForm(browser, '/setup/connect');
    world.clock.advance(16 * MINUTE_MS);
    await world.postForm(browser, '/connect/start', { name: 'Northwind', prerequisites: 'on' });
    expect(addressOf(await passMicrosoft(browser, serviceAccount))).toBe('/connections?notice=connected');
  });
});

it('G1-13 without a distributor GDAP is reviewed once Microsoft is connected, and not before', async () => {
  await patch({ ...prepared, distributor: 'none' });
  const before = await browser.get(`${world.publicUrl}/setup`);
  expect(before.document?.querySelector('#review')).toBeNull();
  await connectFromSetup();
  await discovered(world, browser);
  const after = await browser.get(`${world.publicUrl}/setup`);
  expect(after.document?.querySelectorAll('#review-rows tr[data-tenant]')).toHaveLength(12);
});

describe('the second step', () => {
  beforeEach(connected);

  it('G1-14 G1-15 reviews every customer, and names what was not prepared with how many it is missing for', async () => {
    const { review, missed } = await get();
    expect(review.counts).toMatchObject({ all: 12, byStatus: { missing: 1, pending: 1, expired: 1 } });
    expect(review.rows).toHaveLength(12);
    expect(missed.map(({ code }: { code: string }) => code)).toEqual([
      'gdap_Missing',
      'gdap_MissingRoles',
      'gdap_MissingSecurityGroup',
      'gdap_Expired',
    ]);
    const filtered = await get('?status=pending');
    expect(filtered.review.rows.map(({ screen }: { screen: string }) => screen)).toEqual(['Pending']);
    expect((await world.api(browser, 'GET', '/api/v1/setup?status=nothing')).status).toBe(400);
  });

  it('G1-19 opens the third step with the first ready customer, not before; what follows is not there yet', async () => {
    expect(await patch({ step: 'accounts' })).toMatchObject({ status: 409, code: 'setup_none_ready' });
    const refused = await world.postForm(browser, '/setup/step', { step: 'accounts' });
    expect(refused.status).toBe(409);
    await consented(firstActive());
    const page = await world.postForm(browser, '/setup/step', { step: 'accounts' });
    expect(addressOf(page)).toBe('/setup?step=accounts');
    expect(page.text).toContain('Not yet available');
    expect(stateOf(await get(), 'connect')).toBe('done');
    expect(await patch({ step: 'review' })).toMatchObject({ status: 409, code: 'setup_not_yet_available' });
    // Looking at an earlier step, or saying again that it is done, loses nothing.
    expect(await patch({ step: 'connect' })).toMatchObject({ status: 200, setup: { step: 'accounts' } });
  });

  it('opens the second step again when its last ready customer is lost', async () => {
    const tenant = firstActive();
    await consented(tenant);
    await patch({ step: 'accounts' });
    tenant.servicePrincipals.delete(CUSTOMER_APP_ID);
    await world.api(browser, 'POST', `/api/v1/customers/${tenant.id}/consent/check`);
    const report = await get();
    expect(stateOf(report, 'connect')).toBe('open');
    expect(report.setup.step).toBe('accounts');
  });

  it('G1-18 Refresh reads the customers again, and finds a consent that was given back elsewhere', async () => {
    const tenant = firstActive();
    await consented(tenant);
    const principal = tenant.servicePrincipals.get(CUSTOMER_APP_ID);
    tenant.servicePrincipals.delete(CUSTOMER_APP_ID);
    await world.api(browser, 'POST', `/api/v1/customers/${tenant.id}/consent/check`);
    expect((await customerOf(world, tenant)).readiness.consent).toBe('Revoked');
    if (principal) tenant.servicePrincipals.set(CUSTOMER_APP_ID, principal);
    const { status, body } = await world.api(browser, 'POST', '/api/v1/setup/refresh');
    expect({ status, body }).toEqual({ status: 202, body: { connections: 1, consents: 1 } });
    await until(async () => (await customerOf(world, tenant)).readiness.ready);
    await discovered(world, browser);
    expect(world.errors).toEqual([]);
  });
});

it('G1-03 is for people who signed in with Microsoft, and there is no other way to sign in', async () => {
  const page = await world.openBrowser().get(`${world.publicUrl}/setup`);
  expect(page.url.pathname).toBe('/sign-in');
  const ways = page.document?.querySelectorAll('form').map((form) => form.getAttribute('action'));
  expect(ways).toEqual(['/sign-in/start']);
  expect(page.document?.querySelector('form button')?.textContent.trim()).toBe('Sign in with Microsoft');
});

it('Refresh says what to do while nothing is connected', async () => {
  await patch(prepared);
  const { status, body } = await world.api(browser, 'POST', '/api/v1/setup/refresh');
  expect({ status, code: Object(body).code }).toEqual({ status: 409, code: 'not_connected' });
});

it('a Reader sees the answers and the steps, and no button that changes them', async () => {
  await patch(prepared);
  const olivia = [...partner().users.values()].find(({ displayName }) => displayName === 'Olivia Okafor');
  await world.api(browser, 'POST', '/api/v1/members', { objectId: olivia?.id, name: 'Olivia', role: 'Reader' });
  const reader = world.openBrowser();
  await world.signIn(reader, `olivia.ordinary@${northwind}`);
  const first = await reader.get(`${world.publicUrl}/setup?step=preparation`);
  expect(first.document?.querySelector('.facts')?.textContent).toContain('Tier 2 CSP');
  expect(first.document?.querySelector('form[action="/setup/preparation"]')).toBeNull();
  const second = await reader.get(`${world.publicUrl}/setup?step=connect`);
  expect(second.document?.querySelector('form[action="/setup/connect"]')).toBeNull();
  expect(second.document?.querySelector('#gate form')).toBeNull();
});
