// Renewals: which admin relationships end within 1, 7, 30 or 90 days, what is lost with each, and how to keep it.
import {
  type Calendar,
  type CalendarDays,
  type CalendarEntry,
  calendarDays,
  type RequestEntry,
} from '../../../shared/customers/gdap-calendar.ts';
import { pageOf } from '../../../shared/customers/rows.ts';
import { CsrfField, type Viewer, workPage } from '../parts/layout.tsx';
import { Notice } from '../parts/notice.tsx';
import { Pages } from '../parts/pages.tsx';
import { Status } from '../parts/status.tsx';
import { Age, Nothing } from '../parts/time.tsx';
import { count, day, plural } from '../parts/words.ts';

export interface RenewalsModel {
  viewer: Viewer;
  calendar: Calendar;
  within: CalendarDays;
  page: number | undefined;
  notice: string | undefined;
  nowMs: number;
}

/** The page as a document. */
export function renewalsView(model: RenewalsModel): string {
  const { viewer, calendar, within, notice } = model;
  const entries = calendar.entries.filter((entry) => entry.within <= within);
  return workPage({
    title: 'Renewals',
    place: 'renewals',
    viewer,
    children: (
      <>
        <div class="head">
          <h1>{sentence(calendar)}</h1>
          <div class="actions">
            <a class="button" href="/gdap-requests">
              Request GDAP from several customers
            </a>
          </div>
        </div>
        <Notice code={notice} />
        <nav class="groups" aria-label="Filter by time">
          {calendarDays.toReversed().map((days) => (
            <a href={`/renewals?within=${days}`} aria-current={days === within ? 'true' : undefined}>
              Within {plural(days, 'day')} <span class="tally">{count(calendar.counts[days])}</span>
            </a>
          ))}
        </nav>
        {entries.length === 0 ? (
          <div class="card">
            No admin relationship ends within {plural(within, 'day')}. Those that extend themselves are not listed;
            those that have ended show as Expired under <a href="/connections?status=Expired">Connections</a>.
          </div>
        ) : (
          <Entries entries={entries} model={model} />
        )}
        <p class="quiet">Microsoft writes to you and the customer 30, 7 and 1 days ahead.</p>
        <Requests requests={calendar.requests} nowMs={model.nowMs} />
      </>
    ),
  });
}

function sentence({ entries, counts }: Calendar): string {
  const losing = entries.filter(({ loses }) => loses.length > 0).length;
  if (entries.length === 0) return 'No admin relationship ends within 90 days';
  const start = `${plural(counts[90], 'admin relationship ends', 'admin relationships end')} within 90 days`;
  return losing > 0 ? `${start}; ${count(losing)} with roles that you need` : `${start}; none with roles that you need`;
}

/** More than this is found under Pending. */
const SHOWN_REQUESTS = 50;

