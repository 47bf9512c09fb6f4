// Why a connection fails: every reason of states.md in words, and every code of Microsoft's that stands for one.
import { describe, expect, it } from 'vitest';
import { type AuthFailedReason, authFailedReasons } from '../../../shared/connections/documents.ts';
import { explainReason, reasonOf } from '../../../shared/connections/reasons.ts';

describe('the words of a reason', () => {
  const rows: readonly (readonly [AuthFailedReason, 'msp' | 'tenantry', RegExp, RegExp])[] = [
    ['unknown', 'msp', /did not say why/, /Reauthorize/],
    ['no_mfa_prompt', 'msp', /multi-factor/, /MFA at every sign-in/],
    ['not_in_admin_agents', 'msp', /AdminAgents/, /Add the account to AdminAgents/],
    ['no_child_tenants', 'msp', /no customer relationships/, /Add customers in Partner Center/],
    ['insufficient_permissions', 'msp', /not a Global Administrator/, /Global Administrator, not a guest/],
    ['policy_blocks_application', 'msp', /policy .* blocks the application/, /administrator approve Tenantry/],
    ['missing_service_principal', 'msp', /not in the partner tenant/, /accept the permissions/],
    ['refresh_token_expired', 'msp', /has expired/, /sign in again/],
    ['refresh_token_revoked', 'msp', /was revoked/, /sign in again/],
    ['client_secret_expired', 'tenantry', /secret or certificate/, /nobody needs to sign in again/],
    ['conditional_access_block', 'msp', /Conditional Access/, /Adjust the policy/],
    ['wrong_app', 'tenantry', /does not know the partner app/, /client id/],
    ['wrong_tenant', 'msp', /another tenant/, /tenant that this workspace stands for/],
    ['partner_tenant', 'msp', /is a partner tenant/, /as Cloud Solution Provider/],
    ['foreign_account', 'msp', /guest there, or a partner/, /private window/],
    ['tenant_held', 'msp', /Another connection/, /remove that one first/],
  ];

  it('SY-23 is there for every one', () => {
    expect(rows.map(([reason]) => reason).sort()).toEqual([...authFailedReasons].sort());
  });

  it.each(rows)('SY-23 %s: %s acts', (reason, whoActs, meaning, whatToDo) => {
    const said = explainReason(reason);
    expect(said).toMatchObject({ code: reason, whoActs, retryHelps: false });
    expect(said.meaning).toMatch(meaning);
    expect(said.whatToDo).toMatch(whatToDo);
  });

  it.each(['client_secret_expired', 'wrong_app', 'missing_service_principal', 'wrong_tenant'] as const)(
    'MP-08 %s of an app registration of their own is for the MSP to mend',
    (reason) => {
      const said = explainReason(reason, undefined, 'own');
      expect(said.whoActs).toBe('msp');
      expect(said.meaning).not.toBe(explainReason(reason).meaning);
    },
  );

  it('keeps Microsoft’s correlation id, where there is one', () => {
    expect(explainReason('wrong_app', 'c0ffee').correlationId).toBe('c0ffee');
    expect(explainReason('wrong_app')).not.toHaveProperty('correlationId');
  });
});

describe('what a code stands for', () => {
  const codes: readonly (readonly [AuthFailedReason, readonly string[]])[] = [
    ['refresh_token_expired', ['700082', '70008', '70043', '700084']],
    ['refresh_token_revoked', ['50173', '70000', '50132', '50133', '50055', '50057']],
    ['client_secret_expired', ['7000222', '7000215', '700027', '700024', '1000502']],
    ['conditional_access_block', ['53003', '53000', '53001', '53002', '530003', '50131', '700003', '50158']],
    ['no_mfa_prompt', ['50072', '50074', '50076', '50078', '50079']],
    ['policy_blocks_application', ['90094', '90095', '50105', '7000112']],
    ['insufficient_permissions', ['90093']],
    ['missing_service_principal', ['65001', '7000229', '500011', '650052']],
    ['wrong_app', ['700016', '50011', '50194', '650057', '650056']],
    ['wrong_tenant', ['50020', '16000', '90072', '50034', '51004']],
    // What passes by itself, and a consent that somebody declined, are no reason that a person has to mend.
    ['unknown', ['90033', '90055', '54005', '65004', '99999', '1']],
  ];

  it.each(codes.flatMap(([reason, numbers]) => numbers.map((number) => [number, reason] as const)))(
    'AADSTS%s is %s, however it is written',
    (number, reason) => {
      for (const code of [`AADSTS${number}`, `aadsts${number}`, number]) expect(reasonOf(code)).toBe(reason);
    },
  );

  it.each<[string, AuthFailedReason]>([
    ['900421', 'no_mfa_prompt'],
    ['invalid_grant', 'refresh_token_revoked'],
    ['wrong_tenant', 'wrong_tenant'],
    ['personal_account', 'wrong_tenant'],
    ['own_app_missing', 'wrong_app'],
    ['own_app_unreadable', 'client_secret_expired'],
    ['AADSTS', 'unknown'],
    ['AADSTS50076 and more', 'unknown'],
    ['', 'unknown'],
  ])('%s is %s', (code, reason) => {
    expect(reasonOf(code)).toBe(reason);
  });
});
