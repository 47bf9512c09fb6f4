// Which partner connection of a workspace holds a tenant: no two may, or each would undo what the other does (SY-13). Pure.
import { Problem } from '../errors.ts';
import type { ConnectionDoc } from './documents.ts';

/** What was begun and never came to a sign-in that worked holds nothing. */
function holds({ state, account }: Pick<ConnectionDoc, 'state' | 'account'>): boolean {
  return account !== null || ['AuthPending', 'Connected', 'ReauthRequired', 'Removing'].includes(state);
}

/**
 * The other partner connection that holds the tenant; undefined when none does. The MSP's own tenant may be there as a
 * single tenant as well.
 */
export function holderOf<T extends Pick<ConnectionDoc, 'connectionId' | 'kind' | 'tenantId' | 'state' | 'account'>>(
  connections: readonly T[],
  tenantId: string,
  connectionId: string,
): T | undefined {
  return connections.find(
    (other) =>
      other.connectionId !== connectionId &&
      other.kind === 'microsoft_csp' &&
      other.tenantId?.toLowerCase() === tenantId.toLowerCase() &&
      holds(other),
  );
}

/** Why a tenant cannot be connected once more. @param field of a form, to which the words belong */
export function tenantHeld({ name }: Pick<ConnectionDoc, 'name'>, field?: string): Problem {
  const meaning = `The connection “${name}” of this workspace holds that tenant.`;
  return new Problem(
    409,
    {
      code: 'tenant_held',
      meaning,
      whoActs: 'msp',
      whatToDo: 'Leave the tenant to that connection, or remove that one first.',
      retryHelps: false,
    },
    field ? { fields: { [field]: meaning } } : {},
  );
}
