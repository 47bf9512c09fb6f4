// The review of setup: counts that filter, and a row for each customer with its GDAP, its consent and its next step.
import { gdapIsUsable } from '../../../shared/customers/readiness.ts';
import type { CustomerRow } from '../../../shared/customers/rows.ts';
import { gdapElsewhere } from '../../../shared/help/glossary.ts';
import { type ReviewSort, type ReviewStatus, reviewStatuses } from '../../../shared/setup/review.ts';
import { NextStep } from '../parts/action.tsx';
import { Domain } from '../parts/domain.tsx';
import { partnerCenterUrl } from '../parts/gdap-words.ts';
import { CsrfField } from '../parts/layout.tsx';
import { Pages } from '../parts/pages.tsx';
import { Status } from '../parts/status.tsx';
import { WithMeaning } from '../parts/term.tsx';
import { Nothing } from '../parts/time.tsx';
import { consentWords, count, gdapReasonWords, gdapWords, plural, type StatusWords } from '../parts/words.ts';
import { reviewAddress, type SetupModel, type SetupQuery } from './setup-model.ts';

const filterWords: Record<ReviewStatus, StatusWords> = {
  active: gdapWords.Active,
  missing: { word: 'Missing', tone: 'needsPerson' },
  pending: gdapWords.Pending,
  expired: gdapWords.Expired,
  error: gdapWords.Error,
  single: { word: 'Single tenant', tone: 'notStarted' },
};

/** Heading, filters, table, pages. */
export function SetupReview({ model }: { model: SetupModel }) {
  const { viewer } = model;
  return (
    <section id="review" aria-labelledby="review-heading">
      <div class="split">
        <h3 id="review-heading">Customers under review</h3>
        <div class="actions">
          {viewer.role === 'Admin' ? (
            <a class="button" href="/consents">
              Consent several
            </a>
          ) : null}
          <form class="inline" method="post" action="/setup/refresh">
            <CsrfField token={viewer.csrfToken} />
            <button type="submit">Refresh</button>
          </form>
        </div>
      </div>
      <p>
        A customer is <WithMeaning id="ready">Ready</WithMeaning> with an active{' '}
        <WithMeaning id="gdap">admin relationship</WithMeaning> and <WithMeaning id="consent">consent</WithMeaning>. The
        same relationships in Partner Center:{' '}
        <a href={partnerCenterUrl} target="_blank" rel="noreferrer">
          Customers, Admin relationships<span class="visually-hidden"> (opens Partner Center)</span>
        </a>
        . A customer consents by its own administrator or by your account through GDAP, with the same result:{' '}
        <a href="/help#prepare-consent">the two ways</a>.
      </p>
      <Filters model={model} />
      <Table model={model} />
    </section>
  );
}

function Filters({ model: { report, query } }: { model: SetupModel }) {
  const { counts } = report.review;
  const shown = reviewStatuses.filter((status) => status !== 'single' || counts.byStatus.single > 0);
  const groups = [
    { word: 'All', ready: undefined, number: counts.all },
    { word: 'Ready', ready: true, number: counts.ready },
    { word: 'Not ready', ready: false, number: counts.all - counts.ready },
  ];
  return (
    <div class="filters" id="review-filters" data-live>
      <nav class="groups" aria-label="Filter by readiness">
        {groups.map(({ word, ready, number }) => (
          <a
            href={reviewAddress(query, { ready, status: undefined })}
            aria-current={query.ready === ready && !query.status ? 'true' : undefined}
          >
            {word} {count(number)}
          </a>
        ))}
      </nav>
      <form method="get" action="/setup" class="actions">
        <input type="hidden" name="step" value="connect" />
        {query.status ? <input type="hidden" name="status" value={query.status} /> : null}
        {query.ready === undefined ? null : <input type="hidden" name="ready" value={String(query.ready)} />}
        {query.sort ? <input type="hidden" name="sort" value={query.sort} /> : null}
        {query.descending ? <input type="hidden" name="descending" value="true" /> : null}
        <label class="visually-hidden" for="text">
          Name, domain or tenant id
        </label>
        <input id="text" type="search" name="text" value={query.text ?? ''} placeholder="Name, domain or tenant id" />
        <button type="submit">Filter</button>
      </form>
      <nav class="groups statuses" aria-label="Filter by GDAP">
        {shown.map((status) => (
          <a
            href={reviewAddress(query, { ready: undefined, status: status === query.status ? undefined : status })}
            aria-current={status === query.status ? 'true' : undefined}
            data-filter={status}
          >
            <Status {...filterWords[status]} /> <span class="tally">{count(counts.byStatus[status])}</span>
          </a>
        ))}
      </nav>
    </div>
  );
}

