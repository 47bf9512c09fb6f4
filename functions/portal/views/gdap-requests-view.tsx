// GDAP requests for many customers: who lacks a relationship, or will; those that are ticked are asked, one request each.
import { type GdapNeed, gdapNeeds, needsGdap } from '../../../shared/customers/gdap-needs.ts';
import type { GdapRunDoc } from '../../../shared/customers/gdap-run-documents.ts';
import { type CustomerRow, pageOf, selectRows } from '../../../shared/customers/rows.ts';
import { Domain } from '../parts/domain.tsx';
import { CsrfField, type Viewer, workPage } from '../parts/layout.tsx';
import { Notice } from '../parts/notice.tsx';
import { Pages } from '../parts/pages.tsx';
import { Status } from '../parts/status.tsx';
import { Age } from '../parts/time.tsx';
import { count, day, gdapReasonWords, gdapWords, plural } from '../parts/words.ts';

export interface GdapRequestsModel {
  viewer: Viewer;
  rows: readonly CustomerRow[];
  runs: readonly GdapRunDoc[];
  need?: GdapNeed | undefined;
  notice?: string | undefined;
  page?: number | undefined;
  nowMs: number;
}

/** The page as a document. */
export function gdapRequestsView(model: GdapRequestsModel): string {
  const { viewer, rows, need, notice, runs, nowMs } = model;
  const all = rows.filter((row) => needsGdap(row));
  const shown = selectRows(
    rows.filter((row) => needsGdap(row, need)),
    {},
  );
  return workPage({
    title: 'GDAP requests',
    place: 'renewals',
    viewer,
    children: (
      <>
        <p class="crumb">
          <a href="/renewals">Renewals</a>
        </p>
        <div class="head">
          <h1>Request GDAP from several customers</h1>
        </div>
        <Notice code={notice} />
        <p>
          Each customer gets a request of its own, with the roles of <a href="/settings#roles">your role profile</a>.
          Nothing is granted before a Global Administrator of the customer has opened its approval link and agreed.
        </p>
        <div class="filters">
          <nav class="groups statuses" aria-label="Filter by GDAP status">
            <a href="/gdap-requests" aria-current={need === undefined ? 'true' : undefined}>
              All <span class="tally">{count(all.length)}</span>
            </a>
            {gdapNeeds.map((status) => (
              <a href={`/gdap-requests?need=${status}`} aria-current={need === status ? 'true' : undefined}>
                <Status {...gdapWords[status]} />{' '}
                <span class="tally">{count(rows.filter((row) => needsGdap(row, status)).length)}</span>
              </a>
            ))}
          </nav>
        </div>
        {shown.length === 0 ? (
          <div class="card">
            No customer needs a new request{need ? ' for this reason' : ''}. What ends soon is listed under{' '}
            <a href="/renewals">Renewals</a>.
          </div>
        ) : (
          <Choice shown={shown} model={model} />
        )}
        <Runs runs={runs} nowMs={nowMs} />
      </>
    ),
  });
}

/** What ends soon is not ticked: it may extend itself, or be renewed by the distributor. */
function Choice({ shown, model }: { shown: readonly CustomerRow[]; model: GdapRequestsModel }) {
  const { rows, page, pages } = pageOf(shown, model.page);
  const { viewer, need } = model;
  const mayChange = viewer.role === 'Admin';
  const at = (number: number) => `/gdap-requests?${need ? `need=${need}&` : ''}page=${number}`;
  return (
    <form method="post" action="/gdap-requests">
      <CsrfField token={viewer.csrfToken} />
      {need ? <input type="hidden" name="need" value={need} /> : null}
      <div class="table">
        <table class="cards">
          <caption>{plural(shown.length, 'customer')} without all roles, or not for long</caption>
          <thead>
            <tr>
              <th scope="col">Customer</th>
              <th scope="col">GDAP</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <ChoiceRow row={row} mayChange={mayChange} />
            ))}
          </tbody>
        </table>
      </div>
      <Pages page={page} pages={pages} at={at} />
      {mayChange ? (
        <p class="actions">
          <button type="submit" class="primary" name="scope" value="chosen">
            Request for those ticked
          </button>
          {pages > 1 ? (
            <button type="submit" name="scope" value="all">
              Request for all {count(shown.length)}
            </button>
          ) : null}
        </p>
      ) : (
        <p class="quiet">Only an Admin can send requests.</p>
      )}
    </form>
  );
}

function ChoiceRow({ row, mayChange }: { row: CustomerRow; mayChange: boolean }) {
  const { status, reason, expiresAtMs } = row.readiness.gdap;
  const field = `t-${row.tenantId}`;
  return (
    <tr data-tenant={row.tenantId}>
      <th scope="row">
        {mayChange ? (
          <label for={field}>
            <input type="checkbox" id={field} name="tenantIds" value={row.tenantId} checked={status !== 'Expiring'} />{' '}
            {row.name}
          </label>
        ) : (
          row.name
        )}
        <Domain name={row.domain} />
      </th>
      <td data-label="GDAP">
        <Status {...gdapWords[status]} />
        <span class="note">
          {reason ? gdapReasonWords[reason] : ''}
          {expiresAtMs === null ? '' : `ends ${day(new Date(expiresAtMs).toISOString())}`}
        </span>
      </td>
    </tr>
  );
}

function Runs({ runs, nowMs }: { runs: readonly GdapRunDoc[]; nowMs: number }) {
  if (runs.length === 0) return null;
  return (
    <section aria-labelledby="runs">
      <h2 id="runs">Earlier requests</h2>
      <ul>
        {runs.map(({ gdapRunId, total, startedAt, startedBy }) => (
          <li>
            <a href={`/gdap-requests/${gdapRunId}`}>{plural(total, 'customer')}</a>,{' '}
            <Age at={startedAt} nowMs={nowMs} /> by {startedBy.name}
          </li>
        ))}
      </ul>
    </section>
  );
}
