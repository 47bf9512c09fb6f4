// Producers and consumers of one queue file, killed with SIGKILL at random moments.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { expect, it } from 'vitest';
import { systemClock } from '../../shared/clock.ts';
import { queueSettings } from '../../shared/queue/port.ts';
import { openSqliteQueue } from '../../shared/queue/sqlite.ts';
import { type QueueChild, startChild } from './queue-children.ts';

const kills = 16;
const batch = 20;
const lockMs = 300;
const seed = 20_260_131;

it(`kill -9 (seed ${seed}): no acknowledged send is lost, no batch is torn, nothing completed comes again`, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tenantry-queue-kill-'));
  const file = join(folder, 'queue.db');
  const random = xoroshiro128plus(seed);
  const children: QueueChild[] = [];
  const start = (role: 'produce' | 'consume') => {
    const name = `${role}${children.length}`;
    const child = startChild({ role, file, name, batch, batches: 1_000_000, lockMs });
    children.push(child);
    return child;
  };
  const running = [start('produce'), start('consume'), start('consume')];
  for (let kill = 0; kill < kills; kill += 1) {
    await sleep(150 + ((random.next() >>> 0) % 400));
    const victim = (random.next() >>> 0) % running.length;
    await running[victim]?.kill();
    running[victim] = start(victim === 0 ? 'produce' : 'consume');
  }
  await Promise.all(running.map((child) => child.kill()));

  const left = await drain(file);
  await rm(folder, { recursive: true });
  const said = (word: string) => children.flatMap((child) => child.idsSaid(word));
  const completed = said('completed');
  const mayBeGone = new Set([...said('completing'), ...left]);
  const stored = new Set([...said('received'), ...left]);

  expect(said('sent').length).toBeGreaterThan(100);
  expect(completed.length).toBeGreaterThan(100);
  expect(said('sent').filter((id) => !mayBeGone.has(id))).toEqual([]);
  expect(new Set(completed).size).toBe(completed.length);
  expect(completed.filter((id) => left.has(id))).toEqual([]);
  expect(tornBatches(stored)).toEqual([]);
});

/** Waits until the locks of the killed have run out and takes all that is left. */
async function drain(file: string): Promise<Set<string>> {
  await sleep(lockMs + 50);
  const settings = { ...queueSettings, maxDeliveryCount: 1_000 };
  const queue = openSqliteQueue({ file, clock: systemClock, settings });
  const left = new Set<string>();
  for (;;) {
    const messages = await queue.receive('sync', 500, 0);
    if (messages.length === 0) break;
    for (const message of messages) {
      expect(left.has(message.messageId)).toBe(false);
      left.add(message.messageId);
    }
  }
  await queue.close();
  return left;
}

/** The sends of which something, but not everything, was ever seen. */
function tornBatches(ids: ReadonlySet<string>): string[] {
  const sizes = new Map<string, number>();
  for (const id of ids) {
    const send = id.slice(0, id.lastIndexOf(':'));
    sizes.set(send, (sizes.get(send) ?? 0) + 1);
  }
  return [...sizes].filter(([, size]) => size !== batch).map(([send]) => send);
}
