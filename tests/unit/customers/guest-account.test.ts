// The service account as a guest of a customer's tenant, by whatever name Entra gave it; and what it may give up (SP-06).
import { describe, expect, it } from 'vitest';
import { type StepDown, stepDownOf, stepDownWords } from '../../../shared/connections/account-roles.ts';
import { isGuest } from '../../../shared/customers/guest-account.ts';
import { roleIds } from '../../../shared/customers/roles.ts';

describe('a guest', () => {
  const account = 'svc-tenantry@Northwind.example';
  it.each<[string, { userPrincipalName: string; mail: string | null; userType: string | null }, boolean]>([
    [
      'by its name',
      { userPrincipalName: 'svc-tenantry_northwind.example#EXT#@c.com', mail: null, userType: null },
      true,
    ],
    [
      'by its address',
      { userPrincipalName: 'x@c.com', mail: 'SVC-tenantry@northwind.example', userType: 'Guest' },
      true,
    ],
    ['not a member with that address', { userPrincipalName: 'x@c.com', mail: account, userType: 'Member' }, false],
    [
      'not another guest',
      { userPrincipalName: 'svc_northwind.example#EXT#@c.com', mail: null, userType: 'Guest' },
      false,
    ],
    [
      'not one whose name goes on',
      { userPrincipalName: 'svc-tenantry_northwind.example.org#EXT#@c.com', mail: null, userType: 'Guest' },
      false,
    ],
  ])('is recognised %s', (_how, user, expected) => {
    expect(isGuest(user, account)).toBe(expected);
  });
});

describe('stepping down', () => {
  const role = (roleId: string) => ({ roleId, name: roleId });
  const { globalAdministrator, applicationAdministrator, cloudApplicationAdministrator, globalReader } = roleIds;
  it.each<[StepDown, string[]]>([
    ['replaceFirst', [globalAdministrator]],
    ['replaceFirst', [globalAdministrator, globalReader]],
    ['mayStepDown', [globalAdministrator, applicationAdministrator]],
    ['mayStepDown', [globalAdministrator, cloudApplicationAdministrator]],
    ['steppedDown', [applicationAdministrator]],
    ['steppedDown', [cloudApplicationAdministrator, globalReader]],
    ['lacksRole', [globalReader]],
    ['lacksRole', []],
  ])('SP-06 %s with the roles %j', (expected, roles) => {
    expect(stepDownOf(roles.map(role))).toBe(expected);
    expect(stepDownWords[expected]).not.toBe('');
  });
});
