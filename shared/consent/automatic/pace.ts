// The pace of requests to Partner Center's application consents: 50 a second of an app, whichever process sends them.
// https://learn.microsoft.com/partner-center/developer/control-panel-vendor-apis
// One small document in the store holds the time of the next free place; a process books as many places as it has requests
// waiting, and sends each at its time.
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { App } from '../../app.ts';
import { type Clock, MINUTE_MS, SECOND_MS, systemClock } from '../../clock.ts';
import type { TakeTurn } from '../../microsoft/microsoft.ts';
import { type Documents, schedulePartition, updateDoc } from '../../store/scoped.ts';

/** 30 a second, evenly: what arrives late arrives in a bunch, and must still fit. */
export const SPACING_MS = Math.ceil(SECOND_MS / 30);
/**
 * A place that a busy process comes to later than this is given up and another one booked: so no second sees more than what
 * was booked for 1.3 seconds, 39 requests.
 */
const LATE_MS = 300;
/** The most places that are booked at once: what a process books and then dies with is lost. */
const MOST_PLACES = 30;
/** A next place further ahead than this was booked by a clock that has been put back since. */
const BELIEVABLE_MS = 10 * MINUTE_MS;
/** Many processes change the one document at the same time. */
const ATTEMPTS = 200;

export const paceDoc = z.object({
  /** The app's client id. */
  id: z.guid(),
  type: z.literal('pace'),
  schemaVersion: z.literal(1),
  /** When the next place is free, milliseconds since the epoch; of real time, whatever clock the app runs on. */
  nextMs: z.number(),
});

/** The time of the first of `count` places, and of the next one after them. Pure. */
export function bookPlaces(
  nextMs: number | undefined,
  count: number,
  nowMs: number,
): { firstMs: number; nextMs: number } {
  const believable = nextMs !== undefined && nextMs > nowMs && nextMs - nowMs <= BELIEVABLE_MS;
  const firstMs = believable ? nextMs : nowMs;
  return { firstMs, nextMs: firstMs + count * SPACING_MS };
}

/** One for each store and app, which lives as long as the process. */
const paces = new WeakMap<App['store'], Map<string, TakeTurn>>();

/** Waits for the turn of one request of the app. @throws StoreError */
export function takeTurnOf(app: Pick<App, 'store'>, clientId: string): TakeTurn {
  const ofStore = paces.get(app.store) ?? new Map<string, TakeTurn>();
  paces.set(app.store, ofStore);
  const known = ofStore.get(clientId);
  if (known) return known;
  const turn = openPace(schedulePartition(app.store, 'consentPace'), clientId);
  ofStore.set(clientId, turn);
  return turn;
}

/** @param clock real time: what Partner Center counts is seconds of the wire */
export function openPace(documents: Documents, clientId: string, clock: Clock = systemClock): TakeTurn {
  const place = shareBookings(async (count) => {
    let firstMs = 0;
    const change = (doc: z.infer<typeof paceDoc> | undefined) => {
      const booked = bookPlaces(doc?.nextMs, count, clock.now());
      firstMs = booked.firstMs;
      return { id: clientId, type: 'pace' as const, schemaVersion: 1 as const, nextMs: booked.nextMs };
    };
    await updateDoc(documents, clientId, paceDoc, change, { attempts: ATTEMPTS });
    return firstMs;
  });
  return async () => {
    for (;;) {
      const atMs = await place();
      const waitMs = atMs - clock.now();
      if (waitMs > 0) await sleep(waitMs);
      if (clock.now() - atMs <= LATE_MS) return;
    }
  };
}

interface Waiting {
  resolve: (atMs: number) => void;
  reject: (error: unknown) => void;
}

/** Makes one booking out of all the requests that came while the one before was written. Gives the time of each place. */
function shareBookings(book: (count: number) => Promise<number>): () => Promise<number> {
  const waiting: Waiting[] = [];
  let booking = false;
  const bookAll = async () => {
    booking = true;
    while (waiting.length > 0) {
      const some = waiting.splice(0, MOST_PLACES);
      try {
        const firstMs = await book(some.length);
        for (const [index, { resolve }] of some.entries()) resolve(firstMs + index * SPACING_MS);
      } catch (error) {
        for (const { reject } of some) reject(error);
      }
    }
    booking = false;
  };
  return () =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      if (!booking) void bookAll();
    });
}
