// GET /contacts
import type { App } from '../../../shared/app.ts';
import type { ContactFilter } from '../../../shared/contacts/contact.ts';
import { listExportParts } from '../../../shared/contacts/export.ts';
import { findContacts } from '../../../shared/contacts/find.ts';
import { listGroups } from '../../../shared/contacts/groups.ts';
import { type ContactPlace, selectPlaces } from '../../../shared/contacts/places.ts';
import { readPlace, readPlaces } from '../../../shared/contacts/read-places.ts';
import type { ContactPage } from '../../../shared/contacts/search.ts';
import { readSyncStanding } from '../../../shared/contacts/user-sync.ts';
import { type Explanation, Problem } from '../../../shared/errors.ts';
import { MicrosoftError } from '../../../shared/microsoft/microsoft.ts';
import type { WorkspaceStore } from '../../../shared/store/scoped.ts';
import { contactPageQuery } from '../../http/contact-query.ts';
import { httpRoute } from '../../http/pipeline.ts';
import { htmlPage, viewerOf } from '../viewer.ts';
import type { ChosenCustomer } from '../views/contacts-model.ts';
import { contactsView } from '../views/contacts-view.tsx';

export const contactsPage = httpRoute({
  name: 'contactsPage',
  methods: ['GET'],
  route: 'contacts',
  access: 'reader',
  respond: 'page',
  query: contactPageQuery,
  handle: async (call) => {
    const { app, workspace } = call;
    const { notice, cursor, ...asked } = call.query;
    const places = await readPlaces(workspace);
    const filter = narrowed(asked, places);
    const [viewer, sync, chosen, found] = await Promise.all([
      viewerOf(call),
      readSyncStanding(app, workspace),
      chosenCustomer(app, workspace, filter),
      findContacts(app, workspace, { filter, cursor, places }).then(withoutProblem, groupProblem),
    ]);
    const parts = listExportParts(places, filter);
    const nowMs = app.clock.now();
    const { page, problem } = found;
    const known = places.filter(({ users, kept }) => users !== 0 || kept > 0).length;
    return htmlPage(contactsView({ viewer, nowMs, notice, sync, chosen, parts, filter, cursor, page, problem, known }));
  },
});

/** Text that only one customer has chooses that customer: then its groups are there to choose from. */
function narrowed(asked: ContactFilter, places: readonly ContactPlace[]): ContactFilter {
  const { customer, ...others } = asked;
  if (customer === undefined || asked.tenantId !== undefined) return asked;
  const [only, ...more] = selectPlaces(places, { customer });
  return only && more.length === 0 ? { ...others, tenantId: only.tenantId } : asked;
}

/** The customer that the filter names, with its groups or the reason why they cannot be read. */
async function chosenCustomer(
  app: App,
  workspace: WorkspaceStore,
  { tenantId }: ContactFilter,
): Promise<ChosenCustomer | null> {
  if (tenantId === undefined) return null;
  const found = await readPlace(workspace, tenantId);
  if (!found) return null;
  const { name } = found.place;
  if (!found.current) return { tenantId, name, groups: null, explanation: removed };
  try {
    return { tenantId, name, groups: await listGroups(app, workspace, tenantId), explanation: null };
  } catch (error) {
    return { tenantId, name, groups: null, explanation: explanationOf(error) };
  }
}

const removed: Explanation = {
  code: 'customer_removed',
  meaning: 'The connection of this customer was removed.',
  whoActs: 'msp',
  whatToDo: 'Connect it again to filter by its groups.',
  retryHelps: false,
};

const withoutProblem = (page: ContactPage) => ({ page, problem: null });

/** What a group cannot be read for is said on the page; the other filters go on working. */
function groupProblem(error: unknown): { page: null; problem: Explanation } {
  return { page: null, problem: explanationOf(error) };
}

/** @throws what is no explained refusal */
function explanationOf(error: unknown): Explanation {
  if (error instanceof MicrosoftError) return error.explanation;
  if (error instanceof Problem && error.status !== 400) return error.explanation;
  throw error;
}
