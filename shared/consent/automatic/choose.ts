// What people may do: choose how a customer consents, and start automatic consent of one, of some, or of all that can.
import { z } from 'zod';
import { audit } from '../../access/audit.ts';
import type { MemberDoc } from '../../access/documents.ts';
import { actorOf } from '../../access/members.ts';
import type { App } from '../../app.ts';
import { customerDoc } from '../../customers/documents.ts';
import { notFound, Problem } from '../../errors.ts';
import { readAs, updateDoc, type WorkspaceStore } from '../../store/scoped.ts';
import { chosenCustomers, customerChoice } from '../choice.ts';
import { consentDoc } from '../documents.ts';
import { noConsent } from '../status.ts';
import { type ConsentStrategy, consentStrategy } from '../strategy.ts';
import { type AutomaticRow, readAutomaticOf } from './overview.ts';
import { alignAutomaticOf, type StartReport, startAutomatic } from './start.ts';

/** All that can, named ones, or all that a filter leaves. */
export const automaticChoice = z.union([z.strictObject({ all: z.literal(true) }), customerChoice]);
export type AutomaticChoice = z.infer<typeof automaticChoice>;

/** @throws Problem 400 for a choice of nobody, or of somebody who is no customer */
export async function startChosen(
  app: App,
  workspace: WorkspaceStore,
  by: MemberDoc,
  choice: AutomaticChoice,
): Promise<StartReport> {
  if ('all' in choice) return startAutomatic(app, workspace, actorOf(by), 'all');
  const chosen = await chosenCustomers(app, workspace, choice);
  return startAutomatic(
    app,
    workspace,
    actorOf(by),
    chosen.map(({ tenantId }) => tenantId),
  );
}

/** Starts one. @throws Problem 404 for no such customer, 409 with the reason where it cannot be started */
export async function startCustomer(
  app: App,
  workspace: WorkspaceStore,
  by: MemberDoc,
  tenantId: string,
): Promise<AutomaticRow> {
  if (!(await readAs(workspace.customers, `customer:${tenantId}`, customerDoc))) throw notFound('customer');
  const { refused } = await startAutomatic(app, workspace, actorOf(by), [tenantId]);
  const [refusal] = refused;
  if (refusal) throw new Problem(409, refusal.explanation);
  return requireRow(app, workspace, tenantId);
}

/** `null` for the workspace's way. */
export const strategyChange = z.strictObject({ strategy: consentStrategy.nullable() });

/**
 * Sets how a customer consents. Automatic consent begins at once where it can; nothing that is under way is stopped.
 * @throws Problem 404 for no such customer
 */
export async function changeStrategy(
  app: App,
  workspace: WorkspaceStore,
  by: MemberDoc,
  { tenantId, strategy }: { tenantId: string; strategy: ConsentStrategy | null },
): Promise<AutomaticRow> {
  if (!(await readAs(workspace.customers, `customer:${tenantId}`, customerDoc))) throw notFound('customer');
  const at = new Date(app.clock.now()).toISOString();
  let changed = false;
  await updateDoc(workspace.customers, `consent:${tenantId}`, consentDoc, (stored) => {
    changed = (stored?.strategy ?? null) !== strategy;
    return changed ? { ...(stored ?? noConsent(tenantId, at)), strategy } : undefined;
  });
  if (changed) {
    const entry = { actor: actorOf(by), subject: `consent:${tenantId}`, details: { strategy } };
    await audit(app, workspace, { action: 'consent.strategyChanged', ...entry });
    await alignAutomaticOf(app, workspace, tenantId);
  }
  return requireRow(app, workspace, tenantId);
}

async function requireRow(app: App, workspace: WorkspaceStore, tenantId: string): Promise<AutomaticRow> {
  const row = await readAutomaticOf(app, workspace, tenantId);
  if (!row) throw notFound('customer');
  return row;
}
