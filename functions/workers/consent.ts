// Works the `consent` queue: confirmations after a callback, and the daily look at each grant.
import { runConfirm } from '../../shared/consent/grant.ts';
import { consentMessage } from '../../shared/consent/messages.ts';
import { runVerify } from '../../shared/consent/verify.ts';
import type { QueueFunction } from '../define.ts';
import { messageIdOf } from './message-id.ts';

export const consentFunction: QueueFunction = {
  kind: 'queue',
  name: 'consent',
  queue: 'consent',
  run: async (body, context, app) => {
    const message = consentMessage.parse(body);
    const messageId = messageIdOf(context);
    if (message.kind === 'confirm') await runConfirm(app, message, messageId);
    else await runVerify(app, message, messageId);
  },
};
