// What happens to a link after it was sent: seen, taken to Microsoft, refused there. Each is noted on the link itself.
import type { App } from '../app.ts';
import { HOUR_MS } from '../clock.ts';
import { type Explanation, notFound, Problem } from '../errors.ts';
import { updateDoc, type WorkspaceStore } from '../store/scoped.ts';
import { recordStep } from '../timeline/record.ts';
import { type ConsentLinkDoc, consentLinkDoc } from './documents.ts';
import { linkStatus } from './links.ts';

/** Departures to Microsoft by one link within an hour. A person needs a few; a script that knows the address wants more. */
export const MAX_DEPARTURES = 30;

/**
 * Notes that a person sees the link's page; only the first time counts.
 * @throws Problem 404 unless the link is open.
 */
export async function noteOpened(app: App, workspace: WorkspaceStore, linkId: string): Promise<void> {
  const at = isoNow(app);
  let isFirst = false;
  const link = await changeLink(workspace, linkId, (stored) => {
    requireOpen(app, stored);
    isFirst = stored.openedAt === undefined;
    return isFirst ? { ...stored, openedAt: at } : undefined;
  });
  if (link && isFirst) await tell(app, workspace, link, { kind: 'consent.linkOpened', at });
}

/**
 * Notes a departure to Microsoft.
 * @throws Problem 404 unless the link is open, 429 for the 31st departure within an hour.
 */
export async function noteDeparture(app: App, workspace: WorkspaceStore, linkId: string): Promise<void> {
  const link = await changeLink(workspace, linkId, (stored) => {
    requireOpen(app, stored);
    return { ...stored, departures: nextDepartures(stored.departures, app.clock.now()) };
  });
  // Whoever goes there again and again in an hour is told of once.
  if (link?.departures?.count === 1)
    await tell(app, workspace, link, { kind: 'consent.atMicrosoft', at: link.departures.at });
}

/** The count after one more departure. Pure. @throws Problem 429 where there were too many. */
export function nextDepartures(before: ConsentLinkDoc['departures'], nowMs: number) {
  const at = new Date(nowMs).toISOString();
  const isNewHour = !before || nowMs - Date.parse(before.since) >= HOUR_MS;
  if (isNewHour) return { at, since: at, count: 1 };
  if (before.count >= MAX_DEPARTURES) throw tooMany();
  return { at, since: before.since, count: before.count + 1 };
}

/** Notes why a departure ended without consent. */
export async function noteRefusal(
  app: Pick<App, 'clock'>,
  workspace: WorkspaceStore,
  linkId: string,
  explanation: Explanation,
): Promise<void> {
  await changeLink(workspace, linkId, (link) => ({ ...link, refusal: { at: isoNow(app), explanation } }));
}

async function changeLink(
  workspace: WorkspaceStore,
  linkId: string,
  change: (link: ConsentLinkDoc) => ConsentLinkDoc | undefined,
): Promise<ConsentLinkDoc | undefined> {
  const id = `link:${linkId}`;
  return (await updateDoc(workspace.customers, id, consentLinkDoc, (link) => link && change(link)))?.doc;
}

/** Nobody knows who holds a link: it is written to the timeline as what it is. */
async function tell(
  app: App,
  workspace: WorkspaceStore,
  { tenantId, linkId }: ConsentLinkDoc,
  step: { kind: 'consent.linkOpened' | 'consent.atMicrosoft'; at: string },
): Promise<void> {
  const by = { id: 'customer', name: 'Somebody with the consent link' };
  await recordStep(app, workspace, { tenantId, by, subject: linkId, ...step });
}

function requireOpen(app: Pick<App, 'clock'>, link: ConsentLinkDoc): void {
  if (linkStatus(link, app.clock.now()) !== 'open') throw notFound('open consent link');
}

function tooMany(): Problem {
  return new Problem(429, {
    code: 'too_many_departures',
    meaning: `This link led to Microsoft ${MAX_DEPARTURES} times within an hour.`,
    whoActs: 'customer',
    whatToDo: 'Wait an hour and open the link again.',
    retryHelps: true,
  });
}

function isoNow(app: Pick<App, 'clock'>): string {
  return new Date(app.clock.now()).toISOString();
}
