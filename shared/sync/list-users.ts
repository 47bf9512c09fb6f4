// Users of a tenant, a page at a time, for pages and API.
import type { App } from '../app.ts';
import type { Query } from '../store/port.ts';
import { openWorkspaceStore } from '../store/scoped.ts';
import { type UserDoc, userDoc } from './documents.ts';

/** `licensed` is anyone with a licence; the last two are what costs money for nothing. */
export const userFilters = ['all', 'licensed', 'guests', 'disabled', 'inactive'] as const;
export type UserFilter = (typeof userFilters)[number];

export interface UsersRequest {
  filter?: UserFilter;
  /** Text to find in name, principal name, mail, mobile, department or office, whatever the case. */
  query?: string;
  /** Of the page before, with the very same filter and text. */
  continuation?: string;
}

export interface UsersAnswer {
  /** By principal name. A page has about a hundred, fewer where few match. */
  items: readonly UserDoc[];
  /** There may be more; asked with it, the next page can be empty. */
  continuation: string | null;
}

const pageSize = 100;
/** A search looks at this many users at most before it gives what it found and lets the caller go on. */
const mostPages = 20;

/** Lists users. The caller has made sure that the customer is the workspace's. @throws StoreError */
export async function listUsers(
  app: Pick<App, 'store'>,
  workspaceId: string,
  tenantId: string,
  request: UsersRequest = {},
): Promise<UsersAnswer> {
  const directory = openWorkspaceStore(app.store, workspaceId).directory(tenantId);
  const matches = matcher(request);
  const items: UserDoc[] = [];
  let { continuation } = request;
  for (let pages = 0; pages < mostPages; pages += 1) {
    const page = await directory.query({
      ...queryFor(request.filter ?? 'all'),
      ...(continuation === undefined ? {} : { continuation }),
    });
    // A store's page is taken whole, because its continuation begins after it.
    items.push(...page.items.map(({ doc }) => userDoc.parse(doc)).filter(matches));
    continuation = page.continuation;
    if (continuation === undefined || items.length >= pageSize) break;
  }
  return { items, continuation: continuation ?? null };
}

function queryFor(filter: UserFilter): Query {
  const query: Query = {
    type: 'user',
    orderBy: { field: 'userPrincipalName', direction: 'asc' },
    limit: pageSize,
  };
  if (filter !== 'disabled' && filter !== 'inactive') return query;
  return { ...query, where: [{ field: 'standing', op: 'eq', value: filter }] };
}

function matcher({ filter, query }: UsersRequest): (user: UserDoc) => boolean {
  const wanted = query?.trim().toLowerCase() ?? '';
  return (user) => {
    if (filter === 'licensed' && user.licences.length === 0) return false;
    if (filter === 'guests' && user.userType !== 'Guest') return false;
    if (wanted === '') return true;
    const { displayName, userPrincipalName, mail, mobilePhone, department, officeLocation } = user;
    const texts = [displayName, userPrincipalName, mail, mobilePhone, department, officeLocation];
    return texts.some((text) => text?.toLowerCase().includes(wanted));
  };
}
