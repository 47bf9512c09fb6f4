// The documents that a run has changed and not yet written: what is read through it sees the changes already.
import { type DirectoryDoc, type DocChange, sameDoc } from './changes.ts';

/** Reads stored documents by id; ids without a document are left out. */
export type LoadDocs = (ids: readonly string[]) => Promise<ReadonlyMap<string, DirectoryDoc>>;

export interface Draft {
  /** The document as it will be; it must have been loaded or put before. */
  get(id: string): DirectoryDoc | undefined;
  /** Puts the document's new self; undefined removes it. It must have been loaded before. */
  put(id: string, after: DirectoryDoc | undefined): void;
  /** Makes sure that the stored selves of these documents are known. */
  load(ids: readonly string[]): Promise<void>;
  /** Tells documents that were read some other way (by a query), and ids of which that reading found none. */
  know(docs: Iterable<DirectoryDoc>, missing?: Iterable<string>): void;
  /** What differs from the store, in the order in which it was first put. */
  changes(): DocChange[];
  /** Forgets everything, after it was written. */
  clear(): void;
}

/** An empty draft over stored documents. */
export function openDraft(loadDocs: LoadDocs): Draft {
  const before = new Map<string, DirectoryDoc | undefined>();
  const after = new Map<string, DirectoryDoc | undefined>();
  return {
    get: (id) => (after.has(id) ? after.get(id) : before.get(id)),
    put(id, doc) {
      if (!before.has(id)) throw new Error(`${id} was put without having been loaded`);
      after.set(id, doc);
    },
    async load(ids) {
      const unknown = ids.filter((id) => !before.has(id));
      if (unknown.length === 0) return;
      const docs = await loadDocs(unknown);
      for (const id of unknown) before.set(id, docs.get(id));
    },
    know(docs, missing = []) {
      for (const doc of docs) if (!before.has(doc.id)) before.set(doc.id, doc);
      for (const id of missing) if (!before.has(id)) before.set(id, undefined);
    },
    changes() {
      const changes: DocChange[] = [];
      for (const [id, doc] of after) {
        const stored = before.get(id);
        if (!sameDoc(stored, doc)) changes.push({ id, before: stored, after: doc });
      }
      return changes;
    },
    clear() {
      before.clear();
      after.clear();
    },
  };
}
