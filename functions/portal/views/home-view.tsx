// Home: is anything wrong? One sentence, then what needs a person.
import type { ConnectionDoc } from '../../../shared/connections/documents.ts';
import type { CustomerRow } from '../../../shared/customers/rows.ts';
import { countRows } from '../../../shared/customers/rows.ts';
import { screenWords } from '../../../shared/customers/screen-status.ts';
import { NextStep } from '../parts/action.tsx';
import { Explained } from '../parts/explanation.tsx';
import { type Viewer, workPage } from '../parts/layout.tsx';
import { Status } from '../parts/status.tsx';
import { count, plural, syncWords } from '../parts/words.ts';

export interface HomeModel {
  viewer: Viewer;
  connections: readonly ConnectionDoc[];
  rows: readonly CustomerRow[];
}

/** More than this is a list for the Connections page. */
const SHOWN = 20;

/** The page as a document. */
export function homeView({ viewer, connections, rows }: HomeModel): string {
  const broken = connections.filter(({ state }) => state !== 'Connected');
  const waiting = rows.filter(needsSomebody);
  const shown = waiting.slice(0, SHOWN);
  return workPage({
    title: 'Home',
    place: 'home',
    viewer,
    children: (
      <>
        <div class="head">
          <h1>{sentence(connections, rows)}</h1>
        </div>
        {connections.length === 0 ? <Begin viewer={viewer} /> : null}
        {broken.map((connection) => (
          <Explained explanation={connection.explanation} heading={`${connection.name} is not connected.`} />
        ))}
        {shown.length > 0 ? (
          <>
            <h2>What needs you</h2>
            <div class="table">
              <table class="cards">
                <thead>
                  <tr>
                    <th scope="col">Customer</th>
                    <th scope="col">Status</th>
                    <th scope="col">What to do</th>
                    <th scope="col">Next</th>
                  </tr>
                </thead>
                <tbody>
                  {shown.map((row) => (
                    <Need row={row} viewer={viewer} />
                  ))}
                </tbody>
              </table>
            </div>
            {waiting.length > SHOWN ? (
              <p class="pages">
                <a href="/connections?group=needsYou">All {count(waiting.length)}</a>
              </p>
            ) : null}
          </>
        ) : null}
      </>
    ),
  });
}

function needsSomebody(row: CustomerRow): boolean {
  return row.group === 'needsYou' || row.sync?.status === 'AuthError';
}

function sentence(connections: readonly ConnectionDoc[], rows: readonly CustomerRow[]): string {
  if (connections.length === 0) return 'Welcome. Nothing is connected yet.';
  if (rows.length === 0) return 'Connected; no customers have been found yet.';
  const { all } = countRows(rows);
  const inStep = rows.filter(({ group, sync }) => group === 'ready' && sync?.status === 'Success').length;
  const needs = rows.filter(needsSomebody).length;
  const start = `${count(inStep)} of ${plural(all, 'customer')} in step`;
  if (needs > 0) return `${start}; ${count(needs)} ${needs === 1 ? 'needs' : 'need'} you`;
  return inStep === all ? `All ${plural(all, 'customer')} in step` : start;
}

function Begin({ viewer }: { viewer: Viewer }) {
  return (
    <div class="card">
      <p>Three steps bring your customers into step:</p>
      <ol>
        <li>Connect your partner tenant with its service account.</li>
        <li>Let each customer consent: by a link that you send, or through GDAP with your own account.</li>
        <li>Tenantry reads licences and users every 30 minutes and says here what needs you.</li>
      </ol>
      {viewer.role === 'Admin' ? (
        <p>
          <a class="button primary" href="/connect">
            Connect your partner tenant
          </a>
        </p>
      ) : (
        <p>Ask an Admin of your workspace to connect the partner tenant.</p>
      )}
    </div>
  );
}

function Need({ row, viewer }: { row: CustomerRow; viewer: Viewer }) {
  const failing = row.group !== 'needsYou' && row.sync?.status === 'AuthError';
  const words = failing ? { ...syncWords.AuthError, action: 'seeError' as const } : screenWords[row.screen];
  const what = failing ? row.sync?.explanation?.whatToDo : row.readiness.blockers[0]?.whatToDo;
  return (
    <tr data-tenant={row.tenantId}>
      <th scope="row">
        <a href={`/customers/${row.tenantId}`}>{row.name}</a>
      </th>
      <td data-label="Status">
        <Status tone={words.tone} word={words.word} />
      </td>
      <td data-label="What to do">{what ?? ''}</td>
      <td data-label="Next">
        <NextStep
          action={words.action}
          tenantId={row.tenantId}
          connectionId={row.connectionId}
          customerName={row.name}
          csrfToken={viewer.csrfToken}
          mayChange={viewer.role === 'Admin'}
        />
      </td>
    </tr>
  );
}
