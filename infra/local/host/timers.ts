// Timers of the one-machine host: NCRONTAB schedules in UTC, on the app's own clock, so that moving it moves them.
import type { Timer } from '@azure/functions';
import { Cron } from 'croner';
import type { TimerFunction } from '../../../functions/define.ts';
import type { App } from '../../../shared/app.ts';
import { createInvocation } from './invocation.ts';

/** What is remembered of a timer between starts, so that a missed occurrence is noticed. ISO 8601. */
export interface TimerStatus {
  last: string;
  next: string;
}

/** Where the statuses are kept; on Azure a blob does this. */
export interface TimerStatuses {
  read(name: string): Promise<TimerStatus | undefined>;
  write(name: string, status: TimerStatus): Promise<void>;
}

export interface TimerSide {
  /** Starts no more runs; resolves when those under way have ended. */
  stop(): Promise<void>;
}

/** How often the clock is looked at: it may be moved at any moment. */
const lookEveryMs = 50;
/** A run that starts later than this after its time is past due. */
const toleranceMs = 1_000;

/** Keeps statuses while the process lives. */
export function timerStatusesInMemory(): TimerStatuses {
  const statuses = new Map<string, TimerStatus>();
  return {
    read: async (name) => statuses.get(name),
    write: async (name, status) => {
      statuses.set(name, status);
    },
  };
}

/**
 * Runs each timer at its times, never twice at once. Times that passed unnoticed (the process was down, the clock was
 * moved, the run before took long) are made up by one run, with `isPastDue`.
 *
 * @throws Error for a schedule that is no NCRONTAB expression of six fields
 */
export async function runTimers(
  definitions: readonly TimerFunction[],
  app: App,
  statuses: TimerStatuses,
): Promise<TimerSide> {
  const timers = await Promise.all(definitions.map((definition) => prepare(definition, app, statuses)));
  const running = new Set<Promise<void>>();
  let lookedAtMs = app.clock.now();
  const look = () => {
    const nowMs = app.clock.now();
    const wentBack = nowMs < lookedAtMs;
    lookedAtMs = nowMs;
    for (const timer of timers) {
      if (wentBack) timer.nextMs = Math.min(timer.nextMs, nextAfter(timer.cron, nowMs));
      if (timer.isRunning || nowMs < timer.nextMs) continue;
      const run = runOnce(timer, app, statuses).finally(() => running.delete(run));
      running.add(run);
    }
  };
  const ticker = setInterval(look, lookEveryMs);
  look();
  return {
    stop: async () => {
      clearInterval(ticker);
      await Promise.all(running);
    },
  };
}

interface PreparedTimer {
  definition: TimerFunction;
  cron: Cron;
  nextMs: number;
  status: TimerStatus | undefined;
  isRunning: boolean;
}

async function prepare(definition: TimerFunction, app: App, statuses: TimerStatuses): Promise<PreparedTimer> {
  const cron = parseSchedule(definition);
  const status = await statuses.read(definition.name);
  const promisedMs = status === undefined ? Number.NaN : Date.parse(status.next);
  // A promise that lies far ahead was made under another schedule or another clock.
  const comingMs = nextAfter(cron, app.clock.now());
  const nextMs = Number.isNaN(promisedMs) ? comingMs : Math.min(promisedMs, comingMs);
  return { definition, cron, nextMs, status, isRunning: false };
}

function parseSchedule({ name, schedule }: TimerFunction): Cron {
  try {
    // NCRONTAB wants the day of the month and the day of the week both to fit, where cron takes either.
    return new Cron(schedule, { paused: true, timezone: 'UTC', mode: '6-part', domAndDow: true });
  } catch (error) {
    throw new Error(`${name}: ${schedule} is no NCRONTAB expression of six fields`, { cause: error });
  }
}

function nextAfter(cron: Cron, nowMs: number): number {
  return cron.nextRun(new Date(nowMs))?.getTime() ?? Number.POSITIVE_INFINITY;
}

async function runOnce(timer: PreparedTimer, app: App, statuses: TimerStatuses): Promise<void> {
  const { definition, cron } = timer;
  const startMs = app.clock.now();
  const isPastDue = startMs - timer.nextMs > toleranceMs;
  timer.isRunning = true;
  timer.nextMs = nextAfter(cron, startMs);
  const next = new Date(timer.nextMs).toISOString();
  const last = timer.status?.last ?? '0001-01-01T00:00:00.000Z';
  const argument: Timer = {
    isPastDue,
    schedule: { adjustForDST: false },
    scheduleStatus: { last, next, lastUpdated: last },
  };
  const invocation = createInvocation(definition.name, app);
  try {
    await definition.run(argument, invocation.context, invocation.app);
  } catch (error) {
    invocation.app.log('error', 'A timer failed; it runs again at its next time', { error });
  }
  await remember(timer, { last: new Date(startMs).toISOString(), next }, app, statuses);
  timer.isRunning = false;
}

/** Only once the run has ended, so that one that was killed is made up for at the next start. */
async function remember(timer: PreparedTimer, status: TimerStatus, app: App, statuses: TimerStatuses): Promise<void> {
  timer.status = status;
  try {
    await statuses.write(timer.definition.name, status);
  } catch (error) {
    app.log('warn', 'The status of a timer could not be kept', { timer: timer.definition.name, error });
  }
}
