// Records one step in a customer's timeline, for whoever takes it: a link was made, opened, revoked; a removal began.
import type { Actor } from '../access/audit.ts';
import type { App } from '../app.ts';
import { StoreError } from '../store/port.ts';
import { readAs, type WorkspaceStore } from '../store/scoped.ts';
import { appendSteps, publishTold, type Step, timelineId } from './append.ts';
import { type AccessDoc, accessDoc, accessDocId, newAccess, type TimelineDetails } from './documents.ts';
import type { TimelineKind } from './kinds.ts';

export interface RecordedStep {
  tenantId: string;
  kind: TimelineKind;
  by: Actor;
  /** What it happened to where that is not the customer itself: a link's id, a relationship's. */
  subject?: string;
  /** Shown on the customer's page and told in the event: no secrets, no tokens. */
  details?: TimelineDetails;
  /**
   * When it happened, where the caller knows that: a step that is recorded again with the same time, kind and subject (by
   * a message that is delivered twice) is there once. Now unless told; then each call is a step of its own.
   */
  at?: string;
}

const ATTEMPTS = 20;

/**
 * Adds one entry to the customer's timeline and publishes it as an event. `customer.removed` also forgets what was told of
 * the customer, so that one that comes back begins anew; its entries stay.
 * @throws StoreError; nothing was recorded then, or all of it and only the event is late
 */
export async function recordStep(
  app: Pick<App, 'clock'>,
  workspace: WorkspaceStore,
  recorded: RecordedStep,
): Promise<void> {
  const { tenantId, kind, by, subject, details } = recorded;
  let atMs = recorded.at === undefined ? app.clock.now() : Date.parse(recorded.at);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const stored = await readAs(workspace.customers, accessDocId(tenantId), accessDoc);
    const step: Step = { kind, by, subject, details, at: new Date(atMs).toISOString() };
    const access = kind === 'customer.removed' ? forgotten(stored?.doc, tenantId) : stored?.doc;
    const telling = { access: access ?? newAccess(tenantId), etag: stored?.etag, steps: [step] };
    const [told] = await appendSteps(workspace, [telling]);
    if (told) return publishTold(workspace, [told]);
    const isThere = await workspace.customers.read(timelineId(tenantId, step));
    if (isThere && recorded.at !== undefined) return;
    // Two steps of one kind in one millisecond are two.
    if (isThere) atMs += 1;
  }
  throw new StoreError('throttled', `The timeline of ${tenantId} changed under each of ${ATTEMPTS} attempts`);
}

function forgotten(access: AccessDoc | undefined, tenantId: string): AccessDoc {
  return { ...newAccess(tenantId), sequence: access?.sequence ?? 0, unpublished: access?.unpublished ?? [] };
}
