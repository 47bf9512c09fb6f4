// Organisation, licences and subscriptions: read whole each time, compared by hash first and by document where it differs.
import type { BatchItem } from '../microsoft/microsoft.ts';
import { parseAnswer } from './ask.ts';
import type { DirectoryDoc } from './changes.ts';
import { listSmall } from './load-docs.ts';
import { byId, hashOf, licenceOf, organizationOf, subscriptionOf } from './normalise.ts';
import { believeEmpty, type SmallDataset } from './plan.ts';
import type { Run } from './run-context.ts';
import { datasetRead, withDataset } from './state.ts';
import { type GraphSubscription, licencesAnswer, organizationAnswer, subscriptionsAnswer } from './wire.ts';

/** Far above the 300 subscriptions that a tenant may have: a bound, not a limit that is met. */
const mostSubscriptionPages = 20;

/**
 * Puts what an answer changes into the run's draft and marks the dataset as read.
 * @throws MicrosoftError the answer's failure; nothing is changed then
 */
export async function applySmall(run: Run, dataset: SmallDataset, item: BatchItem): Promise<void> {
  const docs = await documentsOf(run, dataset, item);
  const hash = hashOf(docs);
  const before = run.next.datasets[dataset];
  if (hash === before.hash) {
    run.next = datasetRead(run.next, dataset, run.nowIso);
    return;
  }
  if (docs.size === 0 && !believeEmpty(run.next, dataset, before.count, run.nowMs)) {
    run.next = withDataset(run.next, dataset, {
      checkedAt: run.nowIso,
      error: null,
      emptySince: before.emptySince ?? run.nowIso,
    });
    return;
  }
  const stored = run.etag === undefined ? [] : await listSmall(run.directory, dataset);
  run.draft.know(stored, docs.keys());
  for (const { id } of stored) if (!docs.has(id)) run.draft.put(id, undefined);
  for (const [id, doc] of docs) run.draft.put(id, doc);
  run.next = datasetRead(run.next, dataset, run.nowIso, { hash, count: docs.size });
}

async function documentsOf(
  run: Run,
  dataset: SmallDataset,
  item: BatchItem,
): Promise<ReadonlyMap<string, DirectoryDoc>> {
  if (dataset === 'licences') return byId(parseAnswer(item, licencesAnswer).value.map(licenceOf));
  if (dataset === 'subscriptions') return byId((await allSubscriptions(run, item)).map(subscriptionOf));
  return byId(parseAnswer(item, organizationAnswer).value.slice(0, 1).map(organizationOf));
}

async function allSubscriptions(run: Run, item: BatchItem): Promise<GraphSubscription[]> {
  let page = parseAnswer(item, subscriptionsAnswer);
  const all = [...page.value];
  for (let pages = 1; page['@odata.nextLink'] && pages < mostSubscriptionPages; pages += 1) {
    page = await run.graph.get(page['@odata.nextLink'], subscriptionsAnswer);
    all.push(...page.value);
  }
  return all;
}
