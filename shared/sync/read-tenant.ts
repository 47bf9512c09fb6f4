// The reading part of a run: rounds of questions until nothing is left, each round written before the next is asked.
import { type BatchItem, MicrosoftError } from '../microsoft/microsoft.ts';
import { applySignInsPage } from './apply-sign-ins.ts';
import { applySmall } from './apply-small.ts';
import { applyUsersPage, sweepUsers, type UsersStep } from './apply-users.ts';
import { type Answers, ask, type Question } from './ask.ts';
import type { DatasetName } from './documents.ts';
import type { RunPlan } from './plan.ts';
import { commit, type Run, withClaim } from './run-context.ts';
import { datasetFailed, datasetUnavailable, withDataset } from './state.ts';
import { firstUrls, licenceProbeUrl } from './wire.ts';

/** What one message may do before a further message goes on: well within the time that its lock is renewed for. */
export interface RunLimits {
  rounds: number;
  timeMs: number;
}
export const runLimits: RunLimits = { rounds: 25, timeMs: 90_000 };

/** Where users and sign-ins stand between rounds; null where there is nothing to ask. */
interface Cursors {
  users: { mode: 'full' | 'delta'; first: boolean; url: string } | null;
  sweep: boolean;
  signIns: { first: boolean; url: string } | null;
  /** In the first round: asked in place of the sign-ins, which are not due. */
  licenceProbe: boolean;
  /** A delta link that is no longer good begins one full read in a run, not a second. */
  restarted: boolean;
}

/**
 * Reads what the plan says. What is found is in the run's draft and in `run.next`, or written already where there were
 * several rounds. `more` when the limits were reached: `run.next` then holds the checkpoints.
 * @throws Overtaken, StoreError
 */
export async function readTenant(run: Run, plan: RunPlan, limits: RunLimits = runLimits): Promise<'done' | 'more'> {
  const startMs = run.app.clock.now();
  const cursors = firstCursors(run, plan);
  let small: readonly DatasetName[] = plan.small;
  for (let round = 1; ; round += 1) {
    const withinTime = (): boolean => round < limits.rounds && run.app.clock.now() - startMs < limits.timeMs;
    const questions = questionsOf(small, cursors, round === 1);
    if (questions.length > 0) await oneRound(run, questions, cursors);
    if (cursors.sweep) {
      if (!(await sweepUsers(run, withinTime))) return 'more';
      cursors.sweep = false;
    }
    if (!cursors.users && !cursors.signIns) return 'done';
    if (!withinTime()) return 'more';
    small = [];
    run.next = withClaim(run, run.next);
    await commit(run);
  }
}

function firstCursors(run: Run, { users, signIns, licenceProbe }: RunPlan): Cursors {
  const mode = users.kind === 'resume' ? (run.stored.usersCheckpoint?.mode ?? 'full') : users.kind;
  return {
    users:
      mode === 'full' || mode === 'delta'
        ? { mode, first: users.kind !== 'resume', url: 'url' in users ? users.url : firstUrls.users }
        : null,
    sweep: users.kind === 'sweep',
    signIns: signIns.kind === 'none' ? null : { first: signIns.kind === 'start', url: signIns.url },
    licenceProbe,
    restarted: false,
  };
}

/**
 * Sign-ins wait while users are read page by page, so that every user whom they tell of is stored. In a first round it is
 * not known yet whether one page will do, so they are asked for along with it.
 */
function questionsOf(small: readonly DatasetName[], cursors: Cursors, firstRound: boolean): Question[] {
  const questions: Question[] = small.map((dataset) => ({ dataset, url: firstUrls[dataset] }));
  const { users, signIns } = cursors;
  if (users) questions.push({ dataset: 'users', url: users.url });
  const alongside = firstRound && users?.first === true && !cursors.sweep;
  if (cursors.licenceProbe) questions.push({ dataset: 'signIns', url: licenceProbeUrl });
  if (signIns && (alongside || (!users && !cursors.sweep))) questions.push({ dataset: 'signIns', url: signIns.url });
  return questions;
}

