// A partner that is connected and knows its customers, and people who consent: what tests of requirements begin with.
import type { HttpBrowser, Page } from '../../../infra/local/journey/http-browser.ts';
import { passMicrosoft } from '../../../infra/local/journey/microsoft-pages.ts';
import type { Tenant } from '../../../infra/local/microsoft/world.ts';
import { readCustomer } from '../../../shared/customers/list.ts';
import type { CustomerRow } from '../../../shared/customers/rows.ts';
import { type TestWorld, until } from './world.ts';

export const northwind = 'northwindpartners.example';
export const serviceAccount = `svc-tenantry@${northwind}`;

/** Signs in as `upn` and connects with that account; gives the page that the way ends at. */
export async function connectAs(world: TestWorld, browser: HttpBrowser, upn = serviceAccount): Promise<Page> {
  await world.postForm(browser, '/connect/start', { name: 'Northwind', prerequisites: 'on' });
  return passMicrosoft(browser, upn);
}

/** The browser of an Admin of Northwind whose partner tenant is connected and whose customers were read once. */
export async function openConnected(world: TestWorld): Promise<HttpBrowser> {
  const browser = world.openBrowser();
  await world.signIn(browser, serviceAccount);
  await connectAs(world, browser);
  await discovered(world, browser);
  return browser;
}

/** The id of the one connection. */
export async function connectionIdOf(world: TestWorld, browser: HttpBrowser): Promise<string> {
  const { body } = await world.api(browser, 'GET', '/api/v1/connections');
  return String(Object(body).items?.[0]?.connectionId);
}

/** Waits until the customers were read to the end. @throws Error when that failed */
export async function discovered(world: TestWorld, browser: HttpBrowser): Promise<void> {
  const path = `/api/v1/connections/${await connectionIdOf(world, browser)}/discovery`;
  const status = await until(async () => {
    const { body } = await world.api(browser, 'GET', path);
    return ['done', 'failed'].includes(Object(body).status) && String(Object(body).status);
  });
  if (status !== 'done') throw new Error('The customers could not be read.');
}

/** A new consent link of a customer, as a path. */
export async function linkOf(world: TestWorld, browser: HttpBrowser, tenant: Tenant): Promise<string> {
  const { body } = await world.api(browser, 'POST', `/api/v1/customers/${tenant.id}/consent-links`, {});
  return new URL(String(Object(body).address)).pathname;
}

/** Opens the link, presses its button, and passes Microsoft's pages as somebody. */
export async function consentAs(world: TestWorld, browser: HttpBrowser, path: string, upn: string): Promise<Page> {
  await browser.get(`${world.publicUrl}${path}`);
  await browser.submit('form[action$="/start"]');
  return passMicrosoft(browser, upn);
}

/** The customer as lists and pages show it. @throws Error when Northwind has no such customer */
export async function customerOf(world: TestWorld, tenant: Tenant): Promise<CustomerRow> {
  const row = await readCustomer(world.app, world.workspace(world.tenant(northwind)), tenant.id);
  if (!row) throw new Error(`${tenant.displayName} is no customer.`);
  return row;
}

/** The row of a customer on the Connections page. @throws Error when there is none */
export async function rowOf(world: TestWorld, browser: HttpBrowser, tenant: Tenant) {
  const { document } = await browser.get(`${world.publicUrl}/connections`);
  const row = document?.querySelector(`tr[data-tenant="${tenant.id}"]`);
  if (!row) throw new Error(`There is no row of ${tenant.displayName}.`);
  return row;
}