function Table({ model }: { model: SetupModel }) {
  const { review } = model.report;
  const { counts, matching, rows } = review;
  return (
    <div id="review-rows" data-live>
      <div class="table">
        <table class="cards sorts">
          <caption>
            {matching === counts.all
              ? plural(matching, 'customer')
              : `${count(matching)} of ${plural(counts.all, 'customer')}`}
          </caption>
          <thead>
            <tr>
              <SortHead label="Customer" sort="name" query={model.query} />
              <SortHead label="GDAP" sort="gdap" query={model.query} />
              <SortHead label="Consent" sort="consent" query={model.query} />
              <th scope="col">Ready</th>
              <th scope="col">Next</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row row={row} model={model} />
            ))}
            {rows.length === 0 ? (
              <tr>
                <td colSpan={5} class="none">
                  <None model={model} />
                </td>
              </tr>
            ) : null}
          </tbody>
        </table>
      </div>
      <Pages
        page={model.report.review.page}
        pages={model.report.review.pages}
        at={(page) => reviewAddress(model.query, { page })}
      />
    </div>
  );
}

function SortHead({ label, sort, query }: { label: string; sort: ReviewSort; query: SetupQuery }) {
  const current = (query.sort ?? 'name') === sort;
  const down = query.descending === true;
  return (
    <th scope="col" aria-sort={current ? (down ? 'descending' : 'ascending') : undefined}>
      <a href={reviewAddress(query, { sort, descending: current && !down })}>
        {label}
        {current ? <span aria-hidden="true">{down ? ' ↓' : ' ↑'}</span> : null}
      </a>
    </th>
  );
}

function None({ model: { report } }: { model: SetupModel }) {
  const { all } = report.review.counts;
  if (all === 0) return <>Customers appear here as soon as Microsoft has named them.</>;
  return (
    <>
      No customer matches. <a href="/setup?step=connect">Show all {count(all)}</a>
    </>
  );
}

function Row({ row, model }: { row: CustomerRow; model: SetupModel }) {
  const { viewer } = model;
  const { gdap, consent, ready, blockers } = row.readiness;
  const single = gdap.status === 'NotApplicable';
  const { action } = row;
  return (
    <tr id={`customer-${row.tenantId}`} data-tenant={row.tenantId} data-screen={row.screen} data-ready={String(ready)}>
      <th scope="row">
        <a href={`/customers/${row.tenantId}`}>{row.name}</a>
        <Domain name={row.domain} />
      </th>
      <td data-label="GDAP">
        {single ? <Nothing /> : <Status {...gdapWords[gdap.status]} />}
        {gdap.reason ? <span class="note">{gdapReasonWords[gdap.reason]}</span> : null}
        {single ? null : <span class="note">Partner Center: {gdapElsewhere[gdap.status]}</span>}
      </td>
      <td data-label="Consent" class="nowrap">
        {consent === 'NotRequested' && !gdapIsUsable(gdap.status) ? <Nothing /> : <Status {...consentWords[consent]} />}
      </td>
      <td data-label="Ready">
        <Status {...(ready ? { word: 'Ready', tone: 'done' } : { word: 'Not ready', tone: 'notStarted' })} />
        {blockers[0] ? <span class="note">{blockers[0].meaning}</span> : null}
      </td>
      <td data-label="Next">
        <div class="actions">
          {action === 'recheck' || action === 'checkConsent' ? null : (
            <NextStep
              action={action}
              tenantId={row.tenantId}
              connectionId={row.connectionId}
              customerName={row.name}
              csrfToken={viewer.csrfToken}
              mayChange={viewer.role === 'Admin'}
            />
          )}
          {action === 'consent' && viewer.role === 'Admin' ? (
            <a href={`/consents?text=${row.tenantId}`}>
              Other ways<span class="visually-hidden"> to consent for {row.name}</span>
            </a>
          ) : null}
          {ready ? null : <CheckAgain row={row} model={model} />}
        </div>
      </td>
    </tr>
  );
}

/** Tests just what this customer lacks again, and comes back to this row. */
function CheckAgain({ row, model }: { row: CustomerRow; model: SetupModel }) {
  const what = gdapIsUsable(row.readiness.gdap.status) ? 'consent' : 'gdap';
  // Nobody was asked, or whoever was has declined: there is nothing to look for at Microsoft.
  if (what === 'consent' && row.readiness.consent === 'NotRequested') return null;
  return (
    <form class="inline" method="post" action={`/customers/${row.tenantId}/${what}/check`}>
      <CsrfField token={model.viewer.csrfToken} />
      <input type="hidden" name="back" value={reviewAddress(model.query, { page: model.report.review.page })} />
      <button type="submit" class="plain">
        Check again<span class="visually-hidden"> for {row.name}</span>
      </button>
    </form>
  );
}
