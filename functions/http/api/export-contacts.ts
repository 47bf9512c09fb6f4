// GET /api/v1/contacts/export: every match as CSV. A long export comes in files; the header `link` names the next one.
import { exportContacts } from '../../../shared/contacts/export.ts';
import { membersOf } from '../../../shared/contacts/find.ts';
import { exportQuery, filterText } from '../contact-query.ts';
import { httpRoute } from '../pipeline.ts';

export const exportContactsFunction = httpRoute({
  name: 'exportContacts',
  methods: ['GET'],
  route: 'api/v1/contacts/export',
  access: 'reader',
  respond: 'json',
  query: exportQuery,
  handle: async ({ app, workspace, query: { from, until, ...filter } }) => {
    const members = await membersOf(app, workspace, filter);
    const { csv, next } = await exportContacts(workspace, { filter, from, until, members });
    const rest = filterText(filter);
    if (next) rest.set('from', next);
    const day = new Date(app.clock.now()).toISOString().slice(0, 10);
    return {
      status: 200,
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="contacts-${day}.csv"`,
        ...(next ? { link: `</api/v1/contacts/export?${rest}>; rel="next"` } : {}),
      },
      body: csv,
    };
  },
});
