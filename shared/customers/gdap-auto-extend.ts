// Lets active relationships extend themselves by half a year, where Microsoft allows it.
import { z } from 'zod';
import { audit } from '../access/audit.ts';
import type { MemberDoc } from '../access/documents.ts';
import { actorOf } from '../access/members.ts';
import type { App } from '../app.ts';
import type { WorkspaceStore } from '../store/scoped.ts';
import { keepRelationship, openGdapPlace, requireRelationship } from './gdap-place.ts';
import { explainingRefusal, gdapProblem } from './gdap-problems.ts';
import { autoExtendOf } from './gdap-report.ts';
import { extendAutomatically, readRelationship } from './gdap-wire.ts';

/** One relationship, or every one of the customer that can. */
export const autoExtendInput = z.strictObject({ relationshipId: z.string().min(1).max(200).optional() });
export type AutoExtendInput = z.infer<typeof autoExtendInput>;

export interface AutoExtended {
  /** Those that extend themselves from now on. */
  turnedOn: readonly string[];
  /** Those that did already. */
  wereOn: readonly string[];
  /** Those with Global Administrator: Microsoft refuses. */
  notAllowed: readonly string[];
}

/**
 * Turns it on. Doing it twice changes nothing the second time.
 * @throws Problem 404 for a customer or relationship that is not this workspace's, 409 where none can extend itself
 */
export async function turnOnAutoExtend(
  app: App,
  workspace: WorkspaceStore,
  by: MemberDoc,
  asked: { tenantId: string } & AutoExtendInput,
): Promise<AutoExtended> {
  const place = await openGdapPlace(app, workspace, asked.tenantId);
  const nowMs = app.clock.now();
  const { relationshipId } = asked;
  const known = relationshipId ? [requireRelationship(place, relationshipId)] : (place.gdap?.relationships ?? []);
  const idsThat = (are: ReturnType<typeof autoExtendOf>) =>
    known.filter((relationship) => autoExtendOf(relationship, nowMs) === are).map(({ id }) => id);
  const [turnedOn, wereOn, notAllowed] = [idsThat('off'), idsThat('on'), idsThat('notAllowed')];
  if (turnedOn.length + wereOn.length === 0)
    throw gdapProblem(notAllowed.length > 0 ? 'auto_extend_global_administrator' : 'gdap_not_extendable');
  for (const id of turnedOn) {
    const current = await readRelationship(place.graph, id);
    const after = await explainingRefusal(app, place, () => extendAutomatically(place.graph, current));
    await keepRelationship(place, after);
    const details = { relationshipId: id, autoExtendDuration: 'P180D' };
    const subject = `customer:${asked.tenantId}`;
    await audit(app, workspace, { action: 'gdap.autoExtendTurnedOn', actor: actorOf(by), subject, details });
  }
  return { turnedOn, wereOn, notAllowed };
}
