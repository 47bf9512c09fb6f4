// How the scenario means each customer's consent to stand, and what an administrator of theirs does to bring the last of it about.
import { z } from 'zod';

/** The words of the simulator; what is not among them is granted by whoever is asked. */
const meantConsent = z.enum([
  'granted',
  'notRequested',
  'inProgress',
  'pending',
  'granting',
  'failed',
  'revoked',
  'upgradeNeeded',
]);
export type MeantConsent = z.infer<typeof meantConsent>;

const scenario = z.object({
  tenants: z.array(z.object({ tenantId: z.string(), kind: z.string() })),
  statuses: z.array(
    z.object({ partnerTenantId: z.string(), customerTenantId: z.string(), consent: meantConsent.optional() }),
  ),
});

/** By customer of the first partner; empty where the scenario leaves it open. @throws Error when it cannot be read */
export async function readMeantConsents(control: string): Promise<ReadonlyMap<string, MeantConsent>> {
  const answer = await fetch(`${control}/control/scenario`);
  const { tenants, statuses } = scenario.parse(await answer.json());
  const partner = tenants.find(({ kind }) => kind === 'partner')?.tenantId;
  return new Map(
    statuses.flatMap(({ partnerTenantId, customerTenantId, consent }) =>
      partnerTenantId === partner && consent ? [[customerTenantId, consent] as const] : [],
    ),
  );
}

/** Whether Microsoft keeps such a consent from ever being proven. */
export function isHeldBack(meant: MeantConsent | undefined): boolean {
  return meant === 'pending' || meant === 'granting';
}

/** An administrator of the customer takes the consent back, or one permission of it. @throws Error when refused */
export async function takeBack(control: string, tenantId: string, meant: 'revoked' | 'upgradeNeeded'): Promise<void> {
  const change =
    meant === 'revoked'
      ? { kind: 'removeApp', tenantId }
      : { kind: 'revokeAppRoles', tenantId, roles: ['AuditLog.Read.All'] };
  const answer = await fetch(`${control}/control/change`, { method: 'POST', body: JSON.stringify(change) });
  if (!answer.ok) throw new Error(`${change.kind} of ${tenantId} answered ${answer.status}: ${await answer.text()}`);
}
