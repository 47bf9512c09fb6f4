// Counts what passes through a store, for the bench.
import type { ContainerName, Store } from './port.ts';

/** Documents that one container gave and took. A read that finds nothing counts as one; a failed write does not count. */
export interface StoreCounts {
  read: number;
  written: number;
  /** Calls of the port, failed ones too. */
  calls: number;
}

export type CountsByContainer = Record<ContainerName, StoreCounts>;

/** Wraps a store; `counts` gives what has passed since the start, as a copy. */
export function countingStore(store: Store): { store: Store; counts(): CountsByContainer } {
  const counters = new Map<ContainerName, StoreCounts>();
  const counterOf = (container: ContainerName): StoreCounts => {
    const counter = counters.get(container) ?? { read: 0, written: 0, calls: 0 };
    counters.set(container, counter);
    return counter;
  };
  /** Counts the call now, and once it has succeeded the documents that `count` finds in its result. */
  async function counted<T>(
    container: ContainerName,
    field: 'read' | 'written',
    call: Promise<T>,
    count: (result: T) => number,
  ) {
    const counter = counterOf(container);
    counter.calls += 1;
    const result = await call;
    counter[field] += count(result);
    return result;
  }
  const one = (): number => 1;
  const counting: Store = {
    read: (container, pk, id) => counted(container, 'read', store.read(container, pk, id), one),
    create: (container, doc) => counted(container, 'written', store.create(container, doc), one),
    replace: (container, doc, etag) => counted(container, 'written', store.replace(container, doc, etag), one),
    upsert: (container, doc, etag) => counted(container, 'written', store.upsert(container, doc, etag), one),
    delete: (container, pk, id, etag) => counted(container, 'written', store.delete(container, pk, id, etag), Number),
    batch: (container, pk, operations) =>
      counted(container, 'written', store.batch(container, pk, operations), ({ length }) => length),
    bulkUpsert: (container, pk, docs) =>
      counted(container, 'written', store.bulkUpsert(container, pk, docs), (all) => all.filter(({ ok }) => ok).length),
    query: (container, pk, query) =>
      counted(container, 'read', store.query(container, pk, query), ({ items }) => items.length),
    close: () => store.close(),
  };
  return { store: counting, counts: () => copyOf(counters) };
}

function copyOf(counters: ReadonlyMap<ContainerName, StoreCounts>): CountsByContainer {
  const countsOf = (container: ContainerName): StoreCounts => ({
    ...(counters.get(container) ?? { read: 0, written: 0, calls: 0 }),
  });
  return {
    workspaces: countsOf('workspaces'),
    customers: countsOf('customers'),
    directory: countsOf('directory'),
    commerce: countsOf('commerce'),
    findings: countsOf('findings'),
    events: countsOf('events'),
    audit: countsOf('audit'),
    lookups: countsOf('lookups'),
    schedule: countsOf('schedule'),
  };
}
