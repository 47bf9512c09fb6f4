// Reads what a run compares with: a few documents by id, or a small tenant's users in one query.
import type { z } from 'zod';
import { listAs, type Partition, readAs } from '../store/scoped.ts';
import type { DirectoryDoc } from './changes.ts';
import { licenceDoc, organizationDoc, subscriptionDoc, userDoc } from './documents.ts';
import type { LoadDocs } from './draft.ts';
import type { SmallDataset } from './plan.ts';

/** Up to this many users are read in one query, where more than `fewIds` of them are wanted. */
const wholeTenantUsers = 1000;
const fewIds = 20;
const readsAtOnce = 20;

/**
 * Gives the reader of a run's draft. `storedUsers` gives how many users are stored now; `nothingStored` is true before
 * the first write for a tenant, when there is no need to look.
 */
export function usersReader(directory: Partition, storedUsers: () => number, nothingStored: () => boolean): LoadDocs {
  return async (ids) => {
    if (nothingStored() || storedUsers() === 0) return new Map();
    if (ids.length > fewIds && storedUsers() <= wholeTenantUsers) {
      const wanted = new Set(ids);
      const users = await listAs(directory, { ...ofType('user', 'user:'), limit: wholeTenantUsers }, userDoc);
      return new Map(users.filter(({ id }) => wanted.has(id)).map((user) => [user.id, user]));
    }
    const docs = new Map<string, DirectoryDoc>();
    for (let start = 0; start < ids.length; start += readsAtOnce) {
      const part = ids.slice(start, start + readsAtOnce);
      const found = await Promise.all(part.map((id) => readAs(directory, id, userDoc)));
      for (const user of found) if (user) docs.set(user.doc.id, user.doc);
    }
    return docs;
  };
}

/** Every stored document of a small dataset. */
export function listSmall(directory: Partition, dataset: SmallDataset): Promise<DirectoryDoc[]> {
  const { type, prefix, schema } = small[dataset];
  return listAs<DirectoryDoc>(directory, { ...ofType(type, prefix), limit: 1000 }, schema);
}

const small = {
  organization: { type: 'organization', prefix: 'organization', schema: organizationDoc },
  licences: { type: 'licence', prefix: 'licence:', schema: licenceDoc },
  subscriptions: { type: 'subscription', prefix: 'subscription:', schema: subscriptionDoc },
} as const satisfies Record<SmallDataset, { type: string; prefix: string; schema: z.ZodType<DirectoryDoc> }>;

/** A query that the order of ids answers: no store has to look at other types. */
export function ofType(type: string, prefix: string) {
  const last = prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
  return {
    type,
    where: [
      { field: 'id', op: 'ge', value: prefix },
      { field: 'id', op: 'lt', value: last },
    ],
  } as const;
}
