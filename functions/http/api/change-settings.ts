// PATCH /api/v1/settings: changes the fields that are given; the schedule follows.
import { changeSettings, settingsChange } from '../../../shared/access/settings.ts';
import { allCustomers } from '../../../shared/customers/list.ts';
import { refreshSchedule } from '../../../shared/sync/may-sync.ts';
import { httpRoute } from '../pipeline.ts';

export const changeSettingsFunction = httpRoute({
  name: 'changeSettings',
  methods: ['PATCH'],
  route: 'api/v1/settings',
  access: 'admin',
  respond: 'json',
  body: settingsChange,
  handle: async ({ app, workspace, member, body }) => {
    const settings = await changeSettings(app, workspace, member, body);
    for (const { tenantId } of await allCustomers(app, workspace))
      await refreshSchedule(app, workspace.workspaceId, tenantId);
    return { jsonBody: settings };
  },
});
