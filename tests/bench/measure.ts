// Time, CPU and memory of what this process does.
import { readFileSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { z } from 'zod';

export interface Cost {
  wallMs: number;
  /** User and system, of this whole process. */
  cpuMs: number;
}

/** Runs the work after a garbage collection, so that each pays for its own rubbish only. */
export async function measure(work: () => Promise<void>): Promise<Cost> {
  collectGarbage();
  const cpuBefore = process.cpuUsage();
  const startMs = performance.now();
  await work();
  const wallMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { wallMs, cpuMs: (user + system) / 1000 };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? upper) + upper) / 2 : upper;
}

let gc: (() => void) | undefined;

export function collectGarbage(): void {
  if (!gc) {
    setFlagsFromString('--expose-gc');
    gc = z.custom<() => void>((value) => typeof value === 'function').parse(runInNewContext('gc'));
  }
  gc();
}

export interface PeakWatch {
  /** Resident memory of this process at its highest since the start, in bytes. */
  stop(): number;
}

/**
 * Follows resident memory. Linux keeps the exact peak and lets it be reset; elsewhere samples must do.
 * https://www.kernel.org/doc/html/latest/filesystems/proc.html (clear_refs, VmHWM)
 */
export function watchPeakMemory(): PeakWatch {
  let peak = process.memoryUsage.rss();
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 10);
  const exact = resetPeak();
  return {
    stop() {
      clearInterval(timer);
      return Math.max(peak, exact ? readPeak() : 0);
    },
  };
}

function resetPeak(): boolean {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
    return true;
  } catch {
    return false;
  }
}

function readPeak(): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(kilobytes ?? 0) * 1024;
}

/** CPU time that another process has used so far, in milliseconds; 0 where the system does not tell. */
export function cpuOfProcess(pid: number): number {
  try {
    // Fields 14 and 15, counted after the name, which may hold spaces: proc(5). Linux counts in hundredths of a second.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * 10;
  } catch {
    return 0;
  }
}
