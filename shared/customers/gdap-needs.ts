// Who needs a new admin relationship: the choice for requests to many customers. Pure.
import type { CustomerRow } from './rows.ts';

/** The GDAP statuses that a new relationship mends. */
export const gdapNeeds = ['Missing', 'Expired', 'MissingRoles', 'Expiring'] as const;
export type GdapNeed = (typeof gdapNeeds)[number];

/** Whether a request helps the customer now: one that is still listed, of that status, or of any of them. */
export function needsGdap(
  { readiness, missingSince }: Pick<CustomerRow, 'readiness' | 'missingSince'>,
  need?: GdapNeed | undefined,
): boolean {
  if (missingSince !== null || readiness.gdap.renewalRequested) return false;
  return gdapNeeds.some((status) => readiness.gdap.status === status && (need === undefined || need === status));
}
