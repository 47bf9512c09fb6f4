// Home: is anything wrong? One sentence, then what needs a person, most costly first.
import type { ConnectionDoc } from '../../../shared/connections/documents.ts';
import type { ExpiryWarning } from '../../../shared/connections/expiry-warnings.ts';
import type { NextAction } from '../../../shared/customers/readiness.ts';
import type { CustomerRow } from '../../../shared/customers/rows.ts';
import { countRows } from '../../../shared/customers/rows.ts';
import { type ScreenWords, screenStatuses } from '../../../shared/customers/screen-status.ts';
import type { Loss } from '../../../shared/timeline/documents.ts';
import type { LossCause } from '../../../shared/timeline/kinds.ts';
import { explainLoss } from '../../../shared/timeline/words.ts';
import { NextStep } from '../parts/action.tsx';
import { ExpiryWarnings } from '../parts/expiry-warnings.tsx';
import { Explained } from '../parts/explanation.tsx';
import { type Viewer, workPage } from '../parts/layout.tsx';
import { Status } from '../parts/status.tsx';
import { count, plural, syncWords } from '../parts/words.ts';

export interface HomeModel {
  viewer: Viewer;
  connections: readonly ConnectionDoc[];
  rows: readonly CustomerRow[];
  warnings: readonly ExpiryWarning[];
}

/** More than this is a list for the Connections page. */
const SHOWN = 20;

/** The page as a document. */
export function homeView({ viewer, connections, rows, warnings }: HomeModel): string {
  const broken = connections.filter(({ state }) => state !== 'Connected');
  const dark = rows.filter((row) => isDark(row, broken));
  const own = rows.filter((row) => !isDark(row, broken));
  const waiting = needsOf(own);
  return workPage({
    title: 'Home',
    place: 'home',
    viewer,
    children: (
      <>
        <div class="head">
          <h1>{sentence(connections, rows, waiting.length + (dark.length > 0 ? 1 : 0))}</h1>
        </div>
        {connections.length === 0 ? <Begin viewer={viewer} /> : null}
        {broken.map((connection) => (
          <Explained
            explanation={connection.explanation}
            heading={brokenWords(connection, dark)}
            action={{ href: '/connections', word: 'Connections' }}
            {...checkOf(connection, viewer)}
          />
        ))}
        {rows.length > 0 ? <Figures rows={rows} /> : null}
        <ExpiryWarnings warnings={warnings} viewer={viewer} />
        {waiting.length > 0 ? <Needs waiting={waiting} viewer={viewer} /> : null}
        {rows.length > 0 && waiting.length + dark.length + warnings.length === 0 ? (
          <div class="banner done">
            <p>Nothing needs you. What needs a person will be listed here, the most urgent first.</p>
          </div>
        ) : null}
      </>
    ),
  });
}

/** Only a sign-in that is kept can be tested again. */
function checkOf({ state, connectionId, name }: ConnectionDoc, { csrfToken }: Viewer) {
  if (state !== 'ReauthRequired') return {};
  return { check: { path: `/connections/${connectionId}/check`, csrfToken, about: `whether ${name} works` } };
}

/** A row of the list: a customer, and the status that it is there for. */
interface Need {
  row: CustomerRow;
  words: Pick<ScreenWords, 'word' | 'tone' | 'action'>;
  whatToDo: string;
  rank: number;
}

/** Lost with the sign-in of its connection, which is named once for all of them. */
function isDark({ losses, connectionId }: CustomerRow, broken: readonly ConnectionDoc[]): boolean {
  return (
    losses.some(({ cause, dataset }) => cause === 'tokenDead' && dataset === null) &&
    broken.some((connection) => connection.connectionId === connectionId)
  );
}

function brokenWords({ name, connectionId }: ConnectionDoc, dark: readonly CustomerRow[]): string {
  const lost = dark.filter((row) => row.connectionId === connectionId).length;
  return `${name} is not connected${lost === 0 ? '' : `: access to ${plural(lost, 'customer')} is lost`}.`;
}

/**
 * What needs a person: lost access first, where the most users are in front; then what stopped before what is about to, in
 * the order of the statuses; then by name.
 */
export function needsOf(rows: readonly CustomerRow[]): Need[] {
  return rows
    .filter(needsSomebody)
    .map(needOf)
    .sort((a, b) => a.rank - b.rank || costOf(b) - costOf(a) || a.row.name.localeCompare(b.row.name, 'en'));
}

const LOST_RANK = -2;

function costOf({ rank, row }: Need): number {
  return rank === LOST_RANK ? (row.sync?.counts?.users ?? 0) : 0;
}

function needsSomebody(row: CustomerRow): boolean {
  return (
    row.group === 'needsYou' || row.screen === 'Expiring' || row.sync?.status === 'AuthError' || row.losses.length > 0
  );
}

const lossActions: Record<LossCause, NextAction | null> = {
  relationshipEnded: null,
  relationshipChanged: null,
  appRemoved: 'consent',
  permissionsMissing: 'consent',
  tokenDead: 'seeError',
  licenceMissing: 'seeError',
};

