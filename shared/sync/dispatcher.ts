// Each minute: sends one message for every target whose slot fell due, and writes nothing but its watermark.
import { z } from 'zod';
import type { App } from '../app.ts';
import { MINUTE_MS } from '../clock.ts';
import type { OutgoingMessage } from '../queue/port.ts';
import { plannedMessageId } from '../queue/retry.ts';
import { isStoreError } from '../store/port.ts';
import { readAs, schedulePartition, type Typed } from '../store/scoped.ts';
import { jobs } from './jobs.ts';
import { type ScheduleKind, scheduleEntryDoc, scheduleKinds, slotPartition } from './schedule.ts';
import { type DueSlot, dueSlots, lastDispatched } from './slots.ts';

type Needs = Pick<App, 'store' | 'queue' | 'clock' | 'log'>;

const watermarkDoc = z.object({
  id: z.literal('watermark'),
  type: z.literal('watermark'),
  schemaVersion: z.literal(1),
  /** The newest minute (since the epoch) whose slots were all sent. */
  minute: z.number().int(),
});

export interface Dispatched {
  /** Minutes since the watermark, this one included. */
  minutes: number;
  messages: number;
}

const pageSize = 1000;

/**
 * Sends what fell due since the watermark. After an outage each target is sent once, however many of its slots were
 * missed. Two dispatchers at once send the same message ids, which duplicate detection folds into one; a crash before the
 * watermark is written only repeats those ids.
 * @throws StoreError, QueueError: nothing is lost, the next minute begins from the same watermark.
 */
export async function dispatch(app: Needs): Promise<Dispatched> {
  const minute = Math.floor(app.clock.now() / MINUTE_MS);
  const place = schedulePartition(app.store, 'dispatcher');
  const watermark = await readAs(place, 'watermark', watermarkDoc);
  const last = lastDispatched(watermark?.doc.minute, minute);
  if (last >= minute) return { minutes: 0, messages: 0 };
  let messages = 0;
  for (const kind of await scheduleKinds(app)) {
    for (const due of dueSlots(kind.intervalMinutes, last, minute)) messages += await sendSlot(app, kind, due);
  }
  await moveWatermark(app, watermark, minute);
  return { minutes: minute - last, messages };
}

async function sendSlot(app: Needs, kind: ScheduleKind, due: DueSlot): Promise<number> {
  const partition = slotPartition(app, kind, due.slot);
  let sent = 0;
  let continuation: string | undefined;
  do {
    const page = await partition.query({
      type: 'scheduleEntry',
      limit: pageSize,
      ...(continuation === undefined ? {} : { continuation }),
    });
    const messages = page.items.flatMap(({ doc }) => {
      const entry = scheduleEntryDoc.safeParse(doc);
      if (entry.success) return [messageFor(kind, entry.data, due.slotMinute)];
      // One bad entry must not keep everybody else waiting.
      app.log('error', 'an entry of the schedule is not what it should be', { job: kind.job, id: doc.id });
      return [];
    });
    if (messages.length > 0) await app.queue.send(jobs[kind.job].queue, messages);
    sent += messages.length;
    continuation = page.continuation;
  } while (continuation !== undefined);
  return sent;
}

function messageFor(
  { job }: ScheduleKind,
  { workspaceId, target }: { workspaceId: string; target: string },
  slotMinute: number,
): OutgoingMessage {
  return {
    messageId: plannedMessageId({ workspaceId, job, target, slotMinute }),
    body: jobs[job].body({ workspaceId, target }),
  };
}

async function moveWatermark(
  app: Needs,
  before: Typed<z.infer<typeof watermarkDoc>> | undefined,
  minute: number,
): Promise<void> {
  const place = schedulePartition(app.store, 'dispatcher');
  const doc = { id: 'watermark', type: 'watermark', schemaVersion: 1, minute };
  try {
    if (before) await place.replace(doc, before.etag);
    else await place.create(doc);
  } catch (error) {
    // Another dispatcher was faster and sent the same messages.
    if (!isStoreError(error, 'preconditionFailed') && !isStoreError(error, 'conflict')) throw error;
    app.log('info', 'another dispatcher moved the watermark first', { minute });
  }
}
