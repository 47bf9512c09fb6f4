// The hourly question to a customer whose sync comes less often: is the app still let in, and the licence still there? A run
// finds out the rest.
import { customerTokens } from '../connections/own-app.ts';
import { isTransient, MicrosoftError } from '../microsoft/microsoft.ts';
import { needsPerson } from './ask.ts';
import { readFacts, type SyncFacts } from './facts.ts';
import { refreshSchedule, requestSync } from './may-sync.ts';
import { syncPermission } from './permission.ts';
import type { SyncApp } from './run-context.ts';
import { licenceProbeUrl } from './wire.ts';

/**
 * Asks with a fresh token. Where the answer is another than the newest run's a run is sent, which records and tells it.
 * @throws MicrosoftError only for a failure in passing; StoreError, QueueError
 */
export async function watchTenant(
  app: SyncApp,
  { workspaceId, tenantId }: { workspaceId: string; tenantId: string },
): Promise<'same' | 'changed' | 'moot'> {
  const facts = await readFacts(app, workspaceId, tenantId);
  const state = facts.state?.doc;
  if (!facts.customer || state?.status === 'AuthError' || !syncPermission(facts, app.clock.now()).allowed) {
    await refreshSchedule(app, workspaceId, tenantId);
    return 'moot';
  }
  if (await isSame(app, facts, tenantId)) return 'same';
  await requestSync(app, workspaceId, tenantId, 'schedule');
  return 'changed';
}

const organization = { id: 'organization', url: '/organization?$select=id' };
const licence = { id: 'licence', url: licenceProbeUrl };

async function isSame(app: SyncApp, { workspace, consent, state }: SyncFacts, tenantId: string): Promise<boolean> {
  const signIns = state?.doc.datasets.signIns;
  const licenced = signIns && signIns.asOf !== null ? signIns.unavailable === null : undefined;
  try {
    const ownAppConnectionId = consent?.ownAppConnectionId ?? null;
    const token = customerTokens(app, workspace, { tenantId, ownAppConnectionId });
    await token.renew();
    const answers = await app.microsoft
      .graph(token)
      .batch(licenced === undefined ? [organization] : [organization, licence]);
    const [tenant, probe] = [answers.get('organization'), answers.get('licence')];
    if (tenant && !tenant.ok) throw tenant.error;
    if (licenced === undefined || !probe) return true;
    if (probe.ok) return licenced;
    return probe.error.kind !== 'unlicensed' || !licenced;
  } catch (error) {
    const passing: boolean = isTransient(error);
    if (!(error instanceof MicrosoftError) || passing) throw error;
    app.log('info', 'the hourly question was refused', { tenantId, code: error.code });
    return !needsPerson(error);
  }
}
