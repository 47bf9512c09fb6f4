// Who is in the schedule: one small document for each recurring job of each target, in the partition of its slot.
import { z } from 'zod';
import type { App } from '../app.ts';
import { isStoreError } from '../store/port.ts';
import { listAs, type Partition, queryAs, schedulePartition } from '../store/scoped.ts';
import { type JobName, jobNames } from './jobs.ts';
import { slotOf } from './slots.ts';

const base = { schemaVersion: z.literal(1), id: z.string() };

/** In partition `JOB:INTERVAL:SLOT`, id `{workspaceId}:{target}`. */
export const scheduleEntryDoc = z.object({
  ...base,
  type: z.literal('scheduleEntry'),
  workspaceId: z.guid(),
  target: z.guid(),
});

/** In partition `registry`, id `{job}:{interval}`: the pairs that have had entries, which the dispatcher goes through. */
export const scheduleKindDoc = z.object({
  ...base,
  type: z.literal('scheduleKind'),
  job: z.enum(jobNames),
  intervalMinutes: z.number().int().min(1),
});
export type ScheduleKind = Pick<z.infer<typeof scheduleKindDoc>, 'job' | 'intervalMinutes'>;

export interface Scheduled {
  job: JobName;
  intervalMinutes: number;
  workspaceId: string;
  target: string;
}

/**
 * Puts a target into the schedule of a job; nothing happens where it is there already. Entries under another interval
 * (before the setting was changed) are taken out.
 */
export async function enterSchedule(app: Pick<App, 'store'>, entry: Scheduled): Promise<void> {
  const partition = partitionOf(app, entry);
  const id = entryId(entry);
  if (await partition.read(id)) return;
  const kinds = await scheduleKinds(app);
  await removeFrom(
    app,
    entry,
    kinds.filter(sameJob(entry)).filter((kind) => !sameInterval(entry)(kind)),
  );
  if (!kinds.some((kind) => sameJob(entry)(kind) && sameInterval(entry)(kind))) await register(app, entry);
  const { workspaceId, target } = entry;
  await partition.upsert({ id, type: 'scheduleEntry', schemaVersion: 1, workspaceId, target });
}

/** Takes a target out of the schedule of a job, under whatever interval it is there. */
export async function leaveSchedule(
  app: Pick<App, 'store'>,
  entry: Pick<Scheduled, 'job' | 'workspaceId' | 'target'>,
): Promise<void> {
  await removeFrom(app, entry, (await scheduleKinds(app)).filter(sameJob(entry)));
}

/** Whether another workspace has the same target in the schedule of a job. Says nothing about which. */
export async function isScheduledElsewhere(
  app: Pick<App, 'store'>,
  { job, workspaceId, target }: Pick<Scheduled, 'job' | 'workspaceId' | 'target'>,
): Promise<boolean> {
  const kinds = (await scheduleKinds(app)).filter(sameJob({ job }));
  for (const kind of kinds) {
    const query = { type: 'scheduleEntry', where: [{ field: 'target', op: 'eq', value: target }] } as const;
    for await (const { doc } of queryAs(partitionOf(app, { ...kind, target }), query, scheduleEntryDoc))
      if (doc.workspaceId !== workspaceId) return true;
  }
  return false;
}

/** The pairs of job and interval in use. */
export function scheduleKinds(app: Pick<App, 'store'>): Promise<ScheduleKind[]> {
  return listAs(registry(app), { type: 'scheduleKind', limit: 1000 }, scheduleKindDoc);
}

/** The partition of one slot. */
export function slotPartition(
  app: Pick<App, 'store'>,
  { job, intervalMinutes }: ScheduleKind,
  slot: number,
): Partition {
  return schedulePartition(app.store, `${job}:${intervalMinutes}:${slot}`);
}

type Entry = Pick<Scheduled, 'job' | 'workspaceId' | 'target'>;

async function removeFrom(app: Pick<App, 'store'>, entry: Entry, kinds: readonly ScheduleKind[]): Promise<void> {
  await Promise.all(kinds.map((kind) => partitionOf(app, { ...entry, ...kind }).delete(entryId(entry))));
}

async function register(app: Pick<App, 'store'>, { job, intervalMinutes }: ScheduleKind): Promise<void> {
  const id = `${job}:${intervalMinutes}`;
  try {
    await registry(app).create({ id, type: 'scheduleKind', schemaVersion: 1, job, intervalMinutes });
  } catch (error) {
    if (!isStoreError(error, 'conflict')) throw error;
  }
}

function registry(app: Pick<App, 'store'>): Partition {
  return schedulePartition(app.store, 'registry');
}

function partitionOf(app: Pick<App, 'store'>, entry: ScheduleKind & { target: string }): Partition {
  return slotPartition(app, entry, slotOf(entry.target, entry.intervalMinutes));
}

function entryId({ workspaceId, target }: { workspaceId: string; target: string }): string {
  return `${workspaceId}:${target}`;
}

function sameJob(entry: { job: JobName }): (kind: ScheduleKind) => boolean {
  return ({ job }) => job === entry.job;
}

function sameInterval(entry: { intervalMinutes: number }): (kind: ScheduleKind) => boolean {
  return ({ intervalMinutes }) => intervalMinutes === entry.intervalMinutes;
}
