// Turns a tenant's users into contacts that nothing brings up to date any more, and takes the rest of its data away: SY-44.
import { type ContactDoc, contactDoc } from '../../contacts/documents.ts';
import { isStoreError, MAX_BATCH_OPERATIONS } from '../../store/port.ts';
import type { Partition, PartitionOperation } from '../../store/scoped.ts';
import { type UserDoc, userDoc } from '../../sync/documents.ts';
import { ofType } from '../../sync/load-docs.ts';
import { deleteAll } from './delete-all.ts';

/** Two operations a user. */
const usersAtOnce = MAX_BATCH_OPERATIONS / 2;

/** A user as it stays. */
export function contactOfUser(user: UserDoc, endedAt: string): ContactDoc {
  return {
    id: `contact:${user.userId}`,
    type: 'contact',
    schemaVersion: 1,
    userId: user.userId,
    displayName: user.displayName,
    userPrincipalName: user.userPrincipalName,
    mail: user.mail,
    mobilePhone: user.mobilePhone,
    department: user.department,
    officeLocation: user.officeLocation,
    userType: user.userType,
    accountEnabled: user.accountEnabled,
    endedAt,
  };
}

/**
 * Moves users to contacts, a batch at a time, so that none is ever missing from both; then deletes everything else but the
 * sync state. Gives how many contacts the tenant has then, those of an earlier removal among them.
 * @throws StoreError
 */
export async function keepContacts(directory: Partition, endedAt: string): Promise<number> {
  for (;;) {
    const page = await directory.query({ ...ofType('user', 'user:'), limit: usersAtOnce });
    const users = page.items.map(({ doc }) => userDoc.parse(doc));
    if (users.length > 0) await move(directory, users, endedAt);
    else if (page.continuation === undefined) break;
  }
  await deleteAll(directory, await idsOfTheRest(directory));
  let contacts = 0;
  for await (const _ of directory.queryAll({ ...ofType('contact', 'contact:'), limit: 1000 })) contacts += 1;
  return contacts;
}

async function move(directory: Partition, users: readonly UserDoc[], endedAt: string): Promise<void> {
  const operations = users.flatMap((user): PartitionOperation[] => [
    { kind: 'upsert', doc: contactDoc.parse(contactOfUser(user, endedAt)) },
    { kind: 'delete', id: user.id },
  ]);
  try {
    await directory.batch(operations);
  } catch (error) {
    // Somebody else moves them at the same time: what is left is found by the next query.
    if (!isStoreError(error, 'notFound')) throw error;
  }
}

/** Everything before and after the contacts in the order of ids, but for the state. */
async function idsOfTheRest(directory: Partition): Promise<string[]> {
  const ids: string[] = [];
  const ranges = [
    { field: 'id', op: 'lt', value: 'contact:' },
    { field: 'id', op: 'ge', value: 'contact;' },
  ] as const;
  for (const range of ranges) {
    const query = { where: [range], limit: 1000 };
    for await (const { doc } of directory.queryAll(query)) if (doc.type !== 'syncState') ids.push(doc.id);
  }
  return ids;
}
