// A store as far away as a cloud's: every call takes a while longer, as on a network.
import { setTimeout as delay } from 'node:timers/promises';
import type { Store } from '../../shared/store/port.ts';

export interface DistantStore {
  store: Store;
  /** How long each call takes beside what the store itself takes; 0 at first. */
  setDistance(ms: number): void;
}

export function openDistantStore(store: Store): DistantStore {
  let distanceMs = 0;
  const travel = async <T>(call: () => Promise<T>): Promise<T> => {
    if (distanceMs > 0) await delay(distanceMs);
    return call();
  };
  return {
    store: {
      read: (container, pk, id) => travel(() => store.read(container, pk, id)),
      create: (container, doc) => travel(() => store.create(container, doc)),
      replace: (container, doc, etag) => travel(() => store.replace(container, doc, etag)),
      upsert: (container, doc, etag) => travel(() => store.upsert(container, doc, etag)),
      delete: (container, pk, id, etag) => travel(() => store.delete(container, pk, id, etag)),
      batch: (container, pk, operations) => travel(() => store.batch(container, pk, operations)),
      bulkUpsert: (container, pk, docs) => travel(() => store.bulkUpsert(container, pk, docs)),
      query: (container, pk, query) => travel(() => store.query(container, pk, query)),
      close: () => store.close(),
    },
    setDistance: (ms) => {
      distanceMs = ms;
    },
  };
}
