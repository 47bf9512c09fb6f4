// A process of its own on a queue file, for the tests that need several: sends, or receives and completes.
// It tells what it did in lines on stdout, written synchronously, so that a kill loses none it had said.
import { writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { systemClock } from '../../shared/clock.ts';
import { queueSettings } from '../../shared/queue/port.ts';
import { openSqliteQueue } from '../../shared/queue/sqlite.ts';

const { values } = parseArgs({
  options: {
    role: { type: 'string', default: '' },
    file: { type: 'string', default: '' },
    name: { type: 'string', default: '' },
    batch: { type: 'string', default: '20' },
    batches: { type: 'string', default: '1' },
    'lock-ms': { type: 'string', default: '60000' },
  },
});
const queue = openSqliteQueue({
  file: values.file,
  clock: systemClock,
  settings: { ...queueSettings, lockMs: Number(values['lock-ms']), maxDeliveryCount: 1_000 },
});

function say(word: 'sent' | 'received' | 'completing' | 'completed' | 'lost', id: string): void {
  writeSync(1, `${word} ${id}\n`);
}

/** Ids are NAME:BATCH:INDEX, so that the reader can tell a batch that arrived in part. */
async function produce(): Promise<void> {
  for (let batch = 0; batch < Number(values.batches); batch += 1) {
    const messages = Array.from({ length: Number(values.batch) }, (_, index) => ({
      messageId: `${values.name}:${batch}:${index}`,
      body: { batch, index },
    }));
    await queue.send('sync', messages);
    for (const { messageId } of messages) say('sent', messageId);
  }
}

async function consume(): Promise<void> {
  for (;;) {
    for (const message of await queue.receive('sync', 5, 1_000)) {
      say('received', message.messageId);
      say('completing', message.messageId);
      const outcome = await queue.complete('sync', message).then(
        () => 'completed' as const,
        () => 'lost' as const,
      );
      say(outcome, message.messageId);
    }
  }
}

await (values.role === 'produce' ? produce() : consume());
await queue.close();
