// GET /help
import { searchHelp } from '../../../shared/help/search.ts';
import { helpQuery } from '../../http/help-query.ts';
import { httpRoute } from '../../http/pipeline.ts';
import { htmlPage, viewerOf } from '../viewer.ts';
import { helpView } from '../views/help-view.tsx';

export const helpPage = httpRoute({
  name: 'helpPage',
  methods: ['GET'],
  route: 'help',
  access: 'reader',
  respond: 'page',
  query: helpQuery,
  handle: async (call) => {
    const { text } = call.query;
    const help = searchHelp(text, call.app.config.portals.entraOrigin);
    return htmlPage(helpView({ viewer: await viewerOf(call), text, help }));
  },
});
