// Works the `discover` queue: customers of a partner connection, and the daily use of its refresh token.
import { z } from 'zod';
import { keepAliveMessage, runKeepAlive } from '../../shared/connections/keep-alive.ts';
import { runDiscovery } from '../../shared/customers/discovery.ts';
import { discoverMessage } from '../../shared/customers/messages.ts';
import type { QueueFunction } from '../define.ts';
import { messageIdOf } from './message-id.ts';

const message = z.discriminatedUnion('kind', [discoverMessage, keepAliveMessage]);

export const discoverFunction: QueueFunction = {
  kind: 'queue',
  name: 'discover',
  queue: 'discover',
  run: async (body, context, app) => {
    const work = message.parse(body);
    const messageId = messageIdOf(context);
    if (work.kind === 'discover') await runDiscovery(app, work, messageId);
    else await runKeepAlive(app, work, messageId);
  },
};
