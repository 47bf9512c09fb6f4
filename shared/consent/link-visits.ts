// What happens to a link after it was sent: seen, taken to Microsoft, refused there. Each is noted on the link itself.
import type { App } from '../app.ts';
import { HOUR_MS } from '../clock.ts';
import { type Explanation, notFound, Problem } from '../errors.ts';
import { updateDoc, type WorkspaceStore } from '../store/scoped.ts';
import { type ConsentLinkDoc, consentLinkDoc } from './documents.ts';
import { linkStatus } from './links.ts';

/** Departures to Microsoft by one link within an hour. A person needs a few; a script that knows the address wants more. */
export const MAX_DEPARTURES = 30;

/**
 * Notes that a person sees the link's page; only the first time counts.
 * @throws Problem 404 unless the link is open.
 */
export async function noteOpened(app: App, workspace: WorkspaceStore, linkId: string): Promise<void> {
  await changeLink(workspace, linkId, (link) => {
    requireOpen(app, link);
    return link.openedAt ? undefined : { ...link, openedAt: isoNow(app) };
  });
}

/**
 * Notes a departure to Microsoft.
 * @throws Problem 404 unless the link is open, 429 for the 31st departure within an hour.
 */
export async function noteDeparture(app: App, workspace: WorkspaceStore, linkId: string): Promise<void> {
  await changeLink(workspace, linkId, (link) => {
    requireOpen(app, link);
    return { ...link, departures: nextDepartures(link.departures, app.clock.now()) };
  });
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
): Promise<void> {
  await updateDoc(workspace.customers, `link:${linkId}`, consentLinkDoc, (link) => link && change(link));
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
