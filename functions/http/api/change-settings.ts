// PATCH /api/v1/settings: changes the fields that are given; the schedule follows.
import { changeSettings, type SettingsChange, settingsChange } from '../../../shared/access/settings.ts';
import type { App } from '../../../shared/app.ts';
import { allCustomers } from '../../../shared/customers/list.ts';
import type { WorkspaceStore } from '../../../shared/store/scoped.ts';
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
    if (movesSchedule(body)) await refreshAll(app, workspace);
    return { jsonBody: settings };
  },
});

/** Whether a change decides who syncs or how often. */
function movesSchedule({ syncIntervalMinutes, syncBeforeMapping, roleProfile }: SettingsChange): boolean {
  return syncIntervalMinutes !== undefined || syncBeforeMapping !== undefined || roleProfile !== undefined;
}

/** Some at a time: two thousand customers must be done within the 230 seconds of a request. */
const AT_ONCE = 20;

async function refreshAll(app: App, workspace: WorkspaceStore): Promise<void> {
  const customers = await allCustomers(app, workspace);
  for (let start = 0; start < customers.length; start += AT_ONCE) {
    const some = customers.slice(start, start + AT_ONCE);
    await Promise.all(some.map(({ tenantId }) => refreshSchedule(app, workspace.workspaceId, tenantId)));
  }
}
