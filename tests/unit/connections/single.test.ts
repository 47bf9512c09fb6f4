// Which tenants may be connected one by one, and by whom: SY-13 as a table.
import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../../../shared/clock.ts';
import type { AuthFailedReason } from '../../../shared/connections/documents.ts';
import {
  isOwnTenant,
  lookDelayMs,
  refusalOfLook,
  refusalOfSignIn,
  refusalOfTenant,
  singleConnectionId,
  singleInput,
  type TenantLook,
} from '../../../shared/connections/single/rules.ts';
import { partnerConnectionId } from '../../../shared/connections/state.ts';
import { GLOBAL_ADMINISTRATOR } from '../../../shared/customers/gdap-status.ts';

const workspaceId = '5052ca1c-07dc-412e-9d2f-16bcd6ab649c';
const tenantId = '51cb6ed8-b9b9-4b84-9db7-ce0e6185ff17';
const other = 'f59e43c4-a190-42f8-a19a-44b210afcf24';

describe('what is asked for', () => {
  it.each([
    ['contoso.com', true],
    [' Contoso.OnMicrosoft.com ', true],
    ['contoso', false],
    ['https://contoso.com', false],
    ['common', false],
    ['a..b', false],
    ['', false],
    [`${'a'.repeat(250)}.com`, false],
  ])('a domain is a name with a dot: %j', (domain, good) => {
    expect(singleInput.safeParse({ name: 'Contoso', domain }).success).toBe(good);
  });

  it('the own tenant is a box that a form sends only when it is ticked', () => {
    const own = (more: object) => singleInput.parse({ name: 'x', domain: 'x.example', ...more }).ownTenant;
    expect([own({}), own({ ownTenant: 'on' }), own({ ownTenant: true }), own({ ownTenant: false })]).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(singleInput.safeParse({ name: 'x', domain: 'x.example', ownTenant: 'maybe' }).success).toBe(false);
  });
});

describe('the connection id', () => {
  it('follows from workspace and tenant, whatever their case, and differs from every other', () => {
    expect(singleConnectionId(workspaceId.toUpperCase(), tenantId.toUpperCase())).toBe(
      singleConnectionId(workspaceId, tenantId),
    );
    const ids = [
      singleConnectionId(workspaceId, tenantId),
      singleConnectionId(workspaceId, other),
      singleConnectionId(other, tenantId),
      partnerConnectionId(workspaceId),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('SY-13 a tenant before anybody signs in', () => {
  const facts = { tenantId, isOwn: false, ownTenant: false, heldBy: undefined, leaving: false };
  it.each<[string, Parameters<typeof refusalOfTenant>[0], number | undefined, string | undefined]>([
    ['a stranger’s', facts, undefined, undefined],
    ['the own one, on purpose', { ...facts, isOwn: true, ownTenant: true }, undefined, undefined],
    ['nobody’s', { ...facts, tenantId: null }, 400, 'domain_unknown'],
    [
      'that of personal accounts',
      { ...facts, tenantId: '9188040d-6c67-4c5b-b112-36a304b66dad' },
      400,
      'domain_unknown',
    ],
    ['the own one, by accident', { ...facts, isOwn: true }, 409, 'own_tenant'],
    ['a stranger’s, called the own', { ...facts, ownTenant: true }, 409, 'not_own_tenant'],
    ['another connection’s', { ...facts, heldBy: 'Northwind' }, 409, 'tenant_held'],
    ['another connection’s, called the own', { ...facts, heldBy: 'Northwind', ownTenant: true }, 409, 'tenant_held'],
    ['one that is being removed', { ...facts, leaving: true }, 409, 'connection_removing'],
  ])('%s', (_, given, status, code) => {
    const refused = refusalOfTenant(given);
    expect(refused?.status).toBe(status);
    expect(refused?.explanation.code).toBe(code);
    // On the form it stands at its field, with what to do.
    if (refused) expect(refused.fields?.['domain']).toContain(refused.explanation.whatToDo);
  });

  it('is the own one where it is the workspace’s or a partner connection’s', () => {
    const connections = [
      { kind: 'microsoft_csp', tenantId: other },
      { kind: 'microsoft_single', tenantId },
    ] as const;
    expect(isOwnTenant(workspaceId, workspaceId, [])).toBe(true);
    expect(isOwnTenant(other, workspaceId, connections)).toBe(true);
    expect(isOwnTenant(tenantId, workspaceId, connections)).toBe(false);
  });
});

describe('SY-11 SY-40 who signed in', () => {
  it.each<[string, { tenantId: string; roles: string[] }, AuthFailedReason | undefined]>([
    ['a Global Administrator', { tenantId, roles: ['x', GLOBAL_ADMINISTRATOR] }, undefined],
    [
      'another administrator',
      { tenantId, roles: ['9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3'] },
      'insufficient_permissions',
    ],
    ['nobody in particular', { tenantId, roles: [] }, 'insufficient_permissions'],
    ['somebody of another tenant', { tenantId: other, roles: [GLOBAL_ADMINISTRATOR] }, 'wrong_tenant'],
  ])('%s', (_, account, reason) => {
    expect(refusalOfSignIn(account, tenantId)?.reason).toBe(reason);
  });
});

describe('SY-13 what the app itself sees there', () => {
  const member = { userType: 'Member', userPrincipalName: 'admin@contoso.com' };
  const look: TenantLook = { tenantId, partnerTenantType: null, account: member };
  const own = { ...look, partnerTenantType: 'resellerPartnerDelegatedAdmin' };
  it.each<[string, TenantLook, boolean, AuthFailedReason | undefined]>([
    ['a customer and one of its own', look, false, undefined],
    ['an account from before there were guests', { ...look, account: { ...member, userType: null } }, false, undefined],
    ['a partner tenant', own, false, 'partner_tenant'],
    [
      'a partner tenant of a kind that is new',
      { ...look, partnerTenantType: 'unknownFutureValue' },
      false,
      'partner_tenant',
    ],
    ['the own partner tenant', own, true, undefined],
    ['another tenant than was asked for', { ...look, tenantId: other }, false, 'wrong_tenant'],
    ['a guest', { ...look, account: { ...member, userType: 'Guest' } }, false, 'foreign_account'],
    ['a guest of the own tenant', { ...own, account: { ...member, userType: 'Guest' } }, true, 'foreign_account'],
    [
      'a guest that was made a member',
      { ...look, account: { userType: 'Member', userPrincipalName: 'svc_msp.example#EXT#@contoso.onmicrosoft.com' } },
      false,
      'foreign_account',
    ],
    ['nobody: a partner through GDAP', { ...look, account: null }, false, 'foreign_account'],
  ])('%s', (_, seen, isOwn, reason) => {
    expect(refusalOfLook(seen, { tenantId, isOwn })).toBe(reason);
  });
});

it('SY-22 looks again and again, and ends within the 15 minutes of Auth pending', () => {
  const delays = Array.from({ length: 40 }, (_, index) => lookDelayMs(index + 1));
  const given = delays.filter((delay) => delay !== null);
  expect(given.length).toBeGreaterThan(5);
  expect(delays.slice(given.length).every((delay) => delay === null)).toBe(true);
  expect(given.reduce((sum, delay) => sum + delay, 0)).toBeLessThan(15 * MINUTE_MS);
});
