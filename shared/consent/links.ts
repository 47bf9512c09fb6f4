// Consent links: one open link for each customer. The address is the only secret; what is stored finds it by its hash.
import { createHash } from 'node:crypto';
import { type Actor, audit } from '../access/audit.ts';
import { SealError } from '../access/seal.ts';
import { readSettings } from '../access/settings.ts';
import type { App } from '../app.ts';
import { DAY_MS } from '../clock.ts';
import { customerDoc } from '../customers/documents.ts';
import { notFound, Problem } from '../errors.ts';
import { isStoreError } from '../store/port.ts';
import { listAs, lookups, readAs, updateDoc, type WorkspaceStore } from '../store/scoped.ts';
import { recordStep } from '../timeline/record.ts';
import {
  type ConsentDoc,
  type ConsentLinkDoc,
  type ConsentLookupDoc,
  consentDoc,
  consentLinkDoc,
} from './documents.ts';
import { noConsent } from './status.ts';

const TOKEN_BYTES = 32;
/** A lookup outlives its link, so that an expired one is still told from a wrong address. */
const LOOKUP_GRACE_DAYS = 90;
const ATTEMPTS = 5;

export interface ConsentLink extends Pick<ConsentLinkDoc, 'linkId' | 'tenantId' | 'createdAt' | 'expiresAt'> {
  status: ConsentLinkDoc['status'] | 'expired';
  /** When a person first saw its page; null while nobody has. */
  openedAt: string | null;
  /** What to send; null once it is of no use, and where the key that sealed it is gone. */
  address: string | null;
}

interface LinkRequest {
  tenantId: string;
  /** Revokes the open one that there is. */
  replace: boolean;
  /** The campaign that hands it out. */
  campaignId?: string;
}

/**
 * The customer's open link: the one there is, or a new one. `replace` revokes what there is.
 * @throws Problem 404 for no such customer, 409 when the customer has granted consent already.
 */
export async function createConsentLink(
  app: App,
  workspace: WorkspaceStore,
  by: Actor,
  request: LinkRequest,
): Promise<ConsentLink> {
  const customer = await readAs(workspace.customers, `customer:${request.tenantId}`, customerDoc);
  if (!customer) throw notFound('customer');
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await createOnce(app, workspace, by, request);
    } catch (error) {
      // Somebody else made a link or consented at the same moment: look again.
      const overtaken = isStoreError(error, 'conflict') || isStoreError(error, 'preconditionFailed');
      if (!overtaken || attempt === ATTEMPTS) throw error;
    }
  }
}

async function createOnce(
  app: App,
  workspace: WorkspaceStore,
  by: Actor,
  { tenantId, replace, campaignId }: LinkRequest,
): Promise<ConsentLink> {
  const consent = await readAs(workspace.customers, `consent:${tenantId}`, consentDoc);
  if (consent?.doc.status === 'Granted' && consent.doc.evidence) throw alreadyGranted();
  const before = consent?.doc.linkId ? await readLink(workspace, consent.doc.linkId) : undefined;
  const isOpen = before?.doc.status === 'open' && Date.parse(before.doc.expiresAt) > app.clock.now();
  const present = before && isOpen && !replace ? await viewLink(app, workspace, before.doc) : undefined;
  // One whose address cannot be shown any more is of no use to who asks: a new one takes its place.
  if (before && present?.address) {
    if (campaignId) await adoptLink(workspace, before.doc, campaignId);
    return present;
  }

  const at = new Date(app.clock.now()).toISOString();
  const { consentLinkDays } = await readSettings(workspace);
  const token = app.ids.token(TOKEN_BYTES);
  const fresh = await newLink(app, workspace, by, { tenantId, token, days: consentLinkDays });
  const link = campaignId ? { ...fresh, campaignId } : fresh;
  await lookups(app.store).create({
    ...lookupOf(workspace, link),
    ttl: ((consentLinkDays + LOOKUP_GRACE_DAYS) * DAY_MS) / 1000,
  });
  const next: ConsentDoc = { ...(consent?.doc ?? noConsent(tenantId, at)), linkId: link.linkId };
  // The consent's etag decides who of two makes the link.
  await workspace.customers.batch([
    { kind: 'create', doc: link },
    consent ? { kind: 'replace', doc: next, etag: consent.etag } : { kind: 'create', doc: next },
    ...(before?.doc.status === 'open'
      ? [{ kind: 'replace', doc: { ...before.doc, status: 'revoked', revokedAt: at }, etag: before.etag } as const]
      : []),
  ]);
  const actor = { id: by.id, name: by.name };
  await audit(app, workspace, { action: 'consentLink.created', actor, subject: link.id, details: { tenantId } });
  await recordStep(app, workspace, { tenantId, kind: 'consent.linkCreated', by: actor, subject: link.linkId, at });
  return viewLink(app, workspace, link);
}

