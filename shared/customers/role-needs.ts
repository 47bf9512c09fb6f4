// What the workspace asks of GDAP roles: its profile, the presets it could take, and the least that what is turned on needs.
import type { RoleProfile } from '../access/documents.ts';
import { readSettings } from '../access/settings.ts';
import { customerAppPermissions } from '../microsoft/permissions.ts';
import type { WorkspaceStore } from '../store/scoped.ts';
import { type ConsentMethod, type LeastRole, leastRoles } from './least-roles.ts';
import {
  type PresetName,
  presetNames,
  presetOf,
  type RolePreset,
  rolePresets,
  rolesToRequest,
} from './role-presets.ts';
import { knownRoles, type Role, roleOf } from './roles.ts';

/** A consent link can be opened by the customer's administrator and by an account of the MSP through GDAP: always there. */
const offered: readonly ConsentMethod[] = ['customerAdmin', 'gdapAccount'];

export interface RoleNeeds {
  profile: RoleProfile;
  preset: PresetName | null;
  presets: readonly (RolePreset & { name: PresetName })[];
  /** What a new request asks for. */
  requestRoles: readonly Role[];
  least: readonly LeastRole[];
  /** Roles that can be chosen. */
  known: readonly Role[];
}

export async function readRoleNeeds(workspace: WorkspaceStore): Promise<RoleNeeds> {
  const { roleProfile: profile, consentStrategy } = await readSettings(workspace);
  const consentMethods = consentStrategy === 'automatic' ? [...offered, consentStrategy] : offered;
  return {
    profile,
    preset: presetOf(profile),
    presets: presetNames.map((name) => ({ name, ...rolePresets[name] })),
    requestRoles: rolesToRequest(profile).map(roleOf),
    least: leastRoles({ permissions: customerAppPermissions, consentMethods }),
    known: knownRoles,
  };
}
