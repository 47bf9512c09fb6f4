// GET /
import { listConnections } from '../../../shared/connections/read.ts';
import { readExpiryWarnings } from '../../../shared/connections/read-endings.ts';
import { allCustomers } from '../../../shared/customers/list.ts';
import { httpRoute } from '../../http/pipeline.ts';
import { htmlPage, viewerOf } from '../viewer.ts';
import { homeView } from '../views/home-view.tsx';

export const homePage = httpRoute({
  name: 'homePage',
  methods: ['GET'],
  // The root page: with an empty prefix, `/` alone is the host's own. docs: Azure Functions, AzureWebJobsDisableHomepage
  route: '{ignored:maxlength(0)?}',
  access: 'reader',
  respond: 'page',
  handle: async (call) => {
    const [viewer, connections, rows, warnings] = await Promise.all([
      viewerOf(call),
      listConnections(call.app, call.workspace),
      allCustomers(call.app, call.workspace),
      readExpiryWarnings(call.app, call.workspace),
    ]);
    return htmlPage(homeView({ viewer, connections, rows, warnings }));
  },
});