/** Requests that wait for the customer: who does not answer within 90 days has to be asked anew. */
function Requests({ requests, nowMs }: { requests: readonly RequestEntry[]; nowMs: number }) {
  if (requests.length === 0) return null;
  return (
    <section aria-labelledby="requests">
      <h2 id="requests">
        Requests that wait for the customer <span class="figure">{count(requests.length)}</span>
      </h2>
      <div class="table">
        <table class="cards">
          <caption>Unanswered requests lapse after 90 days; the soonest first</caption>
          <thead>
            <tr>
              <th scope="col">Customer</th>
              <th scope="col">Lapses</th>
              <th scope="col">Request</th>
              <th scope="col">Next</th>
            </tr>
          </thead>
          <tbody>
            {requests.slice(0, SHOWN_REQUESTS).map((request) => (
              <tr data-request={request.relationship.id}>
                <th scope="row">
                  <a href={`/customers/${request.tenantId}#gdap`}>{request.customerName}</a>
                </th>
                <td data-label="Lapses" class="nowrap">
                  <Status
                    tone={request.within <= 7 ? 'needsPerson' : 'soon'}
                    word={`within ${plural(request.within, 'day')}`}
                  />
                  <span class="note">
                    {day(request.lapsesAt)}, <Age at={request.lapsesAt} nowMs={nowMs} />
                  </span>
                </td>
                <td data-label="Request">
                  {request.relationship.name || request.relationship.id}
                  <span class="note">
                    {request.sent ? 'sent' : 'prepared'} <Age at={request.requestedAt} nowMs={nowMs} />
                  </span>
                </td>
                <td data-label="Next" class="nowrap">
                  <a href={`/customers/${request.tenantId}#gdap`}>
                    {request.sent ? 'Resend request' : 'Send request'}
                    <span class="visually-hidden"> for {request.customerName}</span>
                  </a>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {requests.length > SHOWN_REQUESTS ? (
        <p class="pages">
          <a href="/connections?status=Pending">All {count(requests.length)}</a>
        </p>
      ) : null}
    </section>
  );
}

function Entries({ entries, model }: { entries: readonly CalendarEntry[]; model: RenewalsModel }) {
  const { rows, page, pages } = pageOf(entries, model.page);
  const at = (number: number) => `/renewals?within=${model.within}&page=${number}`;
  return (
    <>
      <div class="table">
        <table class="cards">
          <caption>{plural(entries.length, 'relationship')}, the soonest first</caption>
          <thead>
            <tr>
              <th scope="col">Customer</th>
              <th scope="col">Ends</th>
              <th scope="col">Relationship</th>
              <th scope="col">Lost with it</th>
              <th scope="col">Next</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((entry) => (
              <Row entry={entry} model={model} />
            ))}
          </tbody>
        </table>
      </div>
      <Pages page={page} pages={pages} at={at} />
    </>
  );
}

function Row({ entry, model }: { entry: CalendarEntry; model: RenewalsModel }) {
  return (
    <tr data-tenant={entry.tenantId} data-within={entry.within}>
      <th scope="row">
        <a href={`/customers/${entry.tenantId}#gdap`}>{entry.customerName}</a>
      </th>
      <td data-label="Ends" class="nowrap">
        <Status tone={toneOf(entry)} word={`within ${plural(entry.within, 'day')}`} />
        <span class="note">
          {day(entry.endsAt)}, <Age at={entry.endsAt} nowMs={model.nowMs} />
        </span>
      </td>
      <td data-label="Relationship">{entry.relationship.name || entry.relationship.id}</td>
      <td data-label="Lost with it">
        {entry.loses.length > 0 ? entry.loses.map(({ name }) => name).join(', ') : <Nothing />}
      </td>
      <td data-label="Next" class="nowrap">
        <Next entry={entry} viewer={model.viewer} />
      </td>
    </tr>
  );
}

/** Red while required roles are lost within a week, amber before, grey where nothing is. */
function toneOf({ loses, within }: CalendarEntry) {
  if (loses.length === 0) return 'notStarted';
  return within <= 7 ? 'needsPerson' : 'soon';
}

function Next({ entry, viewer }: { entry: CalendarEntry; viewer: Viewer }) {
  const forWhom = <span class="visually-hidden"> for {entry.customerName}</span>;
  if (entry.autoExtend === 'off' && viewer.role === 'Admin') {
    return (
      <form class="inline" method="post" action={`/customers/${entry.tenantId}/gdap/auto-extend`}>
        <CsrfField token={viewer.csrfToken} />
        <input type="hidden" name="relationshipId" value={entry.relationship.id} />
        <input type="hidden" name="back" value="renewals" />
        <button type="submit">Turn on auto-extend{forWhom}</button>
      </form>
    );
  }
  return (
    <a href={`/customers/${entry.tenantId}#gdap`}>
      {entry.renewalOpen ? 'Renewal requested' : 'Request renewal'}
      {forWhom}
    </a>
  );
}
