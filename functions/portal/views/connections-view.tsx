// The Connections page: is each connection well, and how does each customer stand?
import type { ConnectionDoc, DiscoveryDoc } from '../../../shared/connections/documents.ts';
import type { ExpiryWarning } from '../../../shared/connections/expiry-warnings.ts';
import { explainReason } from '../../../shared/connections/reasons.ts';
import { failedChecks, reasonOfCheck } from '../../../shared/connections/standing-checks.ts';
import type { CustomerRow } from '../../../shared/customers/rows.ts';
import { ExpiryWarnings } from '../parts/expiry-warnings.tsx';
import { type CheckAgain, Explained } from '../parts/explanation.tsx';
import { CsrfField, type Viewer, workPage } from '../parts/layout.tsx';
import { Notice } from '../parts/notice.tsx';
import { Progress } from '../parts/progress.tsx';
import { Status } from '../parts/status.tsx';
import { Age } from '../parts/time.tsx';
import { connectionWords, count, kindWords, plural } from '../parts/words.ts';
import { address, CustomerTable, type CustomerTableModel } from './customer-table.tsx';

export interface ConnectionCard {
  connection: ConnectionDoc;
  discovery: DiscoveryDoc | undefined;
}

export interface ConnectionsModel extends CustomerTableModel {
  cards: readonly ConnectionCard[];
  notice: string | undefined;
  warnings: readonly ExpiryWarning[];
}

const underWay = (discovery: DiscoveryDoc | undefined) =>
  discovery?.status === 'queued' || discovery?.status === 'running';

/** The page as a document. */
export function connectionsView(model: ConnectionsModel): string {
  const { viewer, cards, list, query } = model;
  return workPage({
    title: 'Connections',
    place: 'connections',
    viewer,
    children: (
      <>
        <div class="head">
          <h1>Connections</h1>
          {viewer.role === 'Admin' && cards.length === 0 ? (
            <a class="button primary" href="/connect">
              Connect your partner tenant
            </a>
          ) : null}
        </div>
        <Notice code={model.notice} />
        <ExpiryWarnings warnings={model.warnings} viewer={viewer} />
        {cards.length === 0 ? <Empty viewer={viewer} /> : null}
        <div id="cards" data-live>
          {cards.map((card) => (
            <Card card={card} customers={list.counts.all} model={model} />
          ))}
        </div>
        <Progress words={progressWords(cards, list.rows)} address={address(query, { page: list.page })} />
        {hasCustomers(model) ? <CustomerTable model={model} /> : null}
      </>
    ),
  });
}

/** Before anything was ever connected there is nothing to wait for. */
function hasCustomers({ cards, list }: ConnectionsModel): boolean {
  return list.counts.all > 0 || cards.some(({ connection }) => connection.state === 'Connected');
}

function progressWords(cards: readonly ConnectionCard[], rows: readonly CustomerRow[]): string | undefined {
  const reading = cards.find(({ discovery }) => underWay(discovery))?.discovery;
  if (reading && reading.total > 0)
    return `Reading customers: ${count(reading.done)} of ${count(reading.total)} admin relationships`;
  if (reading) return 'Reading customers…';
  if (cards.some(({ connection }) => connection.state === 'AuthPending'))
    return 'Checking the sign-in; this may take several minutes.';
  const syncing = rows.filter(({ sync }) => sync?.status === 'Syncing' || sync?.status === 'Pending').length;
  const consenting = rows.filter(
    ({ consent }) => consent?.status === 'ConsentPending' || consent?.status === 'InProgress',
  ).length;
  const parts = [
    ...(syncing > 0 ? [`Syncing ${plural(syncing, 'customer')}`] : []),
    ...(consenting > 0 ? [`waiting for Microsoft to confirm ${plural(consenting, 'consent')}`] : []),
  ];
  return parts.length > 0 ? parts.join(', ') : undefined;
}

function Empty({ viewer }: { viewer: Viewer }) {
  return (
    <div class="card">
      <h2>Nothing is connected yet</h2>
      <p>
        Here you will see your partner tenant, and below it every customer with its admin relationship, its consent and
        its sync.
      </p>
      {viewer.role === 'Admin' ? (
        <p>
          Begin by connecting your partner tenant: it takes a Global Administrator who signs in with multi-factor
          authentication and is in AdminAgents.
        </p>
      ) : (
        <p>Ask an Admin of your workspace to connect the partner tenant.</p>
      )}
    </div>
  );
}

