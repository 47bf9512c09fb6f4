// GET /api/v1/contacts/export-parts: the files that an export under this filter consists of.
import { listExportParts } from '../../../shared/contacts/export.ts';
import { readPlaces } from '../../../shared/contacts/read-places.ts';
import { exportQuery } from '../contact-query.ts';
import { httpRoute } from '../pipeline.ts';

export const listContactExportPartsFunction = httpRoute({
  name: 'listContactExportParts',
  methods: ['GET'],
  route: 'api/v1/contacts/export-parts',
  access: 'reader',
  respond: 'json',
  query: exportQuery,
  handle: async ({ workspace, query: { from: _from, until: _until, ...filter } }) => ({
    jsonBody: { items: listExportParts(await readPlaces(workspace), filter) },
  }),
});
