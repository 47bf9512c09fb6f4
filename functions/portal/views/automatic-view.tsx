// Automatic consent: how far it has come, the button for all that can, and each customer that is not granted with the reason.
import {
  type AutomaticGroup,
  type AutomaticOverview,
  automaticGroups,
} from '../../../shared/consent/automatic/overview.ts';
import type { AutomaticProgress, AutomaticStanding } from '../../../shared/consent/automatic/progress.ts';
import { automaticConsentPermissions } from '../../../shared/microsoft/permissions.ts';
import { automaticGroupWords, standingWords, strategyWords } from '../parts/automatic-words.ts';
import { CsrfField, workPage } from '../parts/layout.tsx';
import { Notice } from '../parts/notice.tsx';
import { Progress } from '../parts/progress.tsx';
import { Status } from '../parts/status.tsx';
import { Age } from '../parts/time.tsx';
import { count, plural } from '../parts/words.ts';
import { type AutomaticModel, automaticAddress } from './automatic-model.ts';
import { AutomaticTable } from './automatic-table.tsx';

/** The page as a document. */
export function automaticView(model: AutomaticModel): string {
  const { overview, query, viewer, notice } = model;
  return workPage({
    title: 'Automatic consent',
    place: 'consents',
    viewer,
    children: (
      <>
        <p class="crumb">
          <a href="/consents">Consent</a>
        </p>
        <div class="head">
          <h1>Automatic consent</h1>
        </div>
        <Notice code={notice} />
        <Progress words={progressWords(overview)} address={automaticAddress(query, { page: overview.page })} />
        <div id="batch" data-live>
          {overview.progress ? <Batch progress={overview.progress} nowMs={model.nowMs} /> : null}
        </div>
        <div id="begin" data-live>
          <Begin model={model} />
        </div>
        <section aria-labelledby="customers-heading">
          <h2 id="customers-heading">Customers that are not granted</h2>
          <Filters model={model} />
          <div id="customers" data-live>
            <AutomaticTable model={model} />
          </div>
        </section>
      </>
    ),
  });
}

/** What is under way in one line; customers that began by themselves are counted too. */
function progressWords({ progress, counts }: AutomaticOverview): string | undefined {
  if (progress && progress.done < progress.total)
    return `Consenting automatically: ${count(progress.done)} of ${plural(progress.total, 'customer')} done`;
  return counts.underWay > 0 ? `Consenting ${plural(counts.underWay, 'customer')} automatically` : undefined;
}

const order: readonly AutomaticStanding[] = ['granted', 'working', 'waiting', 'retrying', 'failed'];

function Batch({ progress, nowMs }: { progress: AutomaticProgress; nowMs: number }) {
  const { total, done, counts, startedAt, startedByName } = progress;
  return (
    <section class="card" aria-labelledby="batch-heading" data-done={String(done)} data-total={String(total)}>
      <h2 id="batch-heading">
        {done === total
          ? `All ${plural(total, 'customer')} done`
          : `${count(done)} of ${plural(total, 'customer')} done`}
      </h2>
      <progress
        class="progress"
        value={done}
        max={Math.max(total, 1)}
        aria-label={`${count(done)} of ${count(total)}`}
      />
      <ul class="tallies">
        {order
          .filter((standing) => counts[standing] > 0)
          .map((standing) => (
            <li>
              <Status {...standingWords[standing]} /> {count(counts[standing])}
            </li>
          ))}
      </ul>
      <p class="note">
        Begun <Age at={startedAt} nowMs={nowMs} /> by {startedByName}.
        {done < total ? ' It goes on when you leave this page.' : ''}
      </p>
    </section>
  );
}

/** What it does, in words, and the one button. */
function Begin({ model: { viewer, overview, byDefault } }: { model: AutomaticModel }) {
  return (
    <section class="card" aria-labelledby="begin-heading">
      <h2 id="begin-heading">Consent without a click at Microsoft</h2>
      <p>
        Through Partner Center and GDAP, Tenantry brings its reading app into each customer's tenant and gives it the
        permissions of its table, and no others. For the minutes that this takes, the partner app holds{' '}
        {automaticConsentPermissions.map(({ permission }) => permission).join(' and ')} there; it is taken back
        afterwards. The service account needs Privileged Role Administrator and Application Administrator (or Cloud
        Application Administrator) in the customer.
      </p>
      {viewer.role === 'Admin' ? (
        <form method="post" action="/automatic-consent">
          <CsrfField token={viewer.csrfToken} />
          <input type="hidden" name="all" value="on" />
          <div class="actions">
            <button type="submit" class="primary" disabled={overview.all === 0}>
              {overview.all === 0 ? 'Nobody to consent' : `Consent ${plural(overview.all, 'customer')} automatically`}
            </button>
            <a href="/consents">Choose customers</a>
          </div>
        </form>
      ) : (
        <p class="quiet">An Admin can begin it for {plural(overview.all, 'customer')}.</p>
      )}
      <p class="note">
        New customers: {strategyWords[byDefault].toLowerCase()}. <a href="/settings#consentStrategy">Change this</a>
      </p>
    </section>
  );
}

function Filters({ model: { overview, query } }: { model: AutomaticModel }) {
  const all = automaticGroups.reduce((sum, group) => sum + overview.counts[group], 0);
  const groups: readonly [string, AutomaticGroup | undefined, number][] = [
    ['All', undefined, all],
    ...automaticGroups.map((group): [string, AutomaticGroup, number] => [
      automaticGroupWords[group],
      group,
      overview.counts[group],
    ]),
  ];
  return (
    <div class="filters" id="filters" data-live>
      <nav class="groups" aria-label="Filter by where it stands">
        {groups.map(([word, group, number]) => (
          <a href={automaticAddress(query, { group })} aria-current={query.group === group ? 'true' : undefined}>
            {word} <span class="tally">{count(number)}</span>
          </a>
        ))}
      </nav>
      <form method="get" action="/automatic-consent" class="actions">
        {query.group ? <input type="hidden" name="group" value={query.group} /> : null}
        <label class="visually-hidden" for="text">
          Name, domain or tenant id
        </label>
        <input id="text" type="search" name="text" value={query.text ?? ''} placeholder="Name, domain or tenant id" />
        <button type="submit">Filter</button>
      </form>
    </div>
  );
}