/** The newest campaign that hands a link out is written on it, so that the campaign finds its links. */
async function adoptLink(workspace: WorkspaceStore, link: ConsentLinkDoc, campaignId: string): Promise<void> {
  await updateDoc(workspace.customers, link.id, consentLinkDoc, (stored) =>
    stored && stored.campaignId !== campaignId ? { ...stored, campaignId } : undefined,
  );
}

async function newLink(
  app: App,
  workspace: WorkspaceStore,
  by: Actor,
  { tenantId, token, days }: { tenantId: string; token: string; days: number },
): Promise<ConsentLinkDoc> {
  const linkId = app.ids.uuid();
  const nowMs = app.clock.now();
  return {
    id: `link:${linkId}`,
    type: 'consentLink',
    schemaVersion: 1,
    linkId,
    tenantId,
    tokenHash: tokenHashOf(token),
    sealedToken: await app.sealer.seal(token, tokenContext(workspace, linkId)),
    status: 'open',
    createdAt: new Date(nowMs).toISOString(),
    createdBy: by.id,
    expiresAt: new Date(nowMs + days * DAY_MS).toISOString(),
    usedAt: null,
    revokedAt: null,
  };
}

function lookupOf(workspace: WorkspaceStore, link: ConsentLinkDoc): ConsentLookupDoc {
  const { linkId, tenantId, tokenHash } = link;
  return {
    id: tokenHash,
    type: 'consentLookup',
    schemaVersion: 1,
    workspaceId: workspace.workspaceId,
    linkId,
    tenantId,
  };
}

/** A customer's links, the newest first. @throws Problem 404 for no such customer. */
export async function listConsentLinks(
  app: App,
  workspace: WorkspaceStore,
  tenantId: string,
): Promise<readonly ConsentLink[]> {
  if (!(await workspace.customers.read(`customer:${tenantId}`))) throw notFound('customer');
  const where = [{ field: 'tenantId', op: 'eq', value: tenantId }] as const;
  const links = await listAs(workspace.customers, { type: 'consentLink', where }, consentLinkDoc);
  const newestFirst = links.sort((a, b) => b.createdAt.localeCompare(a.createdAt) || a.id.localeCompare(b.id));
  return Promise.all(newestFirst.map((link) => viewLink(app, workspace, link)));
}

/** @throws Problem 404 when the customer has no such link, 409 when it was used. */
export async function revokeConsentLink(
  app: App,
  workspace: WorkspaceStore,
  by: Actor,
  request: { tenantId: string; linkId: string },
): Promise<ConsentLink> {
  const at = new Date(app.clock.now()).toISOString();
  let changed = false;
  const updated = await updateDoc(workspace.customers, `link:${request.linkId}`, consentLinkDoc, (link) => {
    if (link?.tenantId !== request.tenantId) throw notFound('consent link');
    if (link.status === 'used') throw alreadyGranted();
    changed = link.status === 'open';
    return changed ? { ...link, status: 'revoked' as const, revokedAt: at } : undefined;
  });
  if (!updated) throw notFound('consent link');
  if (changed) await tellOfLink(app, workspace, by, updated.doc, 'revoked');
  return viewLink(app, workspace, updated.doc);
}

