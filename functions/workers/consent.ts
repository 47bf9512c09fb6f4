// Works the `consent` queue: confirmations after a callback, the daily look at each grant, and what is done to campaigns.
import { runAutomatic } from '../../shared/consent/automatic/work.ts';
import { runCampaign } from '../../shared/consent/campaign-tasks.ts';
import { runConfirm } from '../../shared/consent/grant.ts';
import { consentMessage } from '../../shared/consent/messages.ts';
import { runRecheck } from '../../shared/consent/recheck.ts';
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
    else if (message.kind === 'automatic') await runAutomatic(app, message);
    else if (message.kind === 'recheck') await runRecheck(app, message);
    else if (message.kind === 'campaign') await runCampaign(app, message);
    else await runVerify(app, message, messageId);
  },
};
