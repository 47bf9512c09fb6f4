// A clock that a file can move: DATA/clock-offset holds milliseconds to add to the system's time, in decimal.
// Only the one-machine runtime has it: a control moves simulators and app together, so that days pass in seconds.
import { readFileSync } from 'node:fs';
import type { Clock } from '../../../shared/clock.ts';

const readEveryMs = 50;

export interface ShiftedClock extends Clock {
  stop(): void;
}

/** Reads the file every 50 ms. While it is absent or holds no number, the last offset stays; zero at first. */
export function openShiftedClock(file: string, system: Clock = { now: () => Date.now() }): ShiftedClock {
  let offsetMs = 0;
  const read = () => {
    offsetMs = readOffset(file) ?? offsetMs;
  };
  read();
  const timer = setInterval(read, readEveryMs);
  // It alone keeps no process alive.
  timer.unref();
  return { now: () => system.now() + offsetMs, stop: () => clearInterval(timer) };
}

function readOffset(file: string): number | undefined {
  try {
    const text = readFileSync(file, 'utf8').trim();
    // Whoever writes it may be half done.
    return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
  } catch {
    return undefined;
  }
}