/**
 * Lets a revoked link work again: the same address, for who has it already.
 * @throws Problem 404 for no such link, 409 when it has expired, another took its place, or the customer has consented.
 */
export async function restoreConsentLink(
  app: App,
  workspace: WorkspaceStore,
  by: Actor,
  { tenantId, linkId }: { tenantId: string; linkId: string },
): Promise<ConsentLink> {
  const [link, consent] = [
    await readLink(workspace, linkId),
    await readAs(workspace.customers, `consent:${tenantId}`, consentDoc),
  ];
  if (link?.doc.tenantId !== tenantId) throw notFound('consent link');
  if (link.doc.status === 'open') return viewLink(app, workspace, link.doc);
  const isLast = link.doc.status === 'revoked' && consent?.doc.linkId === linkId;
  const isOver = Date.parse(link.doc.expiresAt) <= app.clock.now() || consent?.doc.status === 'Granted';
  if (!isLast || isOver) throw notRestored();
  const restored: ConsentLinkDoc = { ...link.doc, status: 'open', revokedAt: null };
  // The consent's etag says that no other link took its place meanwhile.
  await workspace.customers.batch([
    { kind: 'replace', doc: restored, etag: link.etag },
    { kind: 'replace', doc: consent.doc, etag: consent.etag },
  ]);
  await tellOfLink(app, workspace, by, restored, 'restored');
  return viewLink(app, workspace, restored);
}

/** Writes to audit and timeline what became of a link. */
async function tellOfLink(
  app: App,
  workspace: WorkspaceStore,
  { id, name }: Actor,
  { id: subject, tenantId, linkId }: ConsentLinkDoc,
  what: 'revoked' | 'restored',
): Promise<void> {
  const actor = { id, name };
  await audit(app, workspace, { action: `consentLink.${what}`, actor, subject, details: { tenantId } });
  const kind = what === 'revoked' ? 'consent.linkRevoked' : 'consent.linkRestored';
  await recordStep(app, workspace, { tenantId, kind, by: actor, subject: linkId });
}

/** The link as an Admin sees it, with its address while it is of use. */
export async function viewLink(app: App, workspace: WorkspaceStore, link: ConsentLinkDoc): Promise<ConsentLink> {
  const status = linkStatus(link, app.clock.now());
  const { linkId, tenantId, createdAt, expiresAt } = link;
  const token = status === 'open' ? await openToken(app, workspace, link) : null;
  const address = token && `${app.config.publicUrl}/consent/${token}`;
  return { linkId, tenantId, createdAt, expiresAt, openedAt: link.openedAt ?? null, status, address };
}

/** Null where the key that sealed it is gone: the link still works for whoever has it. */
async function openToken(app: App, workspace: WorkspaceStore, link: ConsentLinkDoc): Promise<string | null> {
  try {
    return await app.sealer.open(link.sealedToken, tokenContext(workspace, link.linkId));
  } catch (error) {
    if (error instanceof SealError) return null;
    throw error;
  }
}

export function linkStatus(link: ConsentLinkDoc, nowMs: number): ConsentLink['status'] {
  return link.status === 'open' && Date.parse(link.expiresAt) <= nowMs ? 'expired' : link.status;
}

export function readLink(workspace: WorkspaceStore, linkId: string) {
  return readAs(workspace.customers, `link:${linkId}`, consentLinkDoc);
}

/** What a token is found by: SHA-256, hexadecimal. */
export function tokenHashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function tokenContext(workspace: WorkspaceStore, linkId: string): string {
  return `consentLink:${workspace.workspaceId}:${linkId}`;
}

function notRestored(): Problem {
  return new Problem(409, {
    code: 'link_not_restorable',
    meaning: 'This link cannot work again: it has expired, another took its place, or the customer has consented.',
    whoActs: 'msp',
    whatToDo: 'Make a new link where one is needed.',
    retryHelps: false,
  });
}

function alreadyGranted(): Problem {
  return new Problem(409, {
    code: 'consent_granted',
    meaning: 'The customer has consented already.',
    whoActs: 'msp',
    whatToDo: 'Nothing: there is no need for a link.',
    retryHelps: false,
  });
}
