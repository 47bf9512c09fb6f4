// GET /connect
import { z } from 'zod';
import { partnerAppPermissions } from '../../../shared/microsoft/permissions.ts';
import { httpRoute } from '../../http/pipeline.ts';
import { htmlPage, viewerOf } from '../viewer.ts';
import { connectView } from '../views/connect-view.tsx';

export const connectPage = httpRoute({
  name: 'connectPage',
  methods: ['GET'],
  route: 'connect',
  access: 'admin',
  respond: 'page',
  query: z.object({ notice: z.string().max(40).optional() }),
  handle: async (call) => {
    const viewer = await viewerOf(call);
    const model = {
      viewer,
      notice: call.query.notice,
      suggestedName: viewer.workspaceName,
      permissions: partnerAppPermissions,
    };
    return htmlPage(connectView(model));
  },
});
