// What the attacks share: partners that are connected, links, journeys that stop before Microsoft's answer is delivered,
// and raw requests that no browser of ours would send.
import { request as httpRequest } from 'node:http';
import { functionList } from '../../functions/list.ts';
import type { HttpBrowser } from '../../infra/local/journey/http-browser.ts';
import { passMicrosoft } from '../../infra/local/journey/microsoft-pages.ts';
import type { Tenant } from '../../infra/local/microsoft/world.ts';
import { consentDoc, consentLinkDoc } from '../../shared/consent/documents.ts';
import { gdapDoc } from '../../shared/customers/documents.ts';
import { listAs, readAs } from '../../shared/store/scoped.ts';
import { startTestWorld, type TestWorld, type TestWorldOptions, until } from './kit/world.ts';

export const first = 'northwindpartners.example';
export const second = 'southridge.example';
export const service = (domain: string): string => `svc-tenantry@${domain}`;
export const adminOf = ({ defaultDomain }: Tenant): string => `admin@${defaultDomain}`;

/** A world with every function of the product; nothing runs by a timer. */
export function startAttackedWorld(options: TestWorldOptions = {}): Promise<TestWorld> {
  return startTestWorld({ functions: functionList, mix: 'all-active', ...options });
}

/** Takes what a scenario must have. @throws Error when it has not */
export function must<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('The scenario has no such thing.');
  return value;
}

/** A partner that is connected and knows its customers: its Admin's browser. */
export async function connectedPartner(world: TestWorld, domain: string): Promise<HttpBrowser> {
  const browser = world.openBrowser();
  await world.signIn(browser, service(domain));
  await world.postForm(browser, '/connect/start', { name: domain, prerequisites: 'on' });
  await passMicrosoft(browser, service(domain));
  await discovered(world, browser);
  return browser;
}

/** Waits until the newest discovery is done. */
export async function discovered(world: TestWorld, browser: HttpBrowser): Promise<void> {
  await until(async () => {
    const { body } = await world.api(browser, 'GET', '/api/v1/connections');
    const [connection] = Object(body).items ?? [];
    const discovery = await world.api(browser, 'GET', `/api/v1/connections/${connection?.connectionId}/discovery`);
    return Object(discovery.body).status === 'done';
  });
}

/** The nth customer of a partner. */
export function customerOf(world: TestWorld, domain: string, index = 0): Tenant {
  return must(world.customersOf(world.tenant(domain))[index]);
}

/** The path of the customer's consent link: `/consent/{token}`. */
export async function linkPath(world: TestWorld, admin: HttpBrowser, tenant: Tenant): Promise<string> {
  const { body } = await world.api(admin, 'POST', `/api/v1/customers/${tenant.id}/consent-links`, {});
  return new URL(String(Object(body).address)).pathname;
}

export async function consentOf(world: TestWorld, tenant: Tenant, domain = first) {
  const { customers } = world.workspace(world.tenant(domain));
  return (await readAs(customers, `consent:${tenant.id}`, consentDoc))?.doc;
}

export async function linksOf(world: TestWorld, tenant: Tenant, domain = first) {
  const links = await listAs(world.workspace(world.tenant(domain)).customers, { type: 'consentLink' }, consentLinkDoc);
  return links.filter(({ tenantId }) => tenantId === tenant.id);
}

/** Opens a link and goes through Microsoft as somebody. Gives the browser at the page where they arrive. */
export async function consentAs(world: TestWorld, path: string, upn: string): Promise<HttpBrowser> {
  const browser = world.openBrowser();
  await browser.post(`${world.publicUrl}${path}/start`, {});
  await passMicrosoft(browser, upn);
  return browser;
}

/** A journey up to an answer of Microsoft that is not delivered. */
export interface Undelivered {
  browser: HttpBrowser;
  answer: URL;
}

/** Stops where Microsoft sends the browser back to `callback`. */
export async function undelivered(browser: HttpBrowser, upn: string, callback: string): Promise<Undelivered> {
  const page = await passMicrosoft(browser, upn, { stopBefore: ({ pathname }) => pathname === callback });
  return { browser, answer: new URL(must(page.headers.get('location'))) };
}

/** Ends the partner's relationships with the customer at Microsoft; discovery has not noticed. */
export function endRelationships(world: TestWorld, tenant: Tenant, domain = first): void {
  for (const relationship of world.microsoft.world.relationships.values())
    if (relationship.customerTenantId === tenant.id && relationship.partnerTenantId === world.tenant(domain).id)
      relationship.status = 'terminated';
}

/** What discovery notices after `endRelationships`. */
export async function noticeEnd(world: TestWorld, tenant: Tenant, domain = first): Promise<void> {
  const { customers } = world.workspace(world.tenant(domain));
  const gdap = must(await readAs(customers, `gdap:${tenant.id}`, gdapDoc));
  const relationships = gdap.doc.relationships.map((one) => ({ ...one, status: 'terminated' as const }));
  await customers.replace({ ...gdap.doc, relationships }, gdap.etag);
}

/** The value of a cookie that a browser holds for the portal. */
export async function cookieOf({ jar }: HttpBrowser, world: TestWorld, name: string): Promise<string> {
  const cookies = await jar.getCookies(world.publicUrl);
  return must(cookies.find(({ key }) => key === name)).value;
}

/** The token that the session's forms carry. */
export async function csrfOf(world: TestWorld, browser: HttpBrowser): Promise<string> {
  const { body } = await world.api(browser, 'GET', '/api/v1/session');
  return String(Object(body).csrfToken);
}

export interface RawRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}
export interface RawAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

/** One request, its path sent as it is written: `fetch` would tidy it, and forbids some methods and headers. */
export function raw(world: TestWorld, path: string, { method = 'GET', headers = {}, body }: RawRequest = {}) {
  const { hostname, port } = new URL(world.publicUrl);
  return new Promise<RawAnswer>((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const outgoing = httpRequest({ hostname, port, path, method, headers: { ...length, ...headers } }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text });
      });
      incoming.on('error', reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
