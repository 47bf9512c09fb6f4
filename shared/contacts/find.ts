// What the API and the page ask: a search whose group, if any, is looked up first.
import type { App } from '../app.ts';
import { invalid } from '../errors.ts';
import type { WorkspaceStore } from '../store/scoped.ts';
import type { ContactFilter } from './contact.ts';
import { readMembers } from './groups.ts';
import { type ContactPage, type SearchRequest, searchContacts } from './search.ts';

type FindApp = Pick<App, 'store' | 'clock' | 'microsoft' | 'sealer'>;

/** One page of contacts. @throws as `searchContacts` and `membersOf` */
export async function findContacts(
  app: FindApp,
  workspace: WorkspaceStore,
  asked: Pick<SearchRequest, 'filter' | 'cursor' | 'places'>,
): Promise<ContactPage> {
  return searchContacts(app, workspace, { ...asked, members: await membersOf(app, workspace, asked.filter) });
}

/**
 * The members of the group that a filter names; undefined where it names none.
 * @throws Problem 400 for a group without its customer; as `readMembers`
 */
export async function membersOf(
  app: FindApp,
  workspace: WorkspaceStore,
  { tenantId, groupId }: ContactFilter,
): Promise<ReadonlySet<string> | undefined> {
  if (groupId === undefined) return undefined;
  if (tenantId !== undefined) return readMembers(app, workspace, { tenantId, groupId });
  const words = 'A group belongs to one customer.';
  throw invalid(words, 'Choose the customer first, then one of its groups.', { groupId: words });
}
