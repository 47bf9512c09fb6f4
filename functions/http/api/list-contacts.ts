// GET /api/v1/contacts: people of all synced tenants, and those kept of removed ones; a hundred at a time, by cursor.
import { findContacts } from '../../../shared/contacts/find.ts';
import { contactQuery } from '../contact-query.ts';
import { httpRoute } from '../pipeline.ts';

export const listContactsFunction = httpRoute({
  name: 'listContacts',
  methods: ['GET'],
  route: 'api/v1/contacts',
  access: 'reader',
  respond: 'json',
  query: contactQuery,
  handle: async ({ app, workspace, query: { cursor, ...filter } }) => ({
    jsonBody: await findContacts(app, workspace, { filter, cursor }),
  }),
});
