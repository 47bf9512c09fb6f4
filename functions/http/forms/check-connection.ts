// POST /connections/{connectionId}/check: the Check again button of a connection, on Connections and in setup.
import { z } from 'zod';
import { checkConnection } from '../../../shared/connections/check.ts';
import { connectionParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';
import { backTo, backToSetup } from '../redirects.ts';

export const checkConnectionFormFunction = httpRoute({
  name: 'checkConnectionForm',
  methods: ['POST'],
  route: 'connections/{connectionId}/check',
  access: 'reader',
  respond: 'page',
  params: connectionParams,
  body: z.object({ back: z.enum(['setup', 'connections']).default('connections') }),
  handle: async ({ app, workspace, params, body }) => {
    const { works } = await checkConnection(app, workspace, params.connectionId);
    const notice = works ? 'connection_works' : 'connection_checked';
    return body.back === 'setup' ? backToSetup(notice) : backTo('/connections', notice);
  },
});
