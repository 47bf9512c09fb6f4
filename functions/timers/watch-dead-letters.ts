// Every five minutes: an alert when a message was dead-lettered, which only a bug does.
import { queueNames } from '../../shared/queue/port.ts';
import type { TimerFunction } from '../define.ts';

/** Enough to say "many"; the counts are for a person. */
const most = 100;

export const watchDeadLettersFunction: TimerFunction = {
  kind: 'timer',
  name: 'watchDeadLetters',
  schedule: '30 */5 * * * *',
  run: async (_timer, _context, app) => {
    const counts: Record<string, number> = {};
    let newest: string | undefined;
    for (const queue of queueNames) {
      const letters = await app.deadLetters.list(queue, most);
      if (letters.length > 0) counts[queue] = letters.length;
      newest = letters.at(-1)?.description ?? newest;
    }
    if (Object.keys(counts).length > 0) {
      app.log('error', 'messages were dead-lettered: mend the cause, then resubmit them', { counts, newest });
    }
  },
};
