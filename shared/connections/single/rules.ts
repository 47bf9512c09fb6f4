// Which tenants may be connected one by one, and who must have signed in there: SY-08, SY-11, SY-13. Pure.
import { z } from 'zod';
import { plainName } from '../../access/plain-name.ts';
import { SECOND_MS } from '../../clock.ts';
import { GLOBAL_ADMINISTRATOR } from '../../customers/gdap-status.ts';
import { type Explanation, Problem } from '../../errors.ts';
import { isDomainName } from '../../microsoft/identity/tenant-of-domain.ts';
import type { AuthFailedReason, ConnectionDoc } from '../documents.ts';
import { explainReason } from '../reasons.ts';
import { connectionIdOf } from '../state.ts';

/** The tenant of all personal accounts, which is nobody's. https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference */
const PERSONAL_ACCOUNTS_TENANT = '9188040d-6c67-4c5b-b112-36a304b66dad';

export const singleInput = z.object({
  name: plainName(100, 'Give the connection a name.'),
  domain: z
    .string()
    .trim()
    .toLowerCase()
    .refine((domain) => isDomainName(domain), 'Give a domain of the tenant, such as contoso.com.'),
  /** Said on purpose: this is the MSP's own tenant. A form sends `on`, or nothing. */
  ownTenant: z
    .union([z.boolean(), z.literal('on').transform(() => true), z.literal('').transform(() => false)])
    .default(false),
});
export type SingleInput = z.infer<typeof singleInput>;

/** One for each workspace and tenant, so that two tabs cannot make two of them. */
export function singleConnectionId(workspaceId: string, tenantId: string): string {
  return connectionIdOf(`microsoft_single:${workspaceId.toLowerCase()}:${tenantId.toLowerCase()}`);
}

/** Whether a tenant is the MSP's own: the workspace's, or one that is connected as a partner. */
export function isOwnTenant(
  tenantId: string,
  workspaceId: string,
  connections: readonly Pick<ConnectionDoc, 'kind' | 'tenantId'>[],
): boolean {
  if (tenantId === workspaceId) return true;
  return connections.some((connection) => connection.kind === 'microsoft_csp' && connection.tenantId === tenantId);
}

/**
 * Why a tenant is refused before anybody signs in; undefined when it may be tried. The MSP's own is taken only when that
 * was chosen, and what was chosen as the own must be it.
 */
export function refusalOfTenant(facts: {
  tenantId: string | null;
  isOwn: boolean;
  ownTenant: boolean;
  /** The name of the connection that holds the tenant; undefined when none does. */
  heldBy: string | undefined;
  /** The tenant's former connection is still being removed. */
  leaving: boolean;
}): Problem | undefined {
  if (!facts.tenantId || facts.tenantId === PERSONAL_ACCOUNTS_TENANT)
    return refusal(400, 'domain_unknown', {
      meaning: 'Microsoft knows no organisation with this domain.',
      whatToDo:
        'Give a domain that is verified in the tenant; Microsoft 365 admin centre, Settings, Domains lists them.',
    });
  if (facts.leaving)
    return refusal(409, 'connection_removing', {
      meaning: 'The tenant is still being removed from its former connection.',
      whatToDo: 'Wait a few minutes and connect again.',
      retryHelps: true,
    });
  if (facts.heldBy !== undefined)
    return refusal(409, 'tenant_held', {
      meaning: `The connection “${facts.heldBy}” of this workspace holds the tenant.`,
      whatToDo: 'Leave the tenant to that connection, or remove that one first.',
    });
  if (facts.isOwn && !facts.ownTenant)
    return refusal(409, 'own_tenant', {
      meaning: 'This is your own tenant, and a partner tenant cannot be connected like a customer.',
      whatToDo: 'If you mean to sync your own users and licences too, tick “This is our own tenant”.',
    });
  if (!facts.isOwn && facts.ownTenant)
    return refusal(409, 'not_own_tenant', {
      meaning: 'This domain is not one of your own tenant.',
      whatToDo: 'Take the tick from “This is our own tenant”, or give a domain of your own.',
    });
  return undefined;
}

function refusal(
  status: number,
  code: string,
  words: Pick<Explanation, 'meaning' | 'whatToDo'> & { retryHelps?: boolean },
): Problem {
  const explanation = { retryHelps: false, ...words, code, whoActs: 'msp' } as const;
  return new Problem(status, explanation, { fields: { domain: `${words.meaning} ${words.whatToDo}` } });
}

/** Why a sign-in is refused by what its id_token says; undefined when the tenant may be looked at. */
export function refusalOfSignIn(
  account: { tenantId: string; roles: readonly string[] },
  tenantId: string,
): { reason: AuthFailedReason; explanation: Explanation } | undefined {
  if (account.tenantId !== tenantId)
    return {
      reason: 'wrong_tenant',
      explanation: {
        ...explainReason('wrong_tenant'),
        meaning: 'The account belongs to another tenant than the one that is connected here.',
        whatToDo: 'Use a private window and sign in with an account of the tenant that was configured.',
      },
    };
  if (account.roles.includes(GLOBAL_ADMINISTRATOR)) return undefined;
  return {
    reason: 'insufficient_permissions',
    explanation: {
      ...explainReason('insufficient_permissions'),
      meaning: 'The account is not a Global Administrator of the tenant.',
      whatToDo: 'Choose Reauthorize and sign in with a Global Administrator of the tenant.',
    },
  };
}

/** What the app's own token saw of the tenant and of the account that signed in. */
export interface TenantLook {
  tenantId: string;
  /** Microsoft's word for the kind of partner that the tenant is; null for a customer's. */
  partnerTenantType: string | null;
  /** Null where the tenant's directory has no such account: somebody who works there through GDAP. */
  account: { userType: string | null; userPrincipalName: string } | null;
}

/** Why a tenant is refused by what was seen there; undefined when it is taken. */
export function refusalOfLook(look: TenantLook, wanted: { tenantId: string; isOwn: boolean }) {
  if (look.tenantId !== wanted.tenantId) return 'wrong_tenant' satisfies AuthFailedReason;
  if (look.partnerTenantType !== null && !wanted.isOwn) return 'partner_tenant' satisfies AuthFailedReason;
  const { account } = look;
  // Accounts of other tenants that were made members carry #EXT# in their names all the same.
  const foreign = !account || account.userType === 'Guest' || /#ext#/i.test(account.userPrincipalName);
  return foreign ? ('foreign_account' satisfies AuthFailedReason) : undefined;
}

/** Microsoft takes a while to let a newly granted app in: all looks together take less than the 15 minutes of AuthPending. */
const lookDelaysMs = [5, 15, 30, 60, 120, 120, 120, 120, 120].map((seconds) => seconds * SECOND_MS);

/** Milliseconds before look number `attempt` (1 is the first that is queued); null when there is to be none. */
export function lookDelayMs(attempt: number): number | null {
  return lookDelaysMs[attempt - 1] ?? null;
}
