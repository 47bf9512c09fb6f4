// Takes the app out of a customer's tenant where Microsoft lets us: by Partner Center, with the account of a partner that holds
// an application role there through GDAP. Nothing else in the tenant is touched (SY-45).
import type { App } from '../../app.ts';
import { takeTurnOf } from '../../consent/automatic/pace.ts';
import type { ConsentDoc } from '../../consent/documents.ts';
import { Problem } from '../../errors.ts';
import { isTransient, MicrosoftError } from '../../microsoft/microsoft.ts';
import { readAs, type WorkspaceStore } from '../../store/scoped.ts';
import { isScheduledElsewhere } from '../../sync/schedule.ts';
import { ownAppDoc } from '../documents.ts';
import { ownAppDocId } from '../own-app.ts';
import { partnerTokens } from '../partner-tokens.ts';
import type { AppOutcome, LeavingDoc, RemovalDoc } from './documents.ts';

export interface Withdrawal {
  app: AppOutcome;
  /** Why somebody has to do it by hand. */
  appNote: string | null;
}

/** The app that a customer's tenant was asked to grant; null where nobody ever consented there. */
export async function grantedAppId(
  app: Pick<App, 'config'>,
  workspace: WorkspaceStore,
  consent: ConsentDoc | undefined,
): Promise<string | null> {
  if (!consent || (consent.grantedAt === null && consent.status === 'NotRequested')) return null;
  if (consent.ownAppConnectionId === null) return app.config.customerApp.clientId;
  const own = await readAs(workspace.workspace, ownAppDocId(consent.ownAppConnectionId), ownAppDoc);
  return own?.doc.clientId ?? null;
}

/**
 * Withdraws the app from one tenant, and what automatic consent gave the partner app there.
 * @param options `isLast`: what fails in passing is left to be done by hand, too
 * @throws MicrosoftError for a failure in passing, unless it is the last attempt
 */
export async function withdrawApp(
  app: App,
  workspace: WorkspaceStore,
  removal: Pick<RemovalDoc, 'kind' | 'connectionId'>,
  leaving: Pick<LeavingDoc, 'leavingTenantId' | 'appId' | 'partnerGrant'>,
  options: { isLast: boolean },
): Promise<Withdrawal> {
  const partnerAppId = app.config.partnerApp.clientId;
  const appIds = [leaving.appId, leaving.partnerGrant ? partnerAppId : null].filter((appId) => appId !== null);
  const outcomes: Withdrawal[] = [];
  for (const appId of appIds) outcomes.push(await withdrawOne(app, workspace, removal, { ...leaving, appId }, options));
  const worst = (['byHand', 'withdrawn'] as const).map((wanted) => outcomes.find(({ app: one }) => one === wanted));
  return worst.find((outcome) => outcome !== undefined) ?? { app: 'notThere', appNote: null };
}

async function withdrawOne(
  app: App,
  workspace: WorkspaceStore,
  removal: Pick<RemovalDoc, 'kind' | 'connectionId'>,
  { leavingTenantId: tenantId, appId }: Pick<LeavingDoc, 'leavingTenantId'> & { appId: string },
  { isLast }: { isLast: boolean },
): Promise<Withdrawal> {
  const { workspaceId } = workspace;
  if (removal.kind === 'microsoft_single') return byHand('Only an administrator of the tenant itself can remove it.');
  const { partnerApp, customerApp } = app.config;
  const isOurs = appId === customerApp.clientId || appId === partnerApp.clientId;
  // One service principal serves everybody who looks after the tenant.
  if (isOurs && (await isScheduledElsewhere(app, { job: 'verify', workspaceId, target: tenantId })))
    return byHand('It was left there, because it may serve somebody else who looks after this tenant.');
  // Partner Center counts requests by the app that asks.
  const askingAppId = isOurs ? partnerApp.clientId : appId;
  try {
    const { partnerCenter } = partnerTokens(app, workspaceId, removal.connectionId);
    const consent = { customerTenantId: tenantId, applicationId: appId };
    const client = app.microsoft.partnerCenter(partnerCenter);
    const wasThere = await client.withdrawConsent(consent, takeTurnOf(app, askingAppId));
    return { app: wasThere ? 'withdrawn' : 'notThere', appNote: null };
  } catch (error) {
    if (!(error instanceof MicrosoftError) && !(error instanceof Problem)) throw error;
    if (isTransient(error) && !isLast) throw error;
    return byHand(error.explanation.meaning);
  }
}

function byHand(appNote: string): Withdrawal {
  return { app: 'byHand', appNote };
}
