// Waiting, on a clock that runs: for the first sync of every customer, and for everything to be read after the last change.
import { setTimeout as sleep } from 'node:timers/promises';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../shared/clock.ts';
import type { SyncStateDoc } from '../../shared/sync/documents.ts';
import type { Deployment } from './deployment.ts';
import type { Pace } from './pace.ts';
import { readStates } from './stored.ts';

interface Waiting {
  deployment: Deployment;
  pace: Pace;
  /** Every customer, and whether it is licensed for sign-ins. */
  customers: readonly { tenantId: string; hasEntraP1: boolean }[];
}

/** Real time, after which the run has failed. */
const limitMs = 5 * 60_000;

/** Waits until the first sync of every customer has ended. @throws Error that names those where it has not */
export async function waitForBaseline(waiting: Waiting): Promise<void> {
  await pass(waiting, 'had no first sync', 20 * SECOND_MS, ({ baselineAt, status }) =>
    baselineAt !== null && status === 'Success' ? undefined : `baseline ${baselineAt}, ${status}`,
  );
}

/**
 * Waits until every dataset of every customer was read later than `afterMs` and nothing is under way, then until the queue
 * is empty. The app's timers are stopped by then.
 * @throws Error that says what did not settle
 */
export async function settle(waiting: Waiting, afterMs: number): Promise<string[]> {
  const { deployment, pace, customers } = waiting;
  const licensed = new Map(customers.map(({ tenantId, hasEntraP1 }) => [tenantId, hasEntraP1]));
  await pass(waiting, 'did not settle', 2 * HOUR_MS, (state) =>
    unsettled(state, afterMs, licensed.get(state.tenantId) ?? false),
  );
  const problems = await deployment.stopApp();
  await drain(pace);
  return [...problems, ...(await deployment.stopWorkers())];
}

function unsettled(state: SyncStateDoc, afterMs: number, hasSignIns: boolean): string | undefined {
  const { datasets, status, claim, usersCheckpoint, signInsCheckpoint } = state;
  if (status !== 'Success') return `status ${status}: ${state.explanation?.code}`;
  if (claim ?? usersCheckpoint ?? signInsCheckpoint) return 'a run is under way';
  const names = ['organization', 'licences', 'subscriptions', 'users'] as const;
  for (const name of hasSignIns ? [...names, 'signIns' as const] : names) {
    const { asOf, error } = datasets[name];
    if (error) return `${name}: ${error.explanation.code}`;
    if (asOf === null || Date.parse(asOf) <= afterMs) return `${name} as of ${asOf}`;
  }
  return undefined;
}

/** Lets the clock run, a step at a time with the queue empty between, until no customer is left. */
async function pass(
  { deployment, pace, customers }: Waiting,
  words: string,
  stepMs: number,
  problemOf: (state: SyncStateDoc) => string | undefined,
): Promise<void> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const states = new Map(readStates(deployment.storeFile).map((state) => [state.tenantId, state]));
    const left = customers.flatMap(({ tenantId }) => {
      const state = states.get(tenantId);
      const problem = state ? problemOf(state) : 'no state';
      return problem ? [`${tenantId}: ${problem}`] : [];
    });
    if (left.length === 0) return;
    if (Date.now() > deadline)
      throw new Error(`${left.length} customers ${words}: ${left.slice(0, 5).join('; ')}. Queue: ${show(pace)}`);
    const { ready, locked } = pace.look();
    // A lock that nobody holds any more runs out by the clock alone.
    const idle = ready === 0 && locked === 0;
    await pace.step(idle ? stepMs : 2 * SECOND_MS);
    await sleep(idle ? 250 : 100);
  }
}

/** With nobody left who sends: until nothing waits, scheduled messages too. */
async function drain(pace: Pace): Promise<void> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const { ready, locked, scheduled } = pace.look();
    if (ready + locked + scheduled === 0) return;
    if (Date.now() > deadline) throw new Error(`The queue did not drain: ${show(pace)}`);
    await pace.step(ready + locked === 0 ? 5 * MINUTE_MS : 5 * SECOND_MS);
    await sleep(100);
  }
}

function show(pace: Pace): string {
  return JSON.stringify(pace.look());
}
