// Role profiles: the presets' lists, what may be given, what a request asks for; and the least roles with their reasons.
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../shared/access/documents.ts';
import { leastRoles } from '../../../shared/customers/least-roles.ts';
import {
  presetNames,
  presetOf,
  rolePresets,
  roleProfileInput,
  rolesToRequest,
} from '../../../shared/customers/role-presets.ts';
import { knownRoles, roleIdOf, roleIds, roleName } from '../../../shared/customers/roles.ts';
import { customerAppPermissions } from '../../../shared/microsoft/permissions.ts';

const names = (ids: readonly string[]) => ids.map(roleName);

describe('presets', () => {
  it('G2-18 Gradient: Privileged Role and Application Administrator, which new workspaces begin with', () => {
    expect(names(rolePresets.gradient.profile.allOf)).toEqual([
      'Privileged Role Administrator',
      'Application Administrator',
    ]);
    expect(presetOf(defaultSettings.roleProfile)).toBe('gradient');
  });

  it('SP-09 SP-10 ScalePad: either of the application roles, and a request asks for one', () => {
    const { profile } = rolePresets.scalepad;
    expect(profile.allOf).toEqual([]);
    expect(names(profile.anyOf)).toEqual(['Application Administrator', 'Cloud Application Administrator']);
    expect(names(rolesToRequest(profile))).toEqual(['Application Administrator']);
  });

  it('MP-07 MSP Process: Application and User Administrator, Global Administrator is no substitute', () => {
    const { profile } = rolePresets.mspProcess;
    expect(names(profile.allOf)).toEqual(['Application Administrator', 'User Administrator']);
    expect(profile.orGlobalAdmin).toBe(false);
  });

  it('SY-33 Syncro: twelve different roles, or Global Administrator', () => {
    const { profile } = rolePresets.syncro;
    expect(new Set(profile.allOf).size).toBe(12);
    expect(profile.allOf).not.toContain(roleIds.globalAdministrator);
    expect(profile.orGlobalAdmin).toBe(true);
  });

  it('a profile is its preset in any order, and none once a role differs', () => {
    for (const name of presetNames) {
      const { profile } = rolePresets[name];
      const shuffled = { ...profile, allOf: profile.allOf.toReversed(), anyOf: profile.anyOf.toReversed() };
      expect(presetOf(shuffled)).toBe(name);
      expect(presetOf({ ...profile, allOf: [...profile.allOf, roleIds.billingAdministrator] })).toBeNull();
      expect(presetOf({ ...profile, orGlobalAdmin: !profile.orGlobalAdmin })).toBeNull();
    }
  });
});

describe('what may be given as a profile', () => {
  it('a preset by name, and roles in any case, once each', () => {
    expect(roleProfileInput.parse({ preset: 'scalepad' })).toEqual(rolePresets.scalepad.profile);
    const upper = roleIds.globalReader.toUpperCase();
    const given = { allOf: [upper, roleIds.globalReader], anyOf: [], orGlobalAdmin: false };
    expect(roleProfileInput.parse(given)).toEqual({ ...given, allOf: [roleIds.globalReader] });
  });

  it.each<[string, unknown]>([
    ['a preset that is none', { preset: 'other' }],
    ['a role that is none', { allOf: ['11111111-1111-4111-8111-111111111111'], anyOf: [], orGlobalAdmin: false }],
    ['a name instead of an id', { allOf: ['Global Reader'], anyOf: [], orGlobalAdmin: false }],
    ['a preset and roles at once', { preset: 'gradient', allOf: [], anyOf: [], orGlobalAdmin: false }],
    ['nothing', {}],
  ])('not %s', (_words, given) => {
    expect(roleProfileInput.safeParse(given).success).toBe(false);
  });
});

describe('what a new relationship asks for', () => {
  it('one of anyOf only where none is asked for already', () => {
    const [a, b, c] = [roleIds.globalReader, roleIds.userAdministrator, roleIds.billingAdministrator];
    expect(rolesToRequest({ allOf: [a], anyOf: [b, c], orGlobalAdmin: true })).toEqual([a, b]);
    expect(rolesToRequest({ allOf: [a, c], anyOf: [b, c], orGlobalAdmin: true })).toEqual([a, c]);
    expect(rolesToRequest({ allOf: [], anyOf: [], orGlobalAdmin: true })).toEqual([]);
  });
});

describe('the table of roles', () => {
  it('names each role once, and finds it by its name', () => {
    expect(new Set(knownRoles.map(({ name }) => name)).size).toBe(knownRoles.length);
    for (const { id, name } of knownRoles) expect(roleIdOf(name)).toBe(id);
    expect(roleName(roleIds.sharePointAdministrator.toUpperCase())).toBe('SharePoint Administrator');
  });
});

describe('the least roles for what is turned on', () => {
  const reading = { permissions: customerAppPermissions, consentMethods: [] };

  it('G2-18 consent through GDAP needs two roles, with the reason for each', () => {
    const required = leastRoles({ permissions: [], consentMethods: ['gdapAccount'] });
    expect(required.map(({ name, need }) => [name, need])).toEqual([
      ['Application Administrator', 'required'],
      ['Privileged Role Administrator', 'required'],
    ]);
    for (const { reasons } of required) expect(reasons).toEqual([expect.stringContaining('through GDAP')]);
  });

  it('a customer who consents by link needs no role of ours', () => {
    expect(leastRoles({ permissions: [], consentMethods: ['customerAdmin', 'ownApp'] })).toEqual([]);
  });

  it('every feature that is on gives its reason, one that is off gives none', () => {
    const all = leastRoles(reading);
    expect(all.every(({ need }) => need === 'optional')).toBe(true);
    const said = all.flatMap(({ reasons }) => reasons);
    for (const { feature } of customerAppPermissions)
      expect(said.some((reason) => reason.startsWith(feature))).toBe(true);
    const without = customerAppPermissions.filter(({ permission }) => permission !== 'AuditLog.Read.All');
    expect(leastRoles({ ...reading, permissions: without }).map(({ name }) => name)).not.toContain('Reports Reader');
  });

  it('two ways of consent give one line with both reasons', () => {
    const both = leastRoles({ permissions: [], consentMethods: ['gdapAccount', 'automatic'] });
    expect(both.map(({ reasons }) => reasons.length)).toEqual([2, 2]);
  });
});
