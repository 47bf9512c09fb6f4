// A workspace's settings: read with defaults, changed by an Admin.
import type { z } from 'zod';
import type { App } from '../app.ts';
import { consentStrategy } from '../consent/strategy.ts';
import { roleProfileInput } from '../customers/role-presets.ts';
import { readAs, updateDoc, type WorkspaceStore } from '../store/scoped.ts';
import { audit } from './audit.ts';
import { defaultSettings, type MemberDoc, type SettingsDoc, settingsDoc } from './documents.ts';
import { actorOf } from './members.ts';

/** What an Admin may change; fields that are left out stay. */
export const settingsChange = settingsDoc
  .pick({
    syncIntervalMinutes: true,
    syncBeforeMapping: true,
    expiringThresholdDays: true,
    consentLinkDays: true,
  })
  // Without its default: what is left out of a change stays.
  .extend({ roleProfile: roleProfileInput, consentStrategy })
  .partial()
  .strict();
export type SettingsChange = z.infer<typeof settingsChange>;

export async function readSettings(workspace: WorkspaceStore): Promise<SettingsDoc> {
  return (await readAs(workspace.workspace, 'settings', settingsDoc))?.doc ?? defaultSettings;
}

/** Gives the settings as they are after the change. The caller has the schedule follow where the interval changed. */
export async function changeSettings(
  app: Pick<App, 'clock' | 'ids'>,
  workspace: WorkspaceStore,
  by: MemberDoc,
  change: SettingsChange,
): Promise<SettingsDoc> {
  await updateDoc(workspace.workspace, 'settings', settingsDoc, (settings) =>
    merge(settings ?? defaultSettings, change),
  );
  const details = { fields: Object.keys(change).sort().join(',') };
  await audit(app, workspace, { action: 'settings.changed', actor: actorOf(by), subject: 'settings', details });
  return readSettings(workspace);
}

/** A field that was sent as `undefined` was not sent. */
function merge(settings: SettingsDoc, change: SettingsChange): SettingsDoc {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  return settingsDoc.parse({ ...settings, ...given });
}
