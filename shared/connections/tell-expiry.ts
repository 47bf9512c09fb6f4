// The daily look at what ends: each threshold of each thing goes into the audit once, whatever crashes in between.
import { z } from 'zod';
import { auditOnce, tenantryActor } from '../access/audit.ts';
import type { App } from '../app.ts';
import { updateDoc, type WorkspaceStore } from '../store/scoped.ts';
import { type ExpiryWarning, untold, warningDays } from './expiry-warnings.ts';
import { connectionDocId } from './read.ts';
import { readExpiryWarnings } from './read-endings.ts';

/** In container `workspaces`, id `expiryTold`: which warnings were told, and those whose telling is not over yet. */
export const expiryToldDoc = z.object({
  id: z.literal('expiryTold'),
  type: z.literal('expiryTold'),
  schemaVersion: z.literal(1),
  ttl: z.number().optional(),
  told: z.record(z.string(), z.literal(warningDays)),
  /** The audit entries that are being written: with these very ids, so that none is written twice. */
  telling: z.array(
    z.object({
      entryId: z.string(),
      at: z.iso.datetime(),
      connectionId: z.guid().nullable(),
      kind: z.string(),
      endsAt: z.iso.datetime(),
      thresholdDays: z.literal(warningDays),
    }),
  ),
});
type ExpiryToldDoc = z.infer<typeof expiryToldDoc>;

/** Writes what is news into the audit. Gives the warnings that stand. */
export async function tellExpiry(app: App, workspace: WorkspaceStore): Promise<readonly ExpiryWarning[]> {
  const warnings = await readExpiryWarnings(app, workspace);
  const noted = await updateDoc(workspace.workspace, 'expiryTold', expiryToldDoc, (stored) =>
    noteNews(stored, warnings, { at: new Date(app.clock.now()).toISOString(), newId: () => app.ids.uuid() }),
  );
  const telling = noted?.doc.telling ?? [];
  if (telling.length === 0) return warnings;
  for (const { entryId, at, connectionId, kind, endsAt, thresholdDays } of telling) {
    const subject = connectionId === null ? 'deployment' : connectionDocId(connectionId);
    const details = { kind, endsAt, thresholdDays };
    await auditOnce(workspace, {
      id: entryId,
      at,
      action: 'connection.endsSoon',
      actor: tenantryActor,
      subject,
      details,
    });
  }
  const over = new Set(telling.map(({ entryId }) => entryId));
  await updateDoc(workspace.workspace, 'expiryTold', expiryToldDoc, (stored) =>
    stored?.telling.some(({ entryId }) => over.has(entryId))
      ? { ...stored, telling: stored.telling.filter(({ entryId }) => !over.has(entryId)) }
      : undefined,
  );
  return warnings;
}

/** The document with what is news in it; undefined where nothing is. What was renewed is forgotten. Pure. */
export function noteNews(
  stored: ExpiryToldDoc | undefined,
  warnings: readonly ExpiryWarning[],
  { at, newId }: { at: string; newId: () => string },
): ExpiryToldDoc | undefined {
  const before = stored?.told ?? {};
  const news = untold(warnings, before);
  const standing = new Set(warnings.map(({ key }) => key));
  const gone = Object.keys(before).some((key) => !standing.has(key));
  if (news.length === 0 && !gone) return undefined;
  const told = Object.fromEntries(warnings.map(({ key, thresholdDays }) => [key, thresholdDays]));
  const telling = news.map(({ connectionId, kind, endsAt, thresholdDays }) => {
    return { entryId: `${at}:${newId()}`, at, connectionId, kind, endsAt, thresholdDays };
  });
  const base = { id: 'expiryTold', type: 'expiryTold', schemaVersion: 1 } as const;
  return { ...base, told, telling: [...(stored?.telling ?? []), ...telling] };
}
