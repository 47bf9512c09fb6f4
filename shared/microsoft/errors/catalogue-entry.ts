// What the catalogue of Microsoft's errors holds for each of them, and how its tables are put together.
import type { WhoActs } from '../../errors.ts';
import type { FailureKind } from '../microsoft.ts';

export interface CatalogueEntry {
  kind: FailureKind;
  whoActs: WhoActs;
  meaning: string;
  whatToDo: string;
  retryHelps: boolean;
}

/** One line of a table: the codes that share the words. `retryHelps` follows from the kind where it is left out. */
export type CatalogueLine = Omit<CatalogueEntry, 'retryHelps'> & { codes: readonly string[]; retryHelps?: boolean };

/** Makes the lookup by code. @throws Error when two lines name the same code: one of them would never be seen. */
export function tableOf(...tables: readonly (readonly CatalogueLine[])[]): ReadonlyMap<string, CatalogueEntry> {
  const entries = new Map<string, CatalogueEntry>();
  for (const { codes, kind, whoActs, meaning, whatToDo, retryHelps } of tables.flat()) {
    for (const code of codes) {
      if (entries.has(code)) throw new Error(`the catalogue explains ${code} twice`);
      entries.set(code, { kind, whoActs, meaning, whatToDo, retryHelps: retryHelps ?? waitingHelps(kind) });
    }
  }
  return entries;
}

/** Whether the kind of failure passes by itself. */
export function waitingHelps(kind: FailureKind): boolean {
  return kind === 'transient' || kind === 'throttled';
}
