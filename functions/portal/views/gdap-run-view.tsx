// A run of GDAP requests: how far it is, and for each customer the link to send or what stood in the way.
import type { GdapRunState } from '../../../shared/customers/gdap-run-documents.ts';
import type { GdapRun } from '../../../shared/customers/gdap-runs.ts';
import { pageOf } from '../../../shared/customers/rows.ts';
import { Domain } from '../parts/domain.tsx';
import { type Viewer, workPage } from '../parts/layout.tsx';
import { Notice } from '../parts/notice.tsx';
import { Pages } from '../parts/pages.tsx';
import { Progress } from '../parts/progress.tsx';
import { Status } from '../parts/status.tsx';
import { Age, Nothing } from '../parts/time.tsx';
import { count, plural, type StatusWords } from '../parts/words.ts';

export interface GdapRunModel {
  viewer: Viewer;
  run: GdapRun;
  notice?: string | undefined;
  page?: number | undefined;
  nowMs: number;
}

const stateWords: Record<GdapRunState, StatusWords> = {
  waiting: { word: 'Waiting', tone: 'working' },
  requested: { word: 'Requested', tone: 'done' },
  open: { word: 'Was open already', tone: 'done' },
  failed: { word: 'Failed', tone: 'needsPerson' },
};

/** The page as a document. */
export function gdapRunView(model: GdapRunModel): string {
  const { viewer, run, notice, nowMs } = model;
  const made = run.counts.requested + run.counts.open;
  return workPage({
    title: 'GDAP requests',
    place: 'renewals',
    viewer,
    children: (
      <>
        <p class="crumb">
          <a href="/gdap-requests">Request GDAP from several customers</a>
        </p>
        <div class="head">
          <div id="title" data-live>
            <h1>
              {count(made)} of {plural(run.total, 'request')} ready
              {run.counts.failed > 0 ? `; ${count(run.counts.failed)} failed` : ''}
            </h1>
            <span class="quiet">
              begun <Age at={run.startedAt} nowMs={nowMs} /> by {run.startedBy}
            </span>
          </div>
          <div class="actions" id="do" data-live>
            {made > 0 ? (
              <a class="button primary" href={`/api/v1/gdap/requests/${run.gdapRunId}/links.csv`} download>
                Download links (CSV)
              </a>
            ) : null}
          </div>
        </div>
        <Notice code={notice} />
        <Progress words={progressWords(run)} address={`/gdap-requests/${run.gdapRunId}`} />
        <p>
          Send each customer its own link. It is opened by a Global Administrator of the customer, and lapses after 90
          days.
        </p>
        <Items model={model} />
      </>
    ),
  });
}

function progressWords({ finishedAt, done, total }: GdapRun): string | undefined {
  return finishedAt ? undefined : `Requests are being made: ${count(done)} of ${count(total)}.`;
}

function Items({ model: { run, page: wanted } }: { model: GdapRunModel }) {
  const { rows, page, pages } = pageOf(run.items, wanted);
  const at = (number: number) => `/gdap-requests/${run.gdapRunId}?page=${number}`;
  return (
    <>
      <div class="table" id="items" data-live>
        <table class="cards">
          <caption>{plural(run.items.length, 'customer')}</caption>
          <thead>
            <tr>
              <th scope="col">Customer</th>
              <th scope="col">Request</th>
              <th scope="col">Approval link</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((item) => (
              <tr data-tenant={item.tenantId} data-state={item.state}>
                <th scope="row">
                  <a href={`/customers/${item.tenantId}#gdap`}>{item.name}</a>
                  <Domain name={item.domain} />
                </th>
                <td data-label="Request">
                  <Status {...stateWords[item.state]} />
                  {item.explanation ? (
                    <span class="note">
                      {item.explanation.meaning} {item.explanation.whatToDo}
                    </span>
                  ) : null}
                </td>
                <td data-label="Approval link" class="wide">
                  {item.approvalLink ? <code>{item.approvalLink}</code> : <Nothing />}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Pages page={page} pages={pages} at={at} />
    </>
  );
}
