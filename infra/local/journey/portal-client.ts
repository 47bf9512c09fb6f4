// The portal's API as the journey uses it, with the session of a browser.
import { z } from 'zod';
import type { HttpBrowser } from './http-browser.ts';

const customer = z.object({
  tenantId: z.string(),
  name: z.string(),
  screen: z.string(),
  group: z.enum(['ready', 'needsYou', 'waiting']),
  readiness: z.object({ ready: z.boolean(), gdap: z.object({ status: z.string() }), consent: z.string() }),
  sync: z
    .object({
      status: z.string(),
      counts: z
        .object({ users: z.number(), licences: z.number(), unusedSeats: z.number(), unusedPaidSeats: z.number() })
        .nullable(),
      firstSyncedAt: z.string().nullable(),
      explanation: z.object({ meaning: z.string() }).nullable(),
    })
    .nullable(),
});
export type JourneyCustomer = z.infer<typeof customer>;

const customerPage = z.object({ rows: z.array(customer), pages: z.number() });
const connections = z.object({
  items: z.array(
    z.object({
      connectionId: z.string(),
      state: z.string(),
      explanation: z.object({ meaning: z.string(), whatToDo: z.string() }).nullable(),
    }),
  ),
});
const discovery = z.object({
  status: z.string(),
  done: z.number(),
  total: z.number(),
  explanation: z.object({ meaning: z.string() }).nullable(),
});
const session = z.object({ csrfToken: z.string() });

export interface PortalClient {
  customers(): Promise<JourneyCustomer[]>;
  connections(): Promise<z.infer<typeof connections>['items']>;
  discovery(connectionId: string): Promise<z.infer<typeof discovery>>;
  /** Makes a consent link, or gives the open one. */
  consentLink(tenantId: string): Promise<string>;
  /** Has Tenantry look at the consent now. */
  checkConsent(tenantId: string): Promise<void>;
}

/** A client for the person that is signed in in `browser`. Each call throws an Error that names the address on failure. */
export function portalClient(browser: HttpBrowser, portal: string): PortalClient {
  const ask = async <T>(schema: z.ZodType<T>, method: string, path: string, json?: unknown): Promise<T> => {
    const headers =
      method === 'GET' ? {} : { 'x-csrf-token': (await ask(session, 'GET', '/api/v1/session')).csrfToken };
    const page = await browser.fetch(method, `${portal}${path}`, { headers, ...(json === undefined ? {} : { json }) });
    if (page.status >= 400) throw new Error(`${method} ${path} answered ${page.status}: ${page.text.slice(0, 500)}`);
    return schema.parse(JSON.parse(page.text));
  };
  return {
    customers: async () => {
      const first = await ask(customerPage, 'GET', '/api/v1/customers?page=1');
      const rest = Array.from({ length: first.pages - 1 }, (_, index) => index + 2);
      const others = await Promise.all(rest.map((page) => ask(customerPage, 'GET', `/api/v1/customers?page=${page}`)));
      return [first, ...others].flatMap(({ rows }) => rows);
    },
    connections: async () => (await ask(connections, 'GET', '/api/v1/connections')).items,
    discovery: (connectionId) => ask(discovery, 'GET', `/api/v1/connections/${connectionId}/discovery`),
    consentLink: async (tenantId) =>
      (await ask(z.object({ address: z.url() }), 'POST', `/api/v1/customers/${tenantId}/consent-links`, {})).address,
    checkConsent: async (tenantId) => {
      await ask(z.unknown(), 'POST', `/api/v1/customers/${tenantId}/consent/check`, {});
    },
  };
}
