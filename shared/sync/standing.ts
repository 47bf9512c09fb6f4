// Where a user stands and what a document adds to a tenant's counts. Pure.
import { DAY_MS } from '../clock.ts';
import { isFreeProduct } from '../microsoft/free-products.ts';
import type { DirectoryDoc } from './changes.ts';
import type { Standing, SyncStateDoc, UserDoc } from './documents.ts';

/** A licensed user who has not signed in for this long counts as inactive. */
export const inactiveAfterDays = 30;

/** The standing of a user at `nowMs`; never `inactive` before sign-ins were read for the user. */
export function standingOf(
  user: Pick<UserDoc, 'licences' | 'accountEnabled' | 'lastSignInAt' | 'signInReadAt'>,
  nowMs: number,
): Standing {
  if (user.licences.length === 0) return 'unlicensed';
  if (!user.accountEnabled) return 'disabled';
  if (user.signInReadAt === null) return 'active';
  const lastMs = user.lastSignInAt === null ? Number.NEGATIVE_INFINITY : Date.parse(user.lastSignInAt);
  return nowMs - lastMs >= inactiveAfterDays * DAY_MS ? 'inactive' : 'active';
}

/** What is counted, with `ofGeneration`: users that carry the state's generation. */
export interface Tally {
  users: number;
  disabled: number;
  inactive: number;
  licences: number;
  unusedSeats: number;
  unusedPaidSeats: number;
  ofGeneration: number;
}

export const emptyTally: Tally = {
  users: 0,
  disabled: 0,
  inactive: 0,
  licences: 0,
  unusedSeats: 0,
  unusedPaidSeats: 0,
  ofGeneration: 0,
};

/** Adds (`sign` 1) or takes away (−1) what one document counts for. Changes `tally`. */
export function tallyDoc(tally: Tally, doc: DirectoryDoc, sign: 1 | -1, generation: number): void {
  if (doc.type === 'user') {
    tally.users += sign;
    if (doc.standing === 'disabled') tally.disabled += sign;
    if (doc.standing === 'inactive') tally.inactive += sign;
    if (doc.generation === generation) tally.ofGeneration += sign;
  } else if (doc.type === 'licence') {
    tally.licences += sign;
    tally.unusedSeats += sign * doc.unused;
    if (!isFreeProduct(doc.skuPartNumber)) tally.unusedPaidSeats += sign * doc.unused;
  }
}

/** The state with a tally added to its counts; the counts of datasets that follow from them come along. */
export function addTally(state: SyncStateDoc, tally: Tally): SyncStateDoc {
  const { counts, datasets } = state;
  const users = counts.users + tally.users;
  const licences = counts.licences + tally.licences;
  return {
    ...state,
    usersOfGeneration: state.usersOfGeneration + tally.ofGeneration,
    datasets: {
      ...datasets,
      users: { ...datasets.users, count: users },
      licences: { ...datasets.licences, count: licences },
    },
    counts: {
      users,
      licences,
      licensedDisabledUsers: counts.licensedDisabledUsers + tally.disabled,
      // No user is inactive while sign-ins were never read, so null stands for zero here.
      licensedInactiveUsers:
        counts.licensedInactiveUsers === null && tally.inactive === 0
          ? null
          : (counts.licensedInactiveUsers ?? 0) + tally.inactive,
      unusedSeats: counts.unusedSeats + tally.unusedSeats,
      unusedPaidSeats: counts.unusedPaidSeats + tally.unusedPaidSeats,
    },
  };
}
