// What every adapter of the store must do: run by store-sqlite.test.ts and tests/azure/store-cosmos.test.ts.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { type Doc, type Store, StoreError, type StoreErrorKind } from '../../shared/store/port.ts';
import { queryContract } from './store-contract-queries.ts';
import { writeContract } from './store-contract-writes.ts';

export interface StoreUnderTest {
  store: Store;
  /** Another connection to the same documents, as another process has. */
  second: Store;
  /** Moves the time by which documents expire. */
  advance(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** Gives the store once it is open; for use inside tests. */
export type Subject = () => StoreUnderTest;

/** Declares the whole contract for one adapter; `open` makes a store that may hold other tests' documents. */
export function storeContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`store contract on ${name}`, () => {
    let opened: StoreUnderTest | undefined;
    const subject: Subject = () => {
      if (opened === undefined) throw new Error('The store did not open');
      return opened;
    };
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(async () => {
      await opened?.close();
    });
    writeContract(subject);
    queryContract(subject);
  });
}

/** A partition that no other test uses. */
export function freshPk(): string {
  return `test|${randomUUID()}`;
}

/** A document with the given fields besides its envelope. */
export function makeDoc(pk: string, id: string, fields: Record<string, unknown> = {}): Doc {
  return { type: 'thing', schemaVersion: 1, ...fields, id, pk };
}

/** Waits for the call to fail, checks the kind, and gives the error. */
export async function expectRefused(call: Promise<unknown>, kind: StoreErrorKind): Promise<StoreError> {
  const outcome = await call.then(
    () => 'no error',
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(StoreError);
  if (!(outcome instanceof StoreError)) throw new Error(`Not refused: ${String(outcome)}`);
  expect({ kind: outcome.kind, message: outcome.message }).toMatchObject({ kind });
  return outcome;
}
