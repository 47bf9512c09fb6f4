// Many documents of one partition deleted, whoever else deletes them.
import { isStoreError, MAX_BATCH_OPERATIONS } from '../../store/port.ts';
import type { Partition } from '../../store/scoped.ts';

/** Deletes documents by id, a batch at a time. What is gone already is as good as deleted. @throws StoreError */
export async function deleteAll(partition: Partition, ids: readonly string[]): Promise<void> {
  for (let start = 0; start < ids.length; start += MAX_BATCH_OPERATIONS) {
    const some = ids.slice(start, start + MAX_BATCH_OPERATIONS);
    try {
      await partition.batch(some.map((id) => ({ kind: 'delete', id })));
    } catch (error) {
      // Somebody else has deleted one of them already.
      if (!isStoreError(error, 'notFound')) throw error;
      for (const id of some) await partition.delete(id);
    }
  }
}
