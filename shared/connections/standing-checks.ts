// What the checks of a connection that stands found. Global Administrator is asked for while connecting only: SP-06. Pure.
import type { Explanation } from '../errors.ts';
import type { AuthFailedReason, ConnectionDoc } from './documents.ts';
import { explainReason } from './reasons.ts';

type Check = ConnectionDoc['checks'][number];

/** What a failed check means where it does not say so itself. */
const usualReason: Record<Check['name'], AuthFailedReason> = {
  globalAdministrator: 'insufficient_permissions',
  mfa: 'no_mfa_prompt',
  adminAgents: 'not_in_admin_agents',
  customers: 'no_child_tenants',
};

/** The checks that failed; once connected, an account that stepped down has failed nothing. */
export function failedChecks({ state, checks }: Pick<ConnectionDoc, 'state' | 'checks'>): Check[] {
  const failed = checks.filter(({ ok }) => !ok);
  return state === 'AuthFailed' ? failed : failed.filter(({ name }) => name !== 'globalAdministrator');
}

/** The reason that a failed check stands for. */
export function reasonOfCheck({ name, reason }: Check): AuthFailedReason {
  return reason ?? usualReason[name];
}

/** A failed check in words: what was found, and what to do about it. */
export function explainCheck(check: Check): Explanation {
  const explanation = explainReason(reasonOfCheck(check));
  return check.detail === '' ? explanation : { ...explanation, meaning: check.detail };
}
