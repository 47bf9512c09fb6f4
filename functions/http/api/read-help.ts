// GET /api/v1/help: the guide, the glossary and every explained error, or what of them a search finds.
import { searchHelp } from '../../../shared/help/search.ts';
import { helpQuery } from '../help-query.ts';
import { httpRoute } from '../pipeline.ts';

export const readHelpFunction = httpRoute({
  name: 'readHelp',
  methods: ['GET'],
  route: 'api/v1/help',
  access: 'reader',
  respond: 'json',
  query: helpQuery,
  handle: async ({ app, query }) => ({ jsonBody: searchHelp(query.text, app.config.portals.entraOrigin) }),
});
