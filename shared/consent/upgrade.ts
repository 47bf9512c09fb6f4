// A consent that covers less than Tenantry asks for: in words that say whether we ask for more, or the customer gives less. Pure.
import type { Explanation } from '../errors.ts';
import { customerAppPermissions } from '../microsoft/permissions.ts';
import type { ConsentDoc } from './documents.ts';
import type { Proof } from './prove.ts';

/** Why a consent is UpgradeNeeded. A permission that came after it was given is no fault of the customer's. */
export function upgradeWords(
  { permissionSet }: Pick<ConsentDoc, 'permissionSet'>,
  { permissions, explanation }: Extract<Proof, { kind: 'rolesMissing' }>,
): Explanation {
  const missing = customerAppPermissions.filter(({ permission }) => permissions.includes(permission));
  const isNew = permissionSet !== null && missing.every(({ since }) => since > permissionSet);
  if (!isNew || missing.length === 0) return explanation;
  const named = missing.map(({ permission, feature }) => `${permission} (${feature})`).join(', ');
  return {
    ...explanation,
    meaning: `Tenantry asks for more since this customer consented: ${named}.`,
    whatToDo: 'Send the customer a new consent link, or consent again with your own account. What was synced is kept.',
  };
}
