// Sync users: which customers it asks for, and how far it is. Pure: MP-11 has customers first, then their users.
import { z } from 'zod';
import { HOUR_MS } from '../clock.ts';
import type { ConnectionDoc, DiscoveryDoc } from '../connections/documents.ts';
import type { CustomerRow } from '../customers/rows.ts';
import type { Explanation } from '../errors.ts';
import type { SyncRowDoc } from '../sync/documents.ts';

/** In `workspaces`, id `userSync`: the newest time that somebody had the users of all customers synced. */
export const userSyncDoc = z.object({
  id: z.literal('userSync'),
  type: z.literal('userSync'),
  schemaVersion: z.literal(1),
  ttl: z.number().optional(),
  requestId: z.guid(),
  requestedAt: z.iso.datetime(),
  requestedBy: z.string(),
  /** `queued` until it is known which customers there are, `sending` while they are being asked for, then `sent`. */
  status: z.enum(['queued', 'sending', 'sent']),
  /** Customers that it asks for, and those whose run was asked for so far. */
  total: z.number().int(),
  sent: z.number().int(),
});
export type UserSyncDoc = z.infer<typeof userSyncDoc>;

export interface UserSyncProgress {
  requestedAt: string;
  requestedBy: string;
  /** Whether some customers are still to come. */
  underWay: boolean;
  total: number;
  done: number;
  /** Of those that are done: could not be read, and need a person. */
  failed: number;
}

/** What takes longer than this has been overtaken by the schedule. */
const longestMs = HOUR_MS;

/** Customers whose sync works: the others wait for a person, and a run would change nothing (SY-37). */
export function customersToSync(rows: readonly CustomerRow[]): CustomerRow[] {
  return rows.filter(
    ({ readiness, missingSince, sync }) =>
      readiness.ready && missingSince === null && sync !== null && mayRun.has(sync.status),
  );
}

/** What a row says of a customer whose sync works. */
export const mayRun: ReadonlySet<SyncRowDoc['status']> = new Set(['Pending', 'Syncing', 'Success']);

/** Whether the run that was asked for at that time is still to end. Its row says Pending until then. */
export function isWaiting({ status, statusSince, firstSyncedAt }: SyncRowDoc, requestedAt: string): boolean {
  const before = Date.parse(statusSince) <= Date.parse(requestedAt);
  if (status === 'Pending') return before;
  // A large tenant goes on in several messages. One that is synced for the first time was not asked for here.
  return status === 'Syncing' && (before || firstSyncedAt !== null);
}

/** How far it is, from the rows of the workspace's customers. */
export function progressOf(doc: UserSyncDoc, rows: readonly SyncRowDoc[], nowMs: number): UserSyncProgress {
  const waiting = rows.filter((row) => isWaiting(row, doc.requestedAt)).length;
  const failed = rows.filter(
    ({ status, statusSince }) => status === 'AuthError' && statusSince >= doc.requestedAt,
  ).length;
  const done = Math.max(0, doc.sent - waiting);
  const isOld = nowMs - Date.parse(doc.requestedAt) >= longestMs;
  const underWay = !isOld && (doc.status !== 'sent' || done < doc.total);
  const { requestedAt, requestedBy, total } = doc;
  return { requestedAt, requestedBy, total, done, failed: Math.min(failed, done), underWay };
}

/** Whether a connection's customers are being read. One that was cut off is begun anew within the hour. */
export function isReading(discovery: DiscoveryDoc | undefined, nowMs: number): boolean {
  if (discovery?.status !== 'queued' && discovery?.status !== 'running') return false;
  return nowMs - Date.parse(discovery.startedAt ?? discovery.requestedAt) < longestMs;
}

/** Why the users cannot be synced now; null when they can. */
export function standsInTheWay(facts: {
  connections: readonly { connection: ConnectionDoc; discovery: DiscoveryDoc | undefined }[];
  /** Whose sync works. */
  customers: number;
  syncBeforeMapping: boolean;
  nowMs: number;
}): Explanation | null {
  if (facts.connections.length === 0) return notConnected;
  if (facts.connections.some(({ discovery }) => isReading(discovery, facts.nowMs))) return customersBeingRead;
  if (!facts.syncBeforeMapping) return mappingFirst;
  return facts.customers === 0 ? noneReady : null;
}

const forTheMsp = { whoActs: 'msp', retryHelps: false } as const;

const notConnected: Explanation = {
  ...forTheMsp,
  code: 'not_connected',
  meaning: 'Nothing is connected yet, so there are no users to sync.',
  whatToDo: 'Connect your partner tenant, or a single tenant, under Connections.',
};

const customersBeingRead: Explanation = {
  ...forTheMsp,
  code: 'customers_first',
  meaning: 'The customers are being read at the moment. Users come after them.',
  whatToDo: 'Wait until the customers are synced, then sync the users.',
  retryHelps: true,
};

const mappingFirst: Explanation = {
  ...forTheMsp,
  code: 'not_mapped',
  meaning: 'The workspace syncs customers only once they are mapped, and none is.',
  whatToDo: 'Allow syncing before mapping in the settings.',
};

const noneReady: Explanation = {
  ...forTheMsp,
  code: 'none_ready',
  meaning: 'No customer can be synced yet.',
  whatToDo: 'Sync the customers first, then see under Connections what each of them needs.',
};
