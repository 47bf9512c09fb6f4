// What the public pages may show. A stranger learns nothing: a wrong address and one of another workspace look the same.
import { z } from 'zod';
import { workspaceDoc } from '../access/documents.ts';
import { SealError } from '../access/seal.ts';
import type { App } from '../app.ts';
import { HOUR_MS } from '../clock.ts';
import { explanationSchema } from '../connections/documents.ts';
import { ownAppOfCustomer } from '../connections/own-app.ts';
import { customerDoc } from '../customers/documents.ts';
import { type Explanation, notFound } from '../errors.ts';
import { lookups, openWorkspaceStore, readAs, type WorkspaceStore } from '../store/scoped.ts';
import { type ConsentLinkDoc, type ConsentStatus, consentDoc, consentLookupDoc } from './documents.ts';
import { noteOpened } from './link-visits.ts';
import { linkStatus, readLink, tokenHashOf } from './links.ts';

/** 32 bytes, base64url. */
const tokenPattern = /^[A-Za-z0-9_-]{43}$/;

export type ConsentLanding =
  | {
      kind: 'open';
      mspName: string;
      customerName: string;
      customerDomain: string | null;
      /** Microsoft names an app of the MSP's own, not Tenantry. */
      ownApp: boolean;
      expiresAt: string;
    }
  /** The link was real, and this is why it is of no use any more. */
  | { kind: 'expired' | 'revoked' | 'used'; mspName: string }
  | { kind: 'unknown' };

/** What the page of a link shows. Reading changes nothing: mail scanners follow links, too. */
export async function readConsentLanding(app: App, token: string): Promise<ConsentLanding> {
  const found = await findLink(app, token);
  if (!found) return { kind: 'unknown' };
  const { workspace, link } = found;
  const [names, status] = [await namesOf(workspace, link.tenantId), linkStatus(link, app.clock.now())];
  if (status !== 'open') return { kind: status, mspName: names.mspName };
  const ownApp = (await ownAppOfCustomer(workspace, link.tenantId)) !== null;
  return { kind: 'open', ...names, ownApp, expiresAt: link.expiresAt };
}

/**
 * Notes that a person sees the page of a link.
 * @throws Problem 404 for an address that is no open link
 */
export async function noteLandingSeen(app: App, token: string): Promise<void> {
  const found = await findLink(app, token);
  if (!found) throw notFound('open consent link');
  await noteOpened(app, found.workspace, found.link.linkId);
}

/** The link that a token in an address stands for, whatever its status. */
export async function findLink(
  app: Pick<App, 'store'>,
  token: string,
): Promise<{ workspace: WorkspaceStore; link: ConsentLinkDoc } | undefined> {
  if (!tokenPattern.test(token)) return undefined;
  const lookup = (await readAs(lookups(app.store), tokenHashOf(token), consentLookupDoc))?.doc;
  if (!lookup) return undefined;
  const workspace = openWorkspaceStore(app.store, lookup.workspaceId);
  const link = (await readLink(workspace, lookup.linkId))?.doc;
  return link ? { workspace, link } : undefined;
}

async function namesOf(workspace: WorkspaceStore, tenantId: string) {
  const [owner, customer] = await Promise.all([
    readAs(workspace.workspace, 'workspace', workspaceDoc),
    readAs(workspace.customers, `customer:${tenantId}`, customerDoc),
  ]);
  return {
    mspName: owner?.doc.name ?? 'Your IT provider',
    customerName: customer?.doc.name ?? 'Your organisation',
    customerDomain: customer?.doc.domain ?? null,
  };
}

const RESULT_LIFE_MS = HOUR_MS;
const resultSchema = z.object({
  workspaceId: z.guid(),
  tenantId: z.guid(),
  expiresAtMs: z.number(),
  explanation: explanationSchema.nullable(),
});

export type ConsentResult =
  | { kind: 'granted' | 'pending'; mspName: string; customerName: string }
  | { kind: 'failed'; mspName: string; customerName: string; explanation: Explanation }
  /** The address is wrong or older than an hour. */
  | { kind: 'unknown' };

/** The address of the result page: sealed, good for an hour, so that it shows its facts to nobody else. */
export async function consentResultPath(
  app: Pick<App, 'sealer' | 'clock'>,
  result: { workspaceId: string; tenantId: string; explanation: Explanation | null },
): Promise<string> {
  const sealed = await app.sealer.seal(
    JSON.stringify({ ...result, expiresAtMs: app.clock.now() + RESULT_LIFE_MS }),
    'consent-result',
  );
  return `/consent-result?r=${sealed}`;
}

/** What the result page shows: an error of that journey, or how the consent stands at this moment. */
export async function readConsentResult(app: App, sealed: string | undefined): Promise<ConsentResult> {
  const result = await openResult(app, sealed ?? '');
  if (!result || app.clock.now() >= result.expiresAtMs) return { kind: 'unknown' };
  const workspace = openWorkspaceStore(app.store, result.workspaceId);
  const { mspName, customerName } = await namesOf(workspace, result.tenantId);
  if (result.explanation) return { kind: 'failed', mspName, customerName, explanation: result.explanation };
  const consent = (await readAs(workspace.customers, `consent:${result.tenantId}`, consentDoc))?.doc;
  if (consent?.status === 'Granted') return { kind: 'granted', mspName, customerName };
  const failed: readonly (ConsentStatus | undefined)[] = ['ConsentFailure', 'Revoked', 'UpgradeNeeded'];
  if (consent?.explanation && failed.includes(consent.status))
    return { kind: 'failed', mspName, customerName, explanation: consent.explanation };
  return { kind: 'pending', mspName, customerName };
}

async function openResult(app: Pick<App, 'sealer'>, sealed: string) {
  try {
    return resultSchema.parse(JSON.parse(await app.sealer.open(sealed, 'consent-result')));
  } catch (error) {
    if (error instanceof SealError) return undefined;
    throw error;
  }
}
