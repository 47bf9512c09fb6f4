// What the checks of a connection that stands found. Global Administrator is asked for while connecting only: SP-06. Pure.
import type { AuthFailedReason, ConnectionDoc } from './documents.ts';

type Check = ConnectionDoc['checks'][number];

/** The reason that a failed check stands for. */
export const reasonOfCheck: Record<Check['name'], AuthFailedReason> = {
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
