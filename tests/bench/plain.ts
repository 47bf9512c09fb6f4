// Comparison (b), the plain way: graph-client as its README shows, one request a resource, everything read in full and
// every document upserted, one after the other, into the same kind of store.
import {
  Client,
  type Context,
  type Middleware,
  MiddlewareFactory,
  type PageCollection,
  PageIterator,
} from '@microsoft/microsoft-graph-client';
import { z } from 'zod';
import type { TokenSource } from '../../shared/microsoft/microsoft.ts';
import type { Store } from '../../shared/store/port.ts';
import { workspaceId } from './workspace.ts';

export interface PlainTools {
  store: Store;
  graphOrigin: string;
  token(tenantId: string): TokenSource;
}

const resources = [
  {
    type: 'organization',
    key: 'id',
    path: '/organization?$select=id,displayName,countryLetterCode,tenantType,createdDateTime,verifiedDomains',
  },
  {
    type: 'licence',
    key: 'skuId',
    path: '/subscribedSkus?$select=skuId,skuPartNumber,capabilityStatus,appliesTo,consumedUnits,prepaidUnits,subscriptionIds',
  },
  {
    type: 'subscription',
    key: 'id',
    path: '/directory/subscriptions?$select=id,commerceSubscriptionId,skuId,skuPartNumber,status,totalLicenses,isTrial,createdDateTime,nextLifecycleDateTime,ownerTenantId',
  },
  {
    type: 'user',
    key: 'id',
    path: '/users?$select=id,displayName,userPrincipalName,mail,mobilePhone,department,officeLocation,userType,accountEnabled,assignedLicenses&$top=999',
  },
  { type: 'signIn', key: 'id', path: '/users?$select=id,signInActivity&$top=500' },
] as const;

/** Syncs one tenant the plain way. A tenant without the licence for sign-in activity is left without it. */
export async function plainSync({ store, graphOrigin, token }: PlainTools, tenantId: string): Promise<void> {
  const client = openClient(graphOrigin, token(tenantId));
  const pk = `${workspaceId}|${tenantId}`;
  for (const { type, key, path } of resources) {
    for (const item of await readAll(client, path)) {
      const id = `${type}:${z.string().parse(item[key])}`;
      await store.upsert('directory', { ...withoutAnnotations(item), id, pk, type, schemaVersion: 1 });
    }
  }
  const syncedAt = new Date().toISOString();
  await store.upsert('directory', { id: 'state', pk, type: 'syncState', schemaVersion: 1, tenantId, syncedAt });
}

/** The library's own chain, but for the first link: the library's gives the token to https addresses only. */
function openClient(origin: string, token: TokenSource): Client {
  const bearer: Middleware & { next?: Middleware } = {
    setNext(next) {
      this.next = next;
    },
    async execute(context: Context) {
      const headers = new Headers(context.options?.headers);
      headers.set('authorization', `Bearer ${await token.get()}`);
      context.options = { ...context.options, headers: Object.fromEntries(headers) };
      await this.next?.execute(context);
    },
  };
  const [, ...rest] = MiddlewareFactory.getDefaultMiddlewareChain({ getAccessToken: () => token.get() });
  return Client.initWithMiddleware({ baseUrl: `${origin}/`, defaultVersion: 'v1.0', middleware: [bearer, ...rest] });
}

async function readAll(client: Client, path: string): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  const collect = (item: Record<string, unknown>): boolean => {
    items.push(item);
    return true;
  };
  try {
    const first: PageCollection = await client.api(path).get();
    await new PageIterator(client, first, collect).iterate();
  } catch (error) {
    if (!isUnlicensed(error)) throw error;
  }
  return items;
}

function isUnlicensed(error: unknown): boolean {
  const { success, data } = z.object({ statusCode: z.number(), code: z.string().nullable() }).safeParse(error);
  return success && data.statusCode === 403 && data.code === 'Authentication_RequestFromNonPremiumTenantOrB2CTenant';
}

/** The store keeps names that begin with `_` for itself; OData's are of no use to anybody. */
function withoutAnnotations(item: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).filter(([name]) => !name.startsWith('@')));
}
