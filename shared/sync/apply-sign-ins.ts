// Sign-in activity: a dataset of its own, read daily, because the users delta does not report it.
import type { BatchItem } from '../microsoft/microsoft.ts';
import { parseAnswer } from './ask.ts';
import { mergeSignIn, userDocId } from './merge-users.ts';
import type { Run } from './run-context.ts';
import { datasetRead } from './state.ts';
import { signInsPage } from './wire.ts';

/**
 * Puts what a page tells of stored users into the draft and moves the cursor; users that are not stored yet are left to
 * the next day's read. Gives the next page's address, if there is one.
 * @throws MicrosoftError the page's failure; nothing is changed then
 */
export async function applySignInsPage(run: Run, item: BatchItem, first: boolean): Promise<string | undefined> {
  const page = parseAnswer(item, signInsPage);
  await run.draft.load(page.value.map(({ id }) => userDocId(id)));
  for (const signIn of page.value) {
    const id = userDocId(signIn.id);
    const user = run.draft.get(id);
    if (user?.type === 'user') run.draft.put(id, mergeSignIn(user, signIn, run.nowMs));
  }
  const nextLink = page['@odata.nextLink'];
  const count = (first ? 0 : (run.next.signInsCheckpoint?.count ?? 0)) + page.value.length;
  run.next = nextLink
    ? { ...run.next, signInsCheckpoint: { nextLink, count } }
    : datasetRead({ ...run.next, signInsCheckpoint: null }, 'signIns', run.nowIso, { count });
  return nextLink;
}