async function oneRound(run: Run, questions: readonly Question[], cursors: Cursors): Promise<void> {
  const answers = await ask(run, questions);
  for (const { dataset } of questions) {
    if (dataset === 'organization' || dataset === 'licences' || dataset === 'subscriptions') {
      await attempt(run, dataset, () => applySmall(run, dataset, answerTo(answers, dataset)));
    }
  }
  if (answers.has('users')) await usersRound(run, answers, cursors);
  if (!answers.has('signIns')) return;
  if (cursors.licenceProbe) {
    cursors.licenceProbe = false;
    applyLicenceProbe(run, answerTo(answers, 'signIns'));
    return;
  }
  // The users turned out to have more pages: sign-ins are asked for again when they are all stored.
  if (cursors.users || cursors.sweep) return;
  await signInsRound(run, answers, cursors);
}

async function usersRound(run: Run, answers: Answers, cursors: Cursors): Promise<void> {
  const { users } = cursors;
  if (!users) return;
  cursors.users = null;
  const item = answerTo(answers, 'users');
  const stale = !item.ok && item.error.kind === 'reset';
  if (stale && !cursors.restarted) {
    restart(run, cursors);
    return;
  }
  const outcome = await attempt(run, 'users', () => applyUsersPage(run, item, users));
  if (!outcome.ok) {
    forgetBadLink(run, 'users', outcome.error);
    return;
  }
  const step: UsersStep = outcome.value;
  if (step.kind === 'page') cursors.users = { mode: users.mode, first: false, url: step.url };
  else if (step.kind === 'sweep') cursors.sweep = true;
  else if (step.kind === 'fullRead' && !cursors.restarted) restart(run, cursors);
}

/** From the beginning: the delta link, or the page within a read, is no longer good. */
function restart(run: Run, cursors: Cursors): void {
  cursors.restarted = true;
  cursors.users = { mode: 'full', first: true, url: firstUrls.users };
  run.next = { ...run.next, usersDeltaLink: null, usersCheckpoint: null };
}

async function signInsRound(run: Run, answers: Answers, cursors: Cursors): Promise<void> {
  const { signIns } = cursors;
  if (!signIns) return;
  cursors.signIns = null;
  const page = answerTo(answers, 'signIns');
  const outcome = await attempt(run, 'signIns', () => applySignInsPage(run, page, signIns.first));
  if (!outcome.ok) forgetBadLink(run, 'signIns', outcome.error);
  else if (outcome.value !== undefined) cursors.signIns = { first: false, url: outcome.value };
}

/** Any other failure says nothing of the licence: the datasets tell of it, and the next hour asks again. */
function applyLicenceProbe(run: Run, item: BatchItem): void {
  const known = run.next.datasets.signIns.unavailable;
  if (!item.ok && item.error.kind !== 'unlicensed') return;
  if (item.ok && known !== null) run.next = withDataset(run.next, 'signIns', { unavailable: null });
  if (!item.ok && known === null)
    run.next = datasetUnavailable(run.next, 'signIns', run.nowIso, item.error.explanation.meaning);
  run.next = { ...run.next, licenceProbedAt: run.nowIso };
}

type Attempt<T> = { ok: true; value: T } | { ok: false; error: MicrosoftError };

/** Runs one dataset's part; a failure of Microsoft's is recorded on the dataset and given back, its data stays. */
async function attempt<T>(run: Run, dataset: DatasetName, work: () => Promise<T>): Promise<Attempt<T>> {
  try {
    const value = await work();
    run.asked.set(dataset, undefined);
    return { ok: true, value };
  } catch (error) {
    if (!(error instanceof MicrosoftError)) throw error;
    const unlicensed = error.kind === 'unlicensed';
    run.asked.set(dataset, unlicensed ? undefined : error);
    run.next = unlicensed
      ? datasetUnavailable(run.next, dataset, run.nowIso, error.explanation.meaning)
      : datasetFailed(run.next, dataset, run.nowIso, error.explanation);
    return { ok: false, error };
  }
}

/** A next link that Microsoft refuses for good would be refused for ever: the dataset begins anew. */
function forgetBadLink(run: Run, dataset: 'users' | 'signIns', { kind }: MicrosoftError): void {
  if (kind !== 'other' && kind !== 'notFound' && kind !== 'reset' && kind !== 'unlicensed') return;
  run.next =
    dataset === 'users'
      ? { ...run.next, usersCheckpoint: null, usersDeltaLink: null }
      : { ...run.next, signInsCheckpoint: null };
}

function answerTo(answers: Answers, dataset: DatasetName) {
  const item = answers.get(dataset);
  if (!item) throw new Error(`${dataset} was not asked for`);
  return item;
}
