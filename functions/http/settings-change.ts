// Changing the settings, from the API and from the form alike: the schedule follows where they decide it.
import type { MemberDoc, SettingsDoc } from '../../shared/access/documents.ts';
import { changeSettings, type SettingsChange } from '../../shared/access/settings.ts';
import type { App } from '../../shared/app.ts';
import { alignAutomatic } from '../../shared/consent/automatic/start.ts';
import { allCustomers } from '../../shared/customers/list.ts';
import type { WorkspaceStore } from '../../shared/store/scoped.ts';
import { refreshSchedule } from '../../shared/sync/may-sync.ts';

/** Gives the settings as they are after the change. */
export async function applySettings(
  app: App,
  workspace: WorkspaceStore,
  by: MemberDoc,
  change: SettingsChange,
): Promise<SettingsDoc> {
  const settings = await changeSettings(app, workspace, by, change);
  if (movesSchedule(change)) await refreshAll(app, workspace);
  // Customers without a way of their own begin at once where they can.
  if (change.consentStrategy === 'automatic') await alignAutomatic(app, workspace);
  return settings;
}

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