function lossNeed(row: CustomerRow, { cause, dataset }: Loss): Need {
  const isWhole = dataset === null;
  const action = lossActions[cause] ?? row.action;
  const words = isWhole
    ? ({ word: 'Access lost', tone: 'needsPerson', action } as const)
    : ({ word: 'Licence missing', tone: 'soon', action } as const);
  const { meaning, whatToDo } = explainLoss(cause);
  return { row, words, whatToDo: `${meaning} ${whatToDo}`, rank: isWhole ? LOST_RANK : 3 * screenStatuses.length };
}

function needOf(row: CustomerRow): Need {
  const whole = row.losses.find(({ dataset }) => dataset === null);
  if (whole) return lossNeed(row, whole);
  const [licence] = row.losses;
  if (licence && row.group === 'ready' && row.sync?.status !== 'AuthError' && row.screen !== 'Expiring')
    return lossNeed(row, licence);
  if (row.group !== 'needsYou' && row.sync?.status === 'AuthError') {
    const words = { ...syncWords.AuthError, action: 'seeError' } as const;
    // A sync that worked and stopped is the dearest: its data grows old while people rely on it.
    return { row, words, whatToDo: row.sync.explanation?.whatToDo ?? '', rank: -1 };
  }
  const { word, tone, action } = row;
  const words = { word, tone, action };
  const ending = 'Renew the admin relationship before it ends, or its sync stops.';
  const whatToDo = row.readiness.blockers[0]?.whatToDo ?? (row.screen === 'Expiring' ? ending : '');
  const severity = words.tone === 'needsPerson' ? 0 : screenStatuses.length;
  return { row, words, whatToDo, rank: severity + screenStatuses.indexOf(row.screen) };
}

/** Those in step are ready and synced; an Expiring one is in step and needs somebody soon. */
function sentence(connections: readonly ConnectionDoc[], rows: readonly CustomerRow[], needs: number): string {
  if (connections.length === 0) return 'Welcome. Nothing is connected yet.';
  if (rows.length === 0) {
    const isConnected = connections.some(({ state }) => state === 'Connected');
    return isConnected ? 'Connected; no customers have been found yet.' : 'The partner tenant is not connected.';
  }
  const { all } = countRows(rows);
  const inStep = rows.filter(({ group, sync }) => group === 'ready' && sync?.status === 'Success').length;
  const start = `${count(inStep)} of ${plural(all, 'customer')} in step`;
  if (needs > 0) return `${start}; ${count(needs)} ${needs === 1 ? 'needs' : 'need'} you`;
  return inStep === all ? `All ${plural(all, 'customer')} in step` : start;
}

/** What the synced tenants hold together. */
function Figures({ rows }: { rows: readonly CustomerRow[] }) {
  const counts = rows.flatMap(({ sync }) => sync?.counts ?? []);
  if (counts.length === 0) return null;
  const sum = (of: 'users' | 'licensedDisabledUsers' | 'unusedPaidSeats') =>
    counts.reduce((total, each) => total + each[of], 0);
  const figures = [
    { figure: count(counts.length), word: counts.length === 1 ? 'tenant read' : 'tenants read' },
    { figure: count(sum('users')), word: 'users' },
    { figure: count(sum('unusedPaidSeats')), word: 'unused paid seats', sort: 'unused' },
    { figure: count(sum('licensedDisabledUsers')), word: 'licensed but disabled' },
  ];
  return (
    <dl class="figures">
      {figures.map(({ figure, word, sort }) => (
        <div>
          <dt>{sort ? <a href={`/connections?sort=${sort}&descending=true`}>{word}</a> : word}</dt>
          <dd>{figure}</dd>
        </div>
      ))}
    </dl>
  );
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
        <p class="actions">
          <a class="button primary" href="/connect">
            Connect your partner tenant
          </a>
          <a class="button" href="/setup">
            Set up step by step
          </a>
        </p>
      ) : (
        <p>Ask an Admin of your workspace to connect the partner tenant.</p>
      )}
    </div>
  );
}

function Needs({ waiting, viewer }: { waiting: readonly Need[]; viewer: Viewer }) {
  return (
    <section aria-labelledby="needs">
      <h2 id="needs">What needs you</h2>
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
            {waiting.slice(0, SHOWN).map((need) => (
              <NeedRow need={need} viewer={viewer} />
            ))}
          </tbody>
        </table>
      </div>
      {waiting.length > SHOWN ? (
        <p class="pages">
          <a href="/connections?group=needsYou&sort=gdap">All {count(waiting.length)}</a>
        </p>
      ) : null}
    </section>
  );
}

function NeedRow({ need: { row, words, whatToDo }, viewer }: { need: Need; viewer: Viewer }) {
  return (
    <tr data-tenant={row.tenantId} data-screen={row.screen}>
      <th scope="row">
        <a href={`/customers/${row.tenantId}`}>{row.name}</a>
      </th>
      <td data-label="Status">
        <Status tone={words.tone} word={words.word} />
      </td>
      <td data-label="What to do" class="wide">
        {whatToDo}
      </td>
      <td data-label="Next" class="nowrap">
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
