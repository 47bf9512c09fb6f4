// Each minute: sends what fell due.
import { dispatch } from '../../shared/sync/dispatcher.ts';
import type { TimerFunction } from '../define.ts';

export const dispatchFunction: TimerFunction = {
  kind: 'timer',
  name: 'dispatch',
  schedule: '0 * * * * *',
  run: async (timer, _context, app) => {
    const { minutes, messages } = await dispatch(app);
    // The watermark knows what was missed, whether or not the host says that this call is late.
    const late = timer.isPastDue || minutes > 1;
    app.log(late ? 'warn' : 'debug', 'due work sent', { messages, minutes, isPastDue: timer.isPastDue });
  },
};
