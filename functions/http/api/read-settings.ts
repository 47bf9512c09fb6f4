// GET /api/v1/settings
import { readSettings } from '../../../shared/access/settings.ts';
import { httpRoute } from '../pipeline.ts';

export const readSettingsFunction = httpRoute({
  name: 'readSettings',
  methods: ['GET'],
  route: 'api/v1/settings',
  access: 'reader',
  respond: 'json',
  handle: async ({ workspace }) => ({ jsonBody: await readSettings(workspace) }),
});
