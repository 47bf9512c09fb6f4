// What the service account must show before a partner is connected: Global Administrator, MFA, AdminAgents, a customer.
import { z } from 'zod';
import { GLOBAL_ADMINISTRATOR } from '../customers/gdap-status.ts';
import type { Explanation } from '../errors.ts';
import { type GraphClient, isTransient, MicrosoftError, type PartnerCenterClient } from '../microsoft/microsoft.ts';
import type { AuthFailedReason, ConnectionDoc } from './documents.ts';
import { explainReason, reasonOf } from './reasons.ts';

type Check = ConnectionDoc['checks'][number];

export interface ChecksOutcome {
  checks: Check[];
  /** Of the first check that failed; null when all passed. */
  failure: { reason: AuthFailedReason; explanation: Explanation } | null;
  /** Where a check could not be made for a cause that passes by itself: it says nothing about the account. */
  passing: MicrosoftError | null;
}

type Finding =
  | { ok: true; detail: string }
  | { ok: false; detail: string; reason: AuthFailedReason; cause?: MicrosoftError };

/**
 * Runs every check, so that a person sees at once all there is to mend. An error of Microsoft fails its check and is
 * explained. Anything else that is thrown is a bug and passes through.
 */
export async function runChecks(graph: GraphClient, partnerCenter: PartnerCenterClient): Promise<ChecksOutcome> {
  const tried = await Promise.all([
    tryCheck(() => checkGlobalAdministrator(graph)),
    tryCheck(() => checkMfa(partnerCenter)),
    tryCheck(() => checkAdminAgents(graph)),
    tryCheck(() => checkCustomers(graph, partnerCenter)),
  ]);
  const names = ['globalAdministrator', 'mfa', 'adminAgents', 'customers'] as const;
  const checks = names.map((name, index): Check => {
    const finding = tried[index];
    if (!finding || finding.ok) return { name, ok: finding?.ok ?? false, detail: finding?.detail ?? '' };
    return { name, ok: false, detail: finding.detail, reason: finding.reason };
  });
  const failed = tried.flatMap((finding) => (finding.ok ? [] : [finding]));
  const passing = failed.flatMap(({ cause }) => (isTransient(cause) ? [cause] : []));
  return { checks, failure: failed[0] ? failureOf(failed[0]) : null, passing: passing[0] ?? null };
}

function failureOf({ reason, detail, cause }: Extract<Finding, { ok: false }>): NonNullable<ChecksOutcome['failure']> {
  // Where the reason says nothing, Microsoft's own words do.
  if (reason === 'unknown' && cause) return { reason, explanation: cause.explanation };
  const explanation = explainReason(reason, cause?.explanation.correlationId);
  return {
    reason,
    explanation: reason === 'insufficient_permissions' ? { ...explanation, meaning: detail } : explanation,
  };
}

async function tryCheck(check: () => Promise<Finding>): Promise<Finding> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof MicrosoftError)) throw error;
    const reason = error.kind === 'permission' ? 'insufficient_permissions' : reasonOf(error.code);
    return { ok: false, detail: error.explanation.meaning, reason, cause: error };
  }
}

const me = z.object({ userType: z.string().nullish() });
const directoryRole = z.object({ roleTemplateId: z.string().toLowerCase().nullish() });
const group = z.object({ displayName: z.string().nullish() });

async function checkGlobalAdministrator(graph: GraphClient): Promise<Finding> {
  const { userType } = await graph.get('/me?$select=id,userType', me);
  if (userType === 'Guest')
    return { ok: false, detail: 'The account is a guest in the partner tenant.', reason: 'insufficient_permissions' };
  const path = '/me/transitiveMemberOf/microsoft.graph.directoryRole?$select=id,roleTemplateId';
  for await (const page of graph.pages(path, directoryRole))
    if (page.some(({ roleTemplateId }) => roleTemplateId === GLOBAL_ADMINISTRATOR))
      return { ok: true, detail: 'The account is a Global Administrator.' };
  const detail = 'The account is not a Global Administrator of the partner tenant.';
  return { ok: false, detail, reason: 'insufficient_permissions' };
}

/** Partner Center decides what counts as MFA; a refusal for want of MFA is an answer, too. */
async function checkMfa(partnerCenter: PartnerCenterClient): Promise<Finding> {
  const missing = { ok: false, detail: 'The sign-in was without MFA.', reason: 'no_mfa_prompt' } as const;
  try {
    const compliant = await partnerCenter.isMfaCompliant();
    return compliant ? { ok: true, detail: 'Partner Center takes the sign-in as made with MFA.' } : missing;
  } catch (error) {
    if (error instanceof MicrosoftError && reasonOf(error.code) === 'no_mfa_prompt') return missing;
    throw error;
  }
}

async function checkAdminAgents(graph: GraphClient): Promise<Finding> {
  const path = '/me/transitiveMemberOf/microsoft.graph.group?$select=id,displayName';
  for await (const page of graph.pages(path, group))
    if (page.some(({ displayName }) => displayName === 'AdminAgents'))
      return { ok: true, detail: 'The account is in AdminAgents.' };
  return { ok: false, detail: 'The account is not in AdminAgents.', reason: 'not_in_admin_agents' };
}

/** One customer anywhere is enough. A source that does not answer says nothing, unless none does. */
async function checkCustomers(graph: GraphClient, partnerCenter: PartnerCenterClient): Promise<Finding> {
  const anything = z.unknown();
  const sources = [
    () => graph.pages('/tenantRelationships/delegatedAdminCustomers?$top=1', anything),
    () => graph.pages('/contracts?$top=1', anything),
    () => partnerCenter.customers(),
  ];
  let refused: MicrosoftError | undefined;
  let answered = false;
  for (const source of sources) {
    try {
      if (await hasAny(source())) return { ok: true, detail: 'The partner tenant has customers.' };
      answered = true;
    } catch (error) {
      if (!(error instanceof MicrosoftError)) throw error;
      refused = error;
    }
  }
  if (!answered && refused) throw refused;
  return { ok: false, detail: 'The partner tenant has no customers.', reason: 'no_child_tenants' };
}

async function hasAny(pages: AsyncGenerator<readonly unknown[]>): Promise<boolean> {
  for await (const page of pages) if (page.length > 0) return true;
  return false;
}
