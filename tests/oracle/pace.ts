// Moves the clock, and looks at the queue so that the oracle's own violence breaks no promise: a queue gives a message up after
// five deliveries and after a day, by design. Both the clock (which makes locks run out) and kills cost deliveries, so both
// hold back from a message that has had some.
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { HOUR_MS, SECOND_MS } from '../../shared/clock.ts';
import type { Control } from './control.ts';

export interface QueueLook {
  /** Can be received now. */
  ready: number;
  locked: number;
  scheduled: number;
  dead: number;
  /** The most deliveries that any message has had. */
  deliveries: number;
  /** When the first message is given up for its age; null while there is none. */
  expiresAtMs: number | null;
}

export interface Pace {
  look(): QueueLook;
  deadLetters(): { queue: string; reason: string; body: string }[];
  /** Whether a kill costs no message its life. */
  mayKill(): boolean;
  /**
   * Moves the clock unless a message has been through too much or too much waits; gives whether it did. While messages are
   * being worked it goes a little way only, unless `rudely`: then their locks run out under them.
   */
  step(ms: number, rudely?: boolean): Promise<boolean>;
  /** The time of simulator and app, milliseconds since the epoch. */
  now(): number;
  /** How far the clock was moved in all. */
  readonly movedMs: number;
  close(): void;
}

const lookRow = z.object({
  ready: z.int(),
  locked: z.int(),
  scheduled: z.int(),
  dead: z.int(),
  deliveries: z.int().nullable(),
  expiresAtMs: z.int().nullable(),
});
const deadRow = z.object({ queue: z.string(), reason: z.string(), body: z.string() });

/** With more than this waiting the workers are behind: time stands still for them. */
const mostWaiting = 150;
/** How long (real time) the clock waits for a message that has had so many deliveries. */
const patienceMs: Readonly<Record<number, number>> = { 3: 10_000, 4: 40_000 };
const lastPatienceMs = 150_000;
/** What waits since before the clock moves a night on must still be worked. */
const marginMs = 2 * HOUR_MS;
/** Lets no lock run out that was renewed just now. */
const gentleStepMs = 20 * SECOND_MS;

export function openPace(control: Control, queueFile: string, say: (line: string) => void): Pace {
  const database = new DatabaseSync(queueFile, { readOnly: true, timeout: 10_000 });
  const query = database.prepare(`
    SELECT count(*) FILTER (WHERE available_at_ms <= :now) AS ready,
      count(*) FILTER (WHERE available_at_ms > :now AND delivery_count > 0) AS locked,
      count(*) FILTER (WHERE available_at_ms > :now AND delivery_count = 0) AS scheduled,
      (SELECT count(*) FROM queue_dead_letters) AS dead,
      max(delivery_count) AS deliveries,
      min(expires_at_ms) FILTER (WHERE available_at_ms <= :now OR delivery_count > 0) AS expiresAtMs
    FROM queue_messages`);
  const often = database.prepare('SELECT queue, delivery_count, body FROM queue_messages WHERE delivery_count > 3');
  let offsetMs = 0;
  let movedMs = 0;
  let troubled = { deliveries: 0, sinceMs: 0 };
  const now = () => Date.now() + offsetMs;
  const look = (): QueueLook => {
    const row = lookRow.parse(query.get({ now: now() }));
    return { ...row, deliveries: row.deliveries ?? 0 };
  };
  const mayMove = (): boolean => {
    const { ready, deliveries } = look();
    if (deliveries !== troubled.deliveries) {
      troubled = { deliveries, sinceMs: Date.now() };
      if (deliveries > 3) say(`delivered ${deliveries} times: ${JSON.stringify(often.all())}`);
    }
    if (ready > mostWaiting) return false;
    if (deliveries < 3) return true;
    return Date.now() - troubled.sinceMs > (patienceMs[deliveries] ?? lastPatienceMs);
  };
  return {
    look,
    deadLetters: () => z.array(deadRow).parse(database.prepare('SELECT * FROM queue_dead_letters').all()),
    mayKill: () => look().deliveries < 3,
    async step(ms, rudely = false) {
      if (!mayMove()) return false;
      const { locked, expiresAtMs } = look();
      const isLate = expiresAtMs !== null && now() + ms > expiresAtMs - marginMs;
      const wayMs = !isLate && (rudely || locked === 0) ? ms : Math.min(ms, gentleStepMs);
      offsetMs = (await control.advance(wayMs)) - Date.now();
      movedMs += wayMs;
      return true;
    },
    now,
    get movedMs() {
      return movedMs;
    },
    close: () => database.close(),
  };
}

/** The farthest that the clock moves at once: a message may wait for a day. */
export const farthestStepMs = 8 * HOUR_MS;
