// The simulator's clock: the machine's time plus an offset kept in a file that the app reads too, so that one control
// moves both; or, in tests, a clock that stands still until it is moved.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

export interface SimClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** How far the clock runs ahead of the machine's, in milliseconds. */
  offsetMs(): number;
  /** Moves the clock forward (or back, with a negative number). */
  advance(ms: number): void;
}

/**
 * The machine's clock plus the offset in `file`: decimal text, in milliseconds. A missing file means 0.
 * @param file null keeps the offset in memory
 * @throws Error when the file holds anything else
 */
export function offsetClock(file: string | null): SimClock {
  let offsetMs = file === null ? 0 : readOffset(file);
  return {
    now: () => Date.now() + offsetMs,
    offsetMs: () => offsetMs,
    advance(ms) {
      offsetMs += ms;
      if (file === null) return;
      // Readers never see half a number: the new file takes the old one's place in one step.
      const next = `${file}.${process.pid}.tmp`;
      writeFileSync(next, String(offsetMs));
      renameSync(next, file);
    },
  };
}

/** A clock that stands still. */
export function standingClock(startMs: number): SimClock {
  let nowMs = startMs;
  return {
    now: () => nowMs,
    offsetMs: () => nowMs - startMs,
    advance: (ms) => {
      nowMs += ms;
    },
  };
}

function readOffset(file: string): number {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch {
    return 0;
  }
  if (!/^-?\d+$/.test(text)) throw new Error(`The clock file ${file} does not hold a number of milliseconds.`);
  return Number(text);
}
