// What the figures must be, and whether they are. Pure.
import type { Comparison } from './compare.ts';
import type { FanOut } from './fan-out.ts';
import type { Growth } from './memory.ts';
import type { Soak } from './soak.ts';

/** What was measured; a part that was left out is missing. */
export interface Results {
  sync?: Comparison;
  fanOut?: FanOut;
  memory?: Growth;
  soak?: Soak;
}

export type Verdict = 'reached' | 'within limit' | 'NOT REACHED';

export interface Target {
  name: string;
  measured: number;
  unit: string;
  goal: number;
  /** What it must not pass even where the goal is missed; the goal itself where there is no leeway. */
  limit: number;
  /** `most`: the figure may be as high as the goal; `least`: it must be as high. */
  sense: 'most' | 'least';
  verdict: Verdict;
}

export function targetsOf(results: Results): readonly Target[] {
  const { sync, fanOut, memory, soak } = results;
  return [...(sync ? syncTargets(sync) : []), ...(fanOut ? [fanOutTarget(fanOut)] : [])].concat(
    memory ? [memoryTarget(memory)] : [],
    soak ? [soakTarget(soak)] : [],
  );
}

function syncTargets({ first, warm, distant }: Comparison): Target[] {
  return [
    most('warm run without changes: HTTP requests a customer', warm.ours.requests, '', 1, 2),
    most('warm run without changes: documents written a customer', warm.ours.written, '', 1, 2),
    most(
      'first sync: wall time by that of its requests alone (a)',
      first.ours.wallMs / first.requests.wallMs,
      '×',
      1.2,
      1.5,
    ),
    least('warm run: faster than the plain way (b), in wall time', warm.plain.wallMs / warm.ours.wallMs, '×', 10),
    least('the same with the store as far away as a cloud’s', distant.plain.wallMs / distant.ours.wallMs, '×', 10),
  ];
}

function fanOutTarget({ customers, wallMs }: FanOut): Target {
  return most(`fan-out of ${customers.toLocaleString('en')} due customers`, wallMs / 1000, ' s', 3, 10);
}

function memoryTarget({ users, peakGrowthBytes }: Growth): Target {
  const megabytes = peakGrowthBytes / 1024 / 1024;
  return most(`tenant of ${users.toLocaleString('en')} users: growth of resident memory`, megabytes, ' MB', 50, 150);
}

function soakTarget({ customers, intervalMinutes, wallSeconds }: Soak): Target {
  const seconds = intervalMinutes * 60;
  const name = `${customers.toLocaleString('en')} small customers: an interval of ${intervalMinutes} minutes takes`;
  return most(name, wallSeconds, ' s', seconds, seconds);
}

function most(name: string, measured: number, unit: string, goal: number, limit: number): Target {
  const verdict = measured <= goal ? 'reached' : measured <= limit ? 'within limit' : 'NOT REACHED';
  return { name, measured, unit, goal, limit, sense: 'most', verdict };
}

function least(name: string, measured: number, unit: string, goal: number): Target {
  return {
    name,
    measured,
    unit,
    goal,
    limit: goal,
    sense: 'least',
    verdict: measured >= goal ? 'reached' : 'NOT REACHED',
  };
}
