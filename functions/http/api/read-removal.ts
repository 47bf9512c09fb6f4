// GET /api/v1/connections/{connectionId}/removal: what a removal would take, how it goes, or what it left to be done by hand.
import { readRemoval } from '../../../shared/connections/removal/request.ts';
import { entraAppsAddress } from '../entra-address.ts';
import { connectionParams } from '../params.ts';
import { httpRoute } from '../pipeline.ts';

export const readRemovalFunction = httpRoute({
  name: 'readRemoval',
  methods: ['GET'],
  route: 'api/v1/connections/{connectionId}/removal',
  access: 'reader',
  respond: 'json',
  params: connectionParams,
  handle: async ({ app, workspace, params }) => {
    const { connection, preview, removal, byHand } = await readRemoval(workspace, params.connectionId);
    return {
      jsonBody: {
        connectionId: params.connectionId,
        state: connection?.state ?? 'NotConnected',
        preview,
        removal,
        byHand: byHand.map(({ tenantId, name, domain, appNote }) => ({
          tenantId,
          name,
          domain,
          why: appNote ?? null,
          address: entraAppsAddress(app.config, tenantId),
        })),
      },
    };
  },
});
