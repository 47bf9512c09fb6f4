// Works the `discover` queue: customers of a partner connection, one customer's GDAP, and the daily use of its refresh token.
import { z } from 'zod';
import { keepAliveMessage, runKeepAlive } from '../../shared/connections/keep-alive.ts';
import { removeMessage } from '../../shared/connections/removal/documents.ts';
import { runRemove } from '../../shared/connections/removal/work.ts';
import { settleSingleMessage } from '../../shared/connections/single/documents.ts';
import { runSettleSingle } from '../../shared/connections/single/settle.ts';
import { runSyncUsers, syncUsersMessage } from '../../shared/contacts/user-sync.ts';
import { runDiscovery } from '../../shared/customers/discovery.ts';
import { runFollowGdap } from '../../shared/customers/gdap-follow.ts';
import { runGdapRun } from '../../shared/customers/gdap-runs.ts';
import { discoverMessage, followGdapMessage, gdapRunMessage } from '../../shared/customers/messages.ts';
import { lookMessage, runLook } from '../../shared/timeline/messages.ts';
import type { QueueFunction } from '../define.ts';
import { messageIdOf } from './message-id.ts';

const message = z.discriminatedUnion('kind', [
  discoverMessage,
  keepAliveMessage,
  followGdapMessage,
  lookMessage,
  gdapRunMessage,
  removeMessage,
  settleSingleMessage,
  syncUsersMessage,
]);

export const discoverFunction: QueueFunction = {
  kind: 'queue',
  name: 'discover',
  queue: 'discover',
  run: async (body, context, app) => {
    const work = message.parse(body);
    const messageId = messageIdOf(context);
    if (work.kind === 'discover') await runDiscovery(app, work, messageId);
    else if (work.kind === 'gdapRun') await runGdapRun(app, work, messageId);
    else if (work.kind === 'look') await runLook(app, work);
    else if (work.kind === 'followGdap') await runFollowGdap(app, work, messageId);
    else if (work.kind === 'remove') await runRemove(app, work, messageId);
    else if (work.kind === 'settleSingle') await runSettleSingle(app, work, messageId);
    else if (work.kind === 'syncUsers') await runSyncUsers(app, work, messageId);
    else await runKeepAlive(app, work, messageId);
  },
};
