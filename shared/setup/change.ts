// What people change in setup: answers of the first step, and going on to the next.
import { z } from 'zod';
import { audit } from '../access/audit.ts';
import type { MemberDoc } from '../access/documents.ts';
import { actorOf } from '../access/members.ts';
import type { App } from '../app.ts';
import { MINUTE_MS } from '../clock.ts';
import { Problem } from '../errors.ts';
import { updateDoc, type WorkspaceStore } from '../store/scoped.ts';
import { distributors, newSetup, type SetupDoc, setupDoc, setupSteps } from './documents.ts';
import { readSetupFacts } from './read.ts';
import { furthest, obstacleBefore } from './rules.ts';

/** Fields that are left out stay. `step` goes on to a step whose gates are open. */
export const setupChange = z
  .object({
    cspType: z.literal(
      'tier2',
      'Choose Tier 2: a Tier 1 CSP, which buys from Microsoft directly, is not supported yet.',
    ),
    distributor: z.enum(distributors, 'Choose Pax8, or that none is to be connected.'),
    /** The tick below the checklist. */
    confirmed: z.boolean(),
    step: z.enum(setupSteps),
  })
  .partial()
  .strict();
export type SetupChange = z.infer<typeof setupChange>;

/**
 * Changes what is given. Gives setup as it is then.
 * @throws Problem 409 with what is in the way, where `step` cannot be reached yet; nothing is changed then.
 */
export async function changeSetup(
  app: App,
  workspace: WorkspaceStore,
  by: MemberDoc,
  change: SetupChange,
): Promise<SetupDoc> {
  const facts = change.step ? await readSetupFacts(app, workspace) : undefined;
  let changed: string[] = [];
  const updated = await updateDoc(workspace.workspace, 'setup', setupDoc, (stored) => {
    const at = new Date(app.clock.now()).toISOString();
    const before = stored ?? newSetup(at);
    const next = withAnswers(before, change, { by: by.id, at });
    const obstacle = change.step && facts ? obstacleBefore(change.step, next, facts) : null;
    if (obstacle) throw new Problem(409, { ...obstacle, whoActs: 'msp', retryHelps: false });
    const reached = change.step ? { ...next, step: furthest(before.step, change.step) } : next;
    changed = differences(before, reached);
    return changed.length > 0 ? { ...reached, updatedAt: at } : undefined;
  });
  if (changed.length > 0) {
    const entry = { actor: actorOf(by), subject: 'setup', details: { fields: changed.join(',') } };
    await audit(app, workspace, { action: 'setup.changed', ...entry });
  }
  return updated?.doc ?? newSetup(new Date(app.clock.now()).toISOString());
}

/** The answers after a change. Another distributor makes another checklist, which wants a tick of its own. Pure. */
export function withAnswers(setup: SetupDoc, change: SetupChange, who: { by: string; at: string }): SetupDoc {
  const cspType = change.cspType ?? setup.cspType;
  const distributor = change.distributor ?? setup.distributor;
  const same = distributor === setup.distributor;
  const ticked = change.confirmed ?? (same && setup.confirmedAt !== null);
  if (!ticked) return { ...setup, cspType, distributor, confirmedAt: null, confirmedBy: null };
  const stands = same && setup.confirmedAt !== null;
  const confirmed = stands ? {} : { confirmedAt: who.at, confirmedBy: who.by };
  return { ...setup, cspType, distributor, ...confirmed };
}

function differences(before: SetupDoc, after: SetupDoc): string[] {
  const fields = ['step', 'cspType', 'distributor', 'confirmedAt'] as const;
  return fields.filter((field) => before[field] !== after[field]);
}

/** How long a journey to Microsoft may take: flow-state.ts. */
const JOURNEY_MS = 15 * MINUTE_MS;

/** Notes that somebody leaves for Microsoft from setup, so that they come back to it. */
export async function leaveForMicrosoft(app: Pick<App, 'clock'>, workspace: WorkspaceStore): Promise<void> {
  const at = new Date(app.clock.now()).toISOString();
  await updateDoc(workspace.workspace, 'setup', setupDoc, (stored) => ({
    ...(stored ?? newSetup(at)),
    connectStartedAt: at,
  }));
}

/** Whether the journey that ends now began in setup. Asked once: the next journey may begin elsewhere. */
export async function cameFromSetup(app: Pick<App, 'clock'>, workspace: WorkspaceStore): Promise<boolean> {
  let came = false;
  await updateDoc(workspace.workspace, 'setup', setupDoc, (stored) => {
    const startedAt = stored?.connectStartedAt ?? null;
    came = startedAt !== null && app.clock.now() - Date.parse(startedAt) <= JOURNEY_MS;
    return stored && startedAt !== null ? { ...stored, connectStartedAt: null } : undefined;
  });
  return came;
}
