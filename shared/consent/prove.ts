// Proof that a tenant has granted the app everything it asks for: a fresh app-only token, `/organization`, and one cheap
// request for each permission. It says nothing about which workspace may use the grant: evidence does.
import { z } from 'zod';
import type { App } from '../app.ts';
import { customerTokens } from '../connections/own-app.ts';
import type { Explanation } from '../errors.ts';
import { isTransient, MicrosoftError, type TokenSource } from '../microsoft/microsoft.ts';
import { customerAppPermissions } from '../microsoft/permissions.ts';
import type { WorkspaceStore } from '../store/scoped.ts';
import type { ConsentDoc } from './documents.ts';
import { patiently } from './patience.ts';

export type Proof =
  | { kind: 'proven' }
  /** Installed, but some permissions are missing: not propagated yet, or an older grant. */
  | { kind: 'rolesMissing'; permissions: readonly string[]; explanation: Explanation }
  /** The tenant has no (usable) service principal of the app: not propagated yet, removed or disabled. */
  | { kind: 'notInstalled'; explanation: Explanation }
  /** No answer to the question; `retryAfterMs` where Microsoft said when to ask again. */
  | { kind: 'unanswered'; transient: boolean; explanation: Explanation; retryAfterMs: number | undefined };

const organization = z.object({ value: z.array(z.object({ id: z.string().toLowerCase() })) });

/** Tries the grant of the app that this consent is to. */
export async function proveConsent(
  app: Pick<App, 'microsoft' | 'sealer'>,
  workspace: WorkspaceStore,
  consent: Pick<ConsentDoc, 'tenantId' | 'ownAppConnectionId'>,
): Promise<Proof> {
  const proof = await proveGrant(app, consent.tenantId, customerTokens(app, workspace, consent));
  return consent.ownAppConnectionId !== null && proof.kind === 'rolesMissing' ? ofOwnApp(proof) : proof;
}

/** What an own app does not ask for nobody can grant it: its registration comes first. */
function ofOwnApp(proof: Extract<Proof, { kind: 'rolesMissing' }>): Proof {
  const whatToDo =
    'Compare the permissions of your app registration with those on its page here, add what is missing, then open a consent link again.';
  return { ...proof, explanation: { ...proof.explanation, whoActs: 'msp', whatToDo } };
}

/**
 * Tries the grant now, whatever the token cache holds: a cached token keeps old roles.
 * @param token of Tenantry's customer app, unless another app was granted
 */
export async function proveGrant(
  app: Pick<App, 'microsoft'>,
  tenantId: string,
  token: TokenSource = app.microsoft.customerToken(tenantId),
): Promise<Proof> {
  try {
    await patiently(() => token.renew());
    const graph = app.microsoft.graph(token);
    const { value } = await patiently(() => graph.get('/organization?$select=id', organization));
    if (value[0]?.id !== tenantId.toLowerCase()) return { kind: 'notInstalled', explanation: otherTenant };
    const probes = customerAppPermissions.map(({ permission, probe }) => ({ id: permission, url: probe }));
    const outcomes = await patiently(() => graph.batch(probes));
    const failures = customerAppPermissions.flatMap(({ permission: name }) => {
      const outcome = outcomes.get(name);
      return outcome && !outcome.ok ? [{ name, error: outcome.error }] : [];
    });
    return proofOf(failures);
  } catch (error) {
    if (error instanceof MicrosoftError) return proofOfError(error);
    throw error;
  }
}

/** A dataset that the tenant has no licence for is no missing permission. */
function proofOf(failures: readonly { name: string; error: MicrosoftError }[]): Proof {
  const missing = failures.filter(({ error }) => error.kind === 'permission');
  if (missing.length > 0) return rolesMissing(missing.map(({ name }) => name));
  const open = failures.find(({ error }) => error.kind !== 'unlicensed');
  return open ? proofOfError(open.error) : { kind: 'proven' };
}

function proofOfError(error: MicrosoftError): Proof {
  if (error.kind === 'consent') return { kind: 'notInstalled', explanation: error.explanation };
  if (error.kind === 'permission') return rolesMissing(customerAppPermissions.map(({ permission }) => permission));
  const { explanation, retryAfterMs } = error;
  return { kind: 'unanswered', transient: isTransient(error), explanation, retryAfterMs };
}

function rolesMissing(permissions: readonly string[]): Proof {
  const explanation: Explanation = {
    code: 'permissions_missing',
    meaning: `The consent does not cover ${permissions.join(', ')}.`,
    whoActs: 'customer',
    whatToDo: 'Open a consent link again and accept everything it asks for.',
    retryHelps: true,
  };
  return { kind: 'rolesMissing', permissions, explanation };
}

const otherTenant: Explanation = {
  code: 'organization_mismatch',
  meaning: 'Microsoft answered for another organisation than the one that was asked for.',
  whoActs: 'tenantry',
  whatToDo: 'Report it with the correlation id.',
  retryHelps: false,
};
