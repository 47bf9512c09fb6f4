import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packBatches } from '../../../shared/sync/batches.ts';
import type { DocChange } from '../../../shared/sync/changes.ts';
import type { SyncStateDoc } from '../../../shared/sync/documents.ts';
import { emptyTally, tallyDoc } from '../../../shared/sync/standing.ts';
import { nowIso, syncedState, user, workspaceId } from './fixtures.ts';

const standings = ['unlicensed', 'disabled', 'inactive', 'active'] as const;

const someUser = (at: number) =>
  fc
    .record({ standing: fc.constantFrom(...standings), generation: fc.constantFrom(1, 2), displayName: fc.string() })
    .map((change) => user({ ...change, userId: `u-${at}` }));

/** Changes of users that differ in what is stored, each of another user. */
const changes: fc.Arbitrary<DocChange[]> = fc
  .array(fc.tuple(fc.boolean(), fc.boolean()), { maxLength: 320 })
  .chain((kinds) =>
    fc.tuple(
      ...kinds.map(([hasBefore, hasAfter], at) =>
        fc.record({
          id: fc.constant(`user:u-${at}`),
          before: hasBefore ? someUser(at) : fc.constant(undefined),
          after: hasAfter || !hasBefore ? someUser(at) : fc.constant(undefined),
        }),
      ),
    ),
  );

function pack(state: SyncStateDoc, list: readonly DocChange[], raises = true, closing = false) {
  return packBatches({
    workspaceId,
    state,
    changes: list,
    raises: () => raises,
    nowIso,
    working: (open) => ({ ...open, claim: { runId: 'run', until: nowIso } }),
    finish: (done) => ({ ...done, claim: null, usersDeltaLink: 'new' }),
    closingEvent: () => (closing ? { kind: 'customer.synced', subject: 't', changes: {} } : undefined),
  });
}

describe('packing changes into batches', () => {
  it('fits every batch into a transaction, writes each change once, and moves the cursor last', () => {
    fc.assert(
      fc.property(changes, fc.boolean(), fc.boolean(), (list, raises, closing) => {
        const batches = pack(syncedState(), list, raises, closing);
        const written = batches.flatMap(({ writes }) => writes);
        for (const { writes } of batches) expect(writes.length).toBeLessThanOrEqual(99);
        const ids = written.map((write) => (write.kind === 'delete' ? write.id : write.doc.id));
        expect(new Set(ids).size).toBe(ids.length);
        expect(ids.filter((id) => id.startsWith('user:'))).toEqual(list.map(({ id }) => id));
        for (const { state } of batches.slice(0, -1)) {
          expect(state.claim).not.toBeNull();
          expect(state.usersDeltaLink).not.toBe('new');
        }
        expect(batches.at(-1)?.state).toMatchObject({ claim: null, usersDeltaLink: 'new' });
      }),
      { numRuns: 60 },
    );
  });

  it('numbers events without a gap, each in the batch of its change', () => {
    fc.assert(
      fc.property(changes, fc.integer({ min: 0, max: 500 }), (list, sequence) => {
        let last = sequence;
        for (const { writes, state } of pack(syncedState({ sequence }), list, true, true)) {
          for (const [at, write] of writes.entries()) {
            if (write.kind === 'delete' || write.doc.type !== 'outbox') continue;
            last += 1;
            const { event } = write.doc;
            expect(event.sequence).toBe(last);
            const cause = writes[at - 1];
            if (event.kind === 'customer.synced') continue;
            expect(cause && (cause.kind === 'delete' ? cause.id : cause.doc.id)).toBe(`user:${event.subject}`);
          }
          expect(state.sequence).toBe(last);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('keeps counts true after every batch, wherever a run dies', () => {
    fc.assert(
      fc.property(changes, (list) => {
        const stored = new Map(list.flatMap(({ id, before }) => (before ? [[id, before] as const] : [])));
        const tallied = () => {
          const tally = { ...emptyTally };
          for (const doc of stored.values()) tallyDoc(tally, doc, 1, 1);
          return tally;
        };
        const start = tallied();
        const state = syncedState({
          usersOfGeneration: start.ofGeneration,
          counts: {
            users: start.users,
            licensedDisabledUsers: start.disabled,
            licensedInactiveUsers: start.inactive,
            licences: 0,
            unusedSeats: 0,
            unusedPaidSeats: 0,
          },
        });
        for (const batch of pack(state, list)) {
          for (const write of batch.writes) {
            if (write.kind === 'delete') stored.delete(write.id);
            else if (write.doc.type === 'user') stored.set(write.doc.id, write.doc);
          }
          const tally = tallied();
          expect(batch.state.counts).toMatchObject({
            users: tally.users,
            licensedDisabledUsers: tally.disabled,
            licensedInactiveUsers: tally.inactive,
          });
          expect(batch.state.usersOfGeneration).toBe(tally.ofGeneration);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('splits by size as well, with documents near the largest that Microsoft allows', () => {
    const list = Array.from({ length: 98 }, (_, at) => ({
      id: `user:u-${at}`,
      before: undefined,
      after: user({ userId: `u-${at}`, licences: Array.from({ length: 300 }, (_, sku) => `${sku}`.padStart(36, '0')) }),
    }));
    const batches = pack(syncedState(), list, false);
    expect(batches.length).toBeGreaterThan(1);
    for (const { writes, state } of batches) {
      expect(Buffer.byteLength(JSON.stringify(writes) + JSON.stringify(state))).toBeLessThan(2 * 1024 * 1024);
    }
  });

  it('is the state alone when nothing changed', () => {
    expect(pack(syncedState(), [])).toEqual([
      { writes: [], state: expect.objectContaining({ usersDeltaLink: 'new' }) },
    ]);
  });
});
