// Users: delta pages and full reads, merged into what is stored, and the removal of those that a full read did not find.
import type { BatchItem } from '../microsoft/microsoft.ts';
import { listAs } from '../store/scoped.ts';
import { parseAnswer, unexpectedAnswer } from './ask.ts';
import { type UserDoc, userDoc } from './documents.ts';
import { mergeUser, userDocId } from './merge-users.ts';
import { believeEmpty } from './plan.ts';
import { commit, projected, type Run, withClaim } from './run-context.ts';
import { datasetRead, withDataset } from './state.ts';
import { type UsersPage, usersPage } from './wire.ts';

/** What a page asks for next. `fullRead`: what is stored cannot be whole, so begin anew. */
export type UsersStep = { kind: 'page'; url: string } | { kind: 'sweep' } | { kind: 'done' } | { kind: 'fullRead' };

/**
 * Merges a page into the draft and moves the cursor in `run.next`. A full read begins a new generation with its first
 * page (`first`), so that one that never answers changes nothing.
 * @throws MicrosoftError the page's failure; nothing is changed then
 */
export async function applyUsersPage(
  run: Run,
  item: BatchItem,
  read: { mode: 'full' | 'delta'; first: boolean },
): Promise<UsersStep> {
  const page = parseAnswer(item, usersPage);
  const nextLink = page['@odata.nextLink'];
  const deltaLink = page['@odata.deltaLink'];
  if (!nextLink && !deltaLink) throw unexpectedAnswer('a page of users has neither a next link nor a delta link');
  const users = await mergePage(run, page, read);
  if (users === 'incomplete') return { kind: 'fullRead' };
  if (read.mode === 'full' && read.first) {
    run.next = { ...run.next, usersGeneration: run.next.usersGeneration + 1 };
  }
  for (const [id, user] of users) run.draft.put(id, user);
  if (nextLink) {
    const checkpoint = { mode: read.mode, stage: 'reading', nextLink, deltaLink: null } as const;
    run.next = { ...run.next, usersCheckpoint: checkpoint };
    return { kind: 'page', url: nextLink };
  }
  if (read.mode === 'full') return endOfFullRead(run, deltaLink ?? null);
  run.next = datasetRead(
    { ...run.next, usersDeltaLink: deltaLink ?? null, usersCheckpoint: null },
    'users',
    run.nowIso,
  );
  return { kind: 'done' };
}

/** The users of a page as they will be, by document id; undefined for one that is removed. Items fold in their order. */
async function mergePage(
  run: Run,
  page: UsersPage,
  { mode, first }: { mode: 'full' | 'delta'; first: boolean },
): Promise<ReadonlyMap<string, UserDoc | undefined> | 'incomplete'> {
  const generation = run.next.usersGeneration + (mode === 'full' && first ? 1 : 0);
  await run.draft.load(page.value.map(({ id }) => userDocId(id)));
  const users = new Map<string, UserDoc | undefined>();
  for (const item of page.value) {
    const id = userDocId(item.id);
    const stored = run.draft.get(id);
    const existing = users.has(id) ? users.get(id) : stored?.type === 'user' ? stored : undefined;
    const outcome = mergeUser(existing, item, { mode, generation, nowMs: run.nowMs });
    if (outcome.kind === 'user') users.set(id, outcome.doc);
    else if (outcome.kind === 'removed') users.set(id, undefined);
    else if (mode === 'delta') return 'incomplete';
    else run.app.log('warn', 'a user without a principal name was left out', { tenantId: run.tenantId, user: item.id });
  }
  return users;
}

function endOfFullRead(run: Run, deltaLink: string | null): UsersStep {
  const { counts, usersOfGeneration } = projected(run);
  if (usersOfGeneration === 0 && !believeEmpty(run.next, 'users', counts.users, run.nowMs)) {
    // Every tenant has an administrator, so this is no true answer. What is stored stays; the next run reads anew.
    const { emptySince } = run.next.datasets.users;
    run.next = withDataset({ ...run.next, usersCheckpoint: null }, 'users', {
      checkedAt: run.nowIso,
      emptySince: emptySince ?? run.nowIso,
    });
    return { kind: 'done' };
  }
  const checkpoint = { mode: 'full', stage: 'sweeping', nextLink: null, deltaLink } as const;
  run.next = { ...run.next, usersCheckpoint: checkpoint };
  if (usersOfGeneration < counts.users) return { kind: 'sweep' };
  finishFullRead(run);
  return { kind: 'done' };
}

function finishFullRead(run: Run): void {
  const deltaLink = run.next.usersCheckpoint?.deltaLink ?? null;
  const read = { ...run.next, usersDeltaLink: deltaLink, usersCheckpoint: null, usersFullReadAt: run.nowIso };
  run.next = datasetRead(read, 'users', run.nowIso);
}

/** Two operations each, document and event, and the state: one batch. */
const sweptAtOnce = 49;

/**
 * Removes users that the full read did not find, a batch at a time, until none is left or `mayGoOn` says stop. Gives
 * whether it came to the end; if not, the last batch is still in the draft.
 */
export async function sweepUsers(run: Run, mayGoOn: () => boolean): Promise<boolean> {
  for (;;) {
    // The query sees what is stored, so what is in hand is written first.
    run.next = withClaim(run, run.next);
    await commit(run);
    const old = await oldGeneration(run);
    if (old.length === 0) {
      finishFullRead(run);
      return true;
    }
    run.draft.know(old);
    for (const { id } of old) run.draft.put(id, undefined);
    // After a batch, not before it: every message gets some way.
    if (!mayGoOn()) return false;
  }
}

async function oldGeneration(run: Run): Promise<UserDoc[]> {
  const { usersGeneration, usersOfGeneration, counts } = run.stored;
  const missing = counts.users - usersOfGeneration;
  if (missing <= 0) return [];
  const where = [{ field: 'generation', op: 'lt', value: usersGeneration }] as const;
  const page = await run.directory.query({ type: 'user', where, limit: sweptAtOnce });
  if (page.items.length > 0 || page.continuation === undefined) {
    return page.items.map(({ doc }) => userDoc.parse(doc));
  }
  const all = await listAs(run.directory, { type: 'user', where, limit: 1000 }, userDoc);
  return all.slice(0, sweptAtOnce);
}
