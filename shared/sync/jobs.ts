// The recurring jobs: which queue each goes to, and what its message says. The table in ARCHITECTURE.md shows it whole.
import type { QueueName } from '../queue/port.ts';

export const jobNames = ['sync', 'probe', 'sweep', 'discover', 'keepAlive', 'verify', 'look', 'watch'] as const;
export type JobName = (typeof jobNames)[number];

/** One entry of the schedule: `target` is a tenant id, a connection id for jobs of a connection, or the workspace's own. */
export interface JobTarget {
  workspaceId: string;
  target: string;
}

interface Job {
  queue: QueueName;
  body(target: JobTarget): Readonly<Record<string, unknown>>;
}

/** How often each customer of a workspace is looked at for what is to be told, minutes. */
export const lookIntervalMinutes = 60;
/** How often a customer is asked for whose sync comes less often than this, minutes: lost access is told within the hour. */
export const watchIntervalMinutes = 60;
/** How often an AuthError customer is probed, and an outbox that could not be emptied is tried again, minutes. */
export const probeIntervalMinutes = 60;
export const sweepIntervalMinutes = 60;

export const jobs: Readonly<Record<JobName, Job>> = {
  sync: {
    queue: 'sync',
    body: (entry) => ({ kind: 'run', ...tenantOf(entry), trigger: 'schedule', attempt: 1 }),
  },
  probe: { queue: 'sync', body: (entry) => ({ kind: 'probe', ...tenantOf(entry), attempt: 1 }) },
  sweep: { queue: 'sync', body: (entry) => ({ kind: 'sweep', ...tenantOf(entry), attempt: 1 }) },
  discover: { queue: 'discover', body: (entry) => ({ kind: 'discover', ...connectionOf(entry), attempt: 1 }) },
  keepAlive: { queue: 'discover', body: (entry) => ({ kind: 'keepAlive', ...connectionOf(entry), attempt: 1 }) },
  look: { queue: 'discover', body: ({ workspaceId }) => ({ kind: 'look', workspaceId }) },
  watch: { queue: 'sync', body: (entry) => ({ kind: 'watch', ...tenantOf(entry), attempt: 1 }) },
  verify: { queue: 'consent', body: (entry) => ({ kind: 'verify', ...tenantOf(entry), attempt: 1 }) },
};

function tenantOf({ workspaceId, target }: JobTarget): { workspaceId: string; tenantId: string } {
  return { workspaceId, tenantId: target };
}

function connectionOf({ workspaceId, target }: JobTarget): { workspaceId: string; connectionId: string } {
  return { workspaceId, connectionId: target };
}
