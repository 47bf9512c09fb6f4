// GET /api/v1/connections/{connectionId}/discovery: how the newest discovery goes.
import { readConnection } from '../../../shared/connections/read.ts';
import { readDiscovery } from '../../../shared/customers/discovery.ts';
import { notFound } from '../../../shared/errors.ts';
import { connectionParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const readDiscoveryFunction = httpRoute({
  name: 'readDiscovery',
  methods: ['GET'],
  route: 'api/v1/connections/{connectionId}/discovery',
  access: 'reader',
  respond: 'json',
  params: connectionParams,
  handle: async ({ app, workspace, params }) => {
    await readConnection(app, workspace, params.connectionId);
    const discovery = await readDiscovery(workspace, params.connectionId);
    if (!discovery) throw notFound('discovery');
    return { jsonBody: discovery };
  },
});