function Card({ card, customers, model }: { card: ConnectionCard; customers: number; model: ConnectionsModel }) {
  const { connection, discovery } = card;
  const { nowMs } = model;
  const check = {
    path: `/connections/${connection.connectionId}/check`,
    csrfToken: model.viewer.csrfToken,
    about: `whether ${connection.name} works`,
  };
  // Signed in, but of no use while its customers cannot be read.
  const failing = connection.state === 'Connected' && discovery?.status === 'failed';
  const state = connectionWords[failing ? 'Error' : connection.state];
  const size = customers > 0 ? `, with ${plural(customers, 'tenant')}` : '';
  return (
    <section class="card" aria-label={connection.name} data-connection={connection.state}>
      <div class="split">
        <div>
          <p class="title">
            <strong>{connection.name}</strong>{' '}
            <span class="quiet">
              {kindWords(connection.kind)}
              {size}
            </span>
          </p>
          <Status tone={state.tone} word={state.word} />{' '}
          <span class="quiet">
            last synced <Age at={discovery?.lastSuccessAt} nowMs={nowMs} />
            {connection.domain ? ` · ${connection.domain}` : ''}
          </span>
        </div>
        <CardActions connection={connection} viewer={model.viewer} />
      </div>
      <Explained
        explanation={connection.state === 'Connected' ? null : connection.explanation}
        {...(connection.state === 'ReauthRequired' ? { check } : {})}
      />
      <FailedChecks connection={connection} check={check} />
      <Discovery discovery={discovery} check={check} />
    </section>
  );
}

/** Anybody may have customers read again; signing in again is an Admin's. */
function CardActions({ connection, viewer }: { connection: ConnectionDoc; viewer: Viewer }) {
  const { connectionId, state } = connection;
  const mend = state === 'AuthFailed' || state === 'ReauthRequired' || state === 'Error';
  return (
    <div class="actions">
      {state === 'Connected' ? (
        <form class="inline" method="post" action={`/connections/${connectionId}/refresh`}>
          <CsrfField token={viewer.csrfToken} />
          <button type="submit">Refresh</button>
        </form>
      ) : null}
      {viewer.role === 'Admin' && state === 'NotConnected' ? (
        <a class="button primary" href="/connect">
          Connect your partner tenant
        </a>
      ) : null}
      {viewer.role === 'Admin' && state !== 'NotConnected' ? (
        <form class="inline" method="post" action={`/connections/${connectionId}/reauthorize`}>
          <CsrfField token={viewer.csrfToken} />
          <button type="submit" class={mend ? 'primary' : undefined}>
            Reauthorize CSP
          </button>
        </form>
      ) : null}
    </div>
  );
}

/** What a test of a connection that stands found wrong; gone when the next test finds it mended. */
function FailedChecks({ connection, check }: { connection: ConnectionDoc; check: CheckAgain }) {
  if (connection.state !== 'Connected') return null;
  const [failed] = failedChecks(connection);
  if (!failed) return null;
  const explanation = { ...explainReason(reasonOfCheck[failed.name]), meaning: failed.detail };
  return <Explained explanation={explanation} heading="The test of the connection failed." check={check} />;
}

function Discovery({ discovery, check }: { discovery: DiscoveryDoc | undefined; check: CheckAgain }) {
  if (!discovery) return null;
  if (discovery.status === 'failed')
    return <Explained explanation={discovery.explanation} heading="Customers could not be read." check={check} />;
  if (underWay(discovery)) {
    if (discovery.total === 0) return null;
    return (
      <progress
        class="progress"
        aria-label="Admin relationships read"
        max={String(discovery.total)}
        value={String(discovery.done)}
      />
    );
  }
  const silent = discovery.sources.filter(({ ok }) => !ok);
  if (silent.length === 0) return null;
  return (
    <p class="quiet aside">
      {silent.map(({ source, detail }) => `${sourceWords[source]} did not answer: ${detail}`).join(' ')}
    </p>
  );
}

const sourceWords = { gdap: 'GDAP', contracts: 'Reseller contracts', partnerCenter: 'Partner Center' } as const;
