// What a run's outcome means for the customer: its status, its explanation, and whether to try again soon. Pure.
import type { Explanation } from '../errors.ts';
import { isTransient, type MicrosoftError } from '../microsoft/microsoft.ts';
import { needsPerson } from './ask.ts';
import type { EventDraft } from './changes.ts';
import type { DatasetName, SyncStateDoc } from './documents.ts';

/** Each dataset that was asked for, with its failure, if any. */
export type Asked = ReadonlyMap<DatasetName, MicrosoftError | undefined>;

export interface RunOutcome {
  status: 'Success' | 'Pending' | 'AuthError';
  explanation: Explanation | null;
  /** The failure to wait out, where a try within minutes can help. */
  retry: MicrosoftError | undefined;
}

/** Without these a customer's figures say little, so a passing failure of theirs is tried again at once. */
const essential: readonly DatasetName[] = ['users', 'licences'];

/**
 * AuthError when every dataset failed for a cause that a person must mend, or no token was given for such a cause.
 * A 401 from Graph, although the token was fresh, is let pass once: Entra's replicas may not know each other's newest yet.
 * Pending when users or licences failed in passing, or nothing at all succeeded. Otherwise Success, with the failures of
 * single datasets beside it.
 */
export function outcomeOf(asked: Asked, { mayPass = false }: { mayPass?: boolean } = {}): RunOutcome {
  const failures = [...asked.values()].filter((error) => error !== undefined);
  const [first] = failures;
  if (!first) return { status: 'Success', explanation: null, retry: undefined };
  const allFailed = failures.length === asked.size;
  const everything = asked.has('organization') || failures.some(({ source }) => source === 'entra');
  if (allFailed && everything && failures.every(needsPerson)) {
    if (mayPass && failures.every(isUnauthorized)) {
      return { status: 'Pending', explanation: first.explanation, retry: first };
    }
    return { status: 'AuthError', explanation: first.explanation, retry: undefined };
  }
  const passing = essential.map((name) => asked.get(name)).find(isTransient);
  const retry = passing ?? (allFailed ? failures.find(isTransient) : undefined);
  if (retry) return { status: 'Pending', explanation: retry.explanation, retry };
  if (allFailed) return { status: 'Pending', explanation: first.explanation, retry: undefined };
  return { status: 'Success', explanation: null, retry: undefined };
}

function isUnauthorized({ source, status, kind }: MicrosoftError): boolean {
  return source === 'graph' && status === 401 && kind === 'credential';
}

const withEvents = ['organization', 'licences', 'subscriptions', 'users'] as const;

/**
 * Whether the first full sync has ended: each dataset that raises events was read, or failed for a cause that no retry
 * mends (its first data will raise no event either), and at least one was read.
 */
export function baselineReached({ datasets, usersCheckpoint }: SyncStateDoc): boolean {
  if (usersCheckpoint !== null) return false;
  const states = withEvents.map((name) => datasets[name]);
  const settled = states.every(
    ({ asOf, error, unavailable }) =>
      asOf !== null || unavailable !== null || (error !== null && !error.explanation.retryHelps),
  );
  return settled && states.some(({ asOf }) => asOf !== null);
}

/** The one event of a customer's first full sync; its changes are the counts, from nothing. */
export function syncedEvent({ tenantId, counts }: SyncStateDoc): EventDraft {
  const changes: EventDraft['changes'] = {};
  for (const [name, to] of Object.entries(counts)) if (to !== null) changes[name] = { from: null, to };
  return { kind: 'customer.synced', subject: tenantId, changes };
}

/** Whether a run that achieved nothing left everything as it was, so that it need not be written down again. */
export function sameTrouble(before: SyncStateDoc, after: SyncStateDoc): boolean {
  return JSON.stringify(trouble(before)) === JSON.stringify(trouble(after));
}

function trouble(state: SyncStateDoc): unknown {
  const { status, explanation, claim, usersDeltaLink, usersCheckpoint, signInsCheckpoint, datasets } = state;
  const errors = Object.values(datasets).map(({ error, unavailable, asOf }) => [
    error?.explanation.code,
    error?.since,
    unavailable,
    asOf,
  ]);
  const { flushedSequence } = state;
  return [
    status,
    explanation?.code,
    claim,
    usersDeltaLink,
    usersCheckpoint,
    signInsCheckpoint,
    errors,
    flushedSequence,
  ];
}
