// Which minute of an interval a target falls due in, and which slots are due now. Pure.

/** FNV-1a, 32 bits: the same number for the same text in every process and version. */
export function stableHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash ^= text.charCodeAt(at);
    hash = Math.imul(hash, 0x01000193);
  }
  // FNV's low bits mix poorly for short moduli; this is the finaliser of MurmurHash3.
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The slot of a target: a minute from 0 to `intervalMinutes` − 1, spread evenly over targets. */
export function slotOf(target: string, intervalMinutes: number): number {
  return stableHash(target.toLowerCase()) % intervalMinutes;
}

export interface DueSlot {
  slot: number;
  /** The newest minute (since the epoch) at which the slot fell due. */
  slotMinute: number;
}

/**
 * The slots of an interval that fell due after `lastMinute`, up to and with `minute` (both minutes since the epoch):
 * each slot once, however long the outage was.
 */
export function dueSlots(intervalMinutes: number, lastMinute: number, minute: number): readonly DueSlot[] {
  const first = Math.max(lastMinute + 1, minute - intervalMinutes + 1);
  const due: DueSlot[] = [];
  for (let at = first; at <= minute; at += 1) due.push({ slot: at % intervalMinutes, slotMinute: at });
  return due;
}

/** A watermark further ahead than this was set by a clock that has been put back since. */
const believableLeadMinutes = 5;

/**
 * The last minute that was dispatched. Without a watermark, and with one from a clock that was put back, only the present
 * minute is due.
 */
export function lastDispatched(watermark: number | undefined, minute: number): number {
  if (watermark === undefined || watermark > minute + believableLeadMinutes) return minute - 1;
  return watermark;
}
