// One look at a customer: what it adds to the timeline, and what is remembered for the next look. Pure.
import { isDeepStrictEqual } from 'node:util';
import { type Actor, tenantryActor } from '../access/audit.ts';
import { phaseOf } from '../customers/gdap-status.ts';
import type { Step } from './append.ts';
import { type AccessFacts, causesOf, isReached } from './causes.ts';
import type { AccessDoc, Loss, Told } from './documents.ts';
import { type LossCause, timelineKinds } from './kinds.ts';
import { consentSteps, failureAfter, gdapSteps, historySteps, warningAfter } from './look-steps.ts';
import { explainLoss } from './words.ts';

/** More than this is not told of one look: a batch holds 100 operations. */
const MOST_STEPS = 60;

/**
 * Compares what was last told with what is known now. Gives undefined where there is nothing new. The first look takes
 * stock: what happened before it is entered with the times that Microsoft gives, and told as no event.
 * @param by who caused what this look finds, where the caller knows
 */
export function lookAt(
  access: AccessDoc,
  facts: AccessFacts,
  by?: Actor,
): { access: AccessDoc; steps: readonly Step[] } | undefined {
  const at = new Date(facts.nowMs).toISOString();
  const now = toldNow(access.told, facts);
  const steps = access.told ? changes(access.told, now, facts, at, by) : historySteps(facts);
  const warned = warningAfter(access.told?.warned ?? null, facts);
  if (warned && warned !== access.told?.warned)
    steps.push({ kind: 'gdap.expiring', at, by: tenantryActor, details: { ...warned } });
  const losses = lossesAfter(access, facts, at);
  steps.push(...losses.steps);
  const next: AccessDoc = {
    ...access,
    told: { ...now, warned },
    haveSince: losses.haveSince,
    losses: [...losses.losses],
  };
  if (steps.length === 0 && isDeepStrictEqual(next, access)) return undefined;
  const ordered = steps.toSorted((a, b) => timelineKinds.indexOf(a.kind) - timelineKinds.indexOf(b.kind));
  return { access: next, steps: ordered.slice(-MOST_STEPS) };
}

function toldNow(before: Told | null, facts: AccessFacts): Told {
  const { gdap, consent, customer, readiness, nowMs } = facts;
  const inPhase = (phase: string) =>
    (gdap?.applies ? gdap.relationships : []).filter((one) => phaseOf(one, nowMs) === phase).map(({ id }) => id);
  return {
    gdap: readiness.gdap.status,
    consent: consent?.status ?? 'NotRequested',
    failure: failureAfter(before, consent),
    missing: customer.missingSince !== null,
    requested: inPhase('inProgress'),
    active: inPhase('active'),
    warned: before?.warned ?? null,
  };
}

function changes(before: Told, now: Told, facts: AccessFacts, at: string, by: Actor | undefined): Step[] {
  const steps = [...gdapSteps(before, now, facts, at, by), ...consentSteps(before, now, facts, at)];
  if (now.missing && !before.missing) steps.push({ kind: 'customer.missing', at, by: tenantryActor });
  return steps;
}

interface Losses {
  haveSince: string | null;
  losses: readonly Loss[];
  steps: readonly Step[];
}

function lossesAfter(access: AccessDoc, facts: AccessFacts, at: string): Losses {
  const whole = wholeLoss(access, facts, at);
  const licences = licenceLosses(access, facts, at);
  return {
    haveSince: whole.haveSince,
    losses: [...whole.losses, ...licences.losses],
    steps: [...whole.steps, ...licences.steps],
  };
}

/** A loss is told when what was had goes, and again only when its cause has given way to another. */
function wholeLoss(access: AccessDoc, facts: AccessFacts, at: string): Losses {
  const lost = access.losses.find(({ dataset }) => dataset === null);
  if (isReached(facts)) return reached(access, lost, facts, at);
  const haveSince = lost ? null : heldSince(access, facts);
  const causes = causesOf(facts);
  const [cause] = causes;
  const isOld = lost !== undefined && causes.includes(lost.cause);
  const hadNothing = !lost && haveSince === null;
  if (cause === undefined || isOld || hadNothing) return { haveSince, losses: lost ? [lost] : [], steps: [] };
  const loss: Loss = { cause, dataset: null, since: lost?.since ?? at };
  const details = { cause, ...inWords(cause), ...explained(facts) };
  return { haveSince: null, losses: [loss], steps: [{ kind: 'access.lost', at, by: tenantryActor, details }] };
}

function reached(access: AccessDoc, lost: Loss | undefined, facts: AccessFacts, at: string): Losses {
  if (access.haveSince) return { haveSince: access.haveSince, losses: [], steps: [] };
  const kind = lost ? 'access.regained' : 'access.gained';
  const details = lost ? { cause: lost.cause, lostAt: lost.since } : {};
  const haveSince = lost ? at : (heldSince(access, facts) ?? at);
  return { haveSince, losses: [], steps: [{ kind, at, by: tenantryActor, details }] };
}

/** Since when there is access, so far. Who was granted it before anything was told of the customer had it, too. */
function heldSince(access: AccessDoc, { consent }: AccessFacts): string | null {
  return access.haveSince ?? (access.told ? null : (consent?.grantedAt ?? null));
}

/** An event says by itself what it means and what to do. */
function inWords(cause: LossCause): { meaning: string; whatToDo: string } {
  const { meaning, whatToDo } = explainLoss(cause);
  return { meaning, whatToDo };
}

/** Microsoft's code, where the newest sync or the consent has one. */
function explained({ sync, consent }: AccessFacts): { code?: string } {
  const code = (sync?.status === 'AuthError' ? sync.explanation?.code : undefined) ?? consent?.explanation?.code;
  return code === undefined ? {} : { code };
}

/** Data that was read before and that the tenant has no licence for now, by its dataset. */
function licenceLosses(access: AccessDoc, { sync }: AccessFacts, at: string): Omit<Losses, 'haveSince'> {
  const before = access.losses.filter(({ dataset }) => dataset !== null);
  const gone = new Set<string>(sync?.unlicensed ?? []);
  const known = new Set(before.map(({ dataset }) => dataset));
  const fresh = [...gone].filter((dataset) => !known.has(dataset));
  const over = before.flatMap(({ dataset, since }) =>
    dataset !== null && !gone.has(dataset) ? [{ dataset, since }] : [],
  );
  const step = (kind: 'access.lost' | 'access.regained', dataset: string, more: Record<string, string>): Step => {
    const details = { cause: 'licenceMissing', dataset, ...more };
    return { kind, at, by: tenantryActor, subject: dataset, details };
  };
  return {
    losses: [
      ...before.filter(({ dataset }) => dataset !== null && gone.has(dataset)),
      ...fresh.map((dataset): Loss => ({ cause: 'licenceMissing', dataset, since: at })),
    ],
    steps: [
      ...fresh.map((dataset) => step('access.lost', dataset, inWords('licenceMissing'))),
      ...over.map(({ dataset, since }) => step('access.regained', dataset, { lostAt: since })),
    ],
  };
}
