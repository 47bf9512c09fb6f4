// The Connections page: is each connection well, and how does each customer stand?
import type { ConnectionDoc, DiscoveryDoc } from '../../../shared/connections/documents.ts';
import type { CustomerRow } from '../../../shared/customers/rows.ts';
import { Explained } from '../parts/explanation.tsx';
import { CsrfField, type Viewer, workPage } from '../parts/layout.tsx';
import { Notice } from '../parts/notice.tsx';
import { Status } from '../parts/status.tsx';
import { Age } from '../parts/time.tsx';
import { connectionWords, count, kindWords, plural } from '../parts/words.ts';
import { CustomerTable, type CustomerTableModel } from './customer-table.tsx';

export interface ConnectionCard {
  connection: ConnectionDoc;
  discovery: DiscoveryDoc | undefined;
}

export interface ConnectionsModel extends CustomerTableModel {
  cards: readonly ConnectionCard[];
  notice: string | undefined;
}

const underWay = (discovery: DiscoveryDoc | undefined) =>
  discovery?.status === 'queued' || discovery?.status === 'running';

/** The page as a document. */
export function connectionsView(model: ConnectionsModel): string {
  const { viewer, cards, list } = model;
  const busy =
    cards.some(({ connection, discovery }) => underWay(discovery) || connection.state === 'AuthPending') ||
    list.rows.some(moving);
  return workPage({
    title: 'Connections',
    place: 'connections',
    viewer,
    children: (
      <div data-poll={busy ? '3000' : undefined}>
        <div class="head">
          <h1>Connections</h1>
          {viewer.role === 'Admin' && cards.length === 0 ? (
            <a class="button primary" href="/connect">
              Connect your partner tenant
            </a>
          ) : null}
        </div>
        <Notice code={model.notice} />
        {cards.length === 0 ? <Empty viewer={viewer} /> : null}
        <div id="cards" data-live aria-live="polite">
          {cards.map((card) => (
            <Card card={card} customers={list.counts.all} model={model} />
          ))}
        </div>
        {cards.length > 0 ? <CustomerTable model={model} /> : null}
      </div>
    ),
  });
}

function moving({ sync, consent }: CustomerRow): boolean {
  return (
    sync?.status === 'Syncing' ||
    sync?.status === 'Pending' ||
    consent?.status === 'ConsentPending' ||
    consent?.status === 'InProgress'
  );
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
  const { viewer, nowMs } = model;
  const state = connectionWords[connection.state];
  return (
    <section class="card" aria-label={connection.name}>
      <div class="card-line head">
        <div>
          <strong>{connection.name}</strong>{' '}
          <span class="quiet">
            · {kindWords(connection.kind)}, with {plural(customers, 'tenant')}
          </span>
          <br />
          <Status tone={state.tone} word={state.word} />{' '}
          <span class="quiet">
            last synced <Age at={discovery?.lastSuccessAt} nowMs={nowMs} />
            {connection.domain ? ` · ${connection.domain}` : ''}
          </span>
        </div>
        {viewer.role === 'Admin' ? (
          <div class="actions">
            <form class="inline" method="post" action={`/connections/${connection.connectionId}/refresh`}>
              <CsrfField token={viewer.csrfToken} />
              <button type="submit" disabled={connection.state !== 'Connected'}>
                Refresh
              </button>
            </form>
            <form class="inline" method="post" action={`/connections/${connection.connectionId}/reauthorize`}>
              <CsrfField token={viewer.csrfToken} />
              <button type="submit">Reauthorize CSP</button>
            </form>
          </div>
        ) : null}
      </div>
      <Explained explanation={connection.state === 'Connected' ? null : connection.explanation} />
      <Discovery discovery={discovery} />
    </section>
  );
}

function Discovery({ discovery }: { discovery: DiscoveryDoc | undefined }) {
  if (!discovery) return null;
  if (discovery.status === 'failed')
    return <Explained explanation={discovery.explanation} heading="Customers could not be read." />;
  if (!underWay(discovery)) {
    const silent = discovery.sources.filter(({ ok }) => !ok);
    if (silent.length === 0) return null;
    return (
      <p class="quiet">
        {silent.map(({ source, detail }) => `${sourceWords[source]} did not answer: ${detail}`).join(' ')}
      </p>
    );
  }
  const words =
    discovery.total > 0
      ? `Reading customers: ${count(discovery.done)} of ${count(discovery.total)} admin relationships`
      : 'Reading customers…';
  return (
    <p>
      <label>
        {words}
        <progress class="progress" max={String(Math.max(1, discovery.total))} value={String(discovery.done)} />
      </label>
    </p>
  );
}

const sourceWords = { gdap: 'GDAP', contracts: 'Reseller contracts', partnerCenter: 'Partner Center' } as const;
