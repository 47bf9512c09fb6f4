// The one-machine host: serves the same list of functions that Azure runs, in whichever roles this process has.
import type { FunctionDefinition } from '../../../functions/define.ts';
import type { App } from '../../../shared/app.ts';
import type { Log } from '../../../shared/log.ts';
import type { QueueReceiver } from '../../../shared/queue/port.ts';
import { type HttpSide, serveHttp } from './http-server.ts';
import { runTimers, type TimerStatuses, timerStatusesInMemory } from './timers.ts';
import { runWorkers } from './workers.ts';

export const hostRoles = ['http', 'timers', 'workers'] as const;
export type HostRole = (typeof hostRoles)[number];

export interface HostSettings {
  /** Messages of one queue that are worked on at once; 16 unless told, as in host.json. */
  concurrency: number;
  /** 30 minutes unless told, as in host.json. */
  maxLockRenewalMs: number;
  /** 1 MB unless told. */
  maxBodyBytes: number;
  /** How long a stop waits for what is under way; 25 s unless told. */
  stopWithinMs: number;
}

export interface HostOptions {
  functions: readonly FunctionDefinition[];
  app: App;
  /** Needed for the role `workers`. */
  receiver?: QueueReceiver;
  /** Of the HTTP server on 127.0.0.1; 0 for any free one. */
  port: number;
  /** All unless told. Only one process of a deployment may run the timers. */
  roles?: readonly HostRole[];
  /** The app's unless told. */
  log?: Log;
  settings?: Partial<HostSettings>;
  /** Remembers when timers ran last; forgotten with the process unless told. */
  timerStatuses?: TimerStatuses;
}

export interface RunningHost {
  /** Undefined without the role `http`. */
  port: number | undefined;
  /** Takes no more work and lets what is under way end; false when it had to be left after `stopWithinMs`. */
  stop(): Promise<boolean>;
}

const defaultSettings: HostSettings = {
  concurrency: 16,
  maxLockRenewalMs: 30 * 60_000,
  maxBodyBytes: 1024 * 1024,
  stopWithinMs: 25_000,
};

/**
 * Starts the roles, HTTP first: where the port is taken, nothing else has begun.
 *
 * @throws Error for a taken port, and for functions that could not be served
 */
export async function startHost(options: HostOptions): Promise<RunningHost> {
  const { functions, receiver, port, roles = hostRoles, timerStatuses = timerStatusesInMemory() } = options;
  const app = options.log === undefined ? options.app : { ...options.app, log: options.log };
  const settings = { ...defaultSettings, ...options.settings };
  const sides: { stop(): Promise<void> }[] = [];
  let http: HttpSide | undefined;
  if (roles.includes('workers') && receiver === undefined) throw new Error('The role workers needs a receiver');
  try {
    if (roles.includes('http')) {
      const routes = functions.filter((each) => each.kind === 'http');
      http = await serveHttp(routes, app, { port, maxBodyBytes: settings.maxBodyBytes });
      sides.push(http);
    }
    if (roles.includes('workers') && receiver !== undefined) {
      const workers = functions.filter((each) => each.kind === 'queue');
      sides.push(runWorkers(workers, app, receiver, settings));
    }
    if (roles.includes('timers')) {
      const timers = functions.filter((each) => each.kind === 'timer');
      sides.push(await runTimers(timers, app, timerStatuses));
    }
  } catch (error) {
    await Promise.all(sides.map((side) => side.stop()));
    throw error;
  }
  const stop = async () => {
    const inTime = await within(settings.stopWithinMs, Promise.all(sides.map((side) => side.stop())));
    if (!inTime) app.log('warn', `Work was still under way after ${settings.stopWithinMs} ms and is left`);
    http?.cut();
    return inTime;
  };
  let stopped: Promise<boolean> | undefined;
  return {
    port: http?.port,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

async function within(limitMs: number, work: Promise<unknown>): Promise<boolean> {
  const limit = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => limit.resolve(false), limitMs);
  try {
    return await Promise.race([work.then(() => true), limit.promise]);
  } finally {
    clearTimeout(timer);
  }
}
