// Role profiles by name: what well-known tools ask of a GDAP relationship. A profile can also be put together freely.
import { z } from 'zod';
import type { RoleProfile } from '../access/documents.ts';
import { knownRoleId, roleIds } from './roles.ts';

export const presetNames = ['gradient', 'scalepad', 'mspProcess', 'syncro'] as const;
export type PresetName = (typeof presetNames)[number];

export interface RolePreset {
  /** For people. */
  title: string;
  about: string;
  profile: RoleProfile;
}

const { applicationAdministrator, cloudApplicationAdministrator, privilegedRoleAdministrator } = roleIds;

export const rolePresets: Readonly<Record<PresetName, RolePreset>> = {
  gradient: {
    title: 'Consent through GDAP (as Gradient)',
    about: 'What it takes to consent for a customer with your own account, all permissions included.',
    profile: { allOf: [privilegedRoleAdministrator, applicationAdministrator], anyOf: [], orGlobalAdmin: true },
  },
  scalepad: {
    title: 'One application role (as ScalePad)',
    about: 'Either of the two roles that manage applications.',
    profile: { allOf: [], anyOf: [applicationAdministrator, cloudApplicationAdministrator], orGlobalAdmin: true },
  },
  mspProcess: {
    title: 'Applications and users (as MSP Process)',
    about: 'Both are asked for, also of relationships that hold Global Administrator.',
    profile: { allOf: [applicationAdministrator, roleIds.userAdministrator], anyOf: [], orGlobalAdmin: false },
  },
  syncro: {
    title: 'Twelve roles or Global Administrator (as Syncro)',
    about: 'The broadest: users, devices, mail, files, security and policies.',
    profile: {
      allOf: [
        applicationAdministrator,
        roleIds.authenticationPolicyAdministrator,
        roleIds.cloudAppSecurityAdministrator,
        roleIds.cloudDeviceAdministrator,
        roleIds.exchangeAdministrator,
        roleIds.intuneAdministrator,
        roleIds.privilegedAuthenticationAdministrator,
        privilegedRoleAdministrator,
        roleIds.securityAdministrator,
        roleIds.sharePointAdministrator,
        roleIds.teamsAdministrator,
        roleIds.userAdministrator,
      ],
      anyOf: [],
      orGlobalAdmin: true,
    },
  },
};

/** The preset that a profile is, whatever the order of its roles; null for one put together freely. */
export function presetOf(profile: RoleProfile): PresetName | null {
  return presetNames.find((name) => sameProfile(rolePresets[name].profile, profile)) ?? null;
}

function sameProfile(a: RoleProfile, b: RoleProfile): boolean {
  return a.orGlobalAdmin === b.orGlobalAdmin && sameRoles(a.allOf, b.allOf) && sameRoles(a.anyOf, b.anyOf);
}

/** Whether two lists hold the same roles. */
export function sameRoles(a: readonly string[], b: readonly string[]): boolean {
  const [one, other] = [new Set(a), new Set(b)];
  return one.size === other.size && [...one].every((role) => other.has(role));
}

const roleList = z
  .array(knownRoleId)
  .max(40)
  .transform((ids) => [...new Set(ids)]);

/** A profile as a person gives it: the name of a preset, or roles by template id. */
export const roleProfileInput = z.union(
  [
    z
      .strictObject({ preset: z.enum(presetNames) })
      .transform(({ preset }): RoleProfile => structuredClone(rolePresets[preset].profile)),
    z.strictObject({ allOf: roleList, anyOf: roleList, orGlobalAdmin: z.boolean() }),
  ],
  `Give the name of a preset (${presetNames.join(', ')}), or allOf and anyOf with template ids of known roles and orGlobalAdmin.`,
);

/** The roles that a new relationship must carry to meet the profile, and no more: of an `anyOf` its first. */
export function rolesToRequest(profile: RoleProfile): string[] {
  const chosen = new Set(profile.allOf);
  const [first] = profile.anyOf;
  if (first !== undefined && !profile.anyOf.some((role) => chosen.has(role))) chosen.add(first);
  return [...chosen];
}
