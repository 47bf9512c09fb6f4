// The Connections page: is each connection well, and how does each customer stand?
import type { ExpiryWarning } from '../../../shared/connections/expiry-warnings.ts';
import type { RemovalDoc } from '../../../shared/connections/removal/documents.ts';
import type { CustomerRow } from '../../../shared/customers/rows.ts';
import { ExpiryWarnings } from '../parts/expiry-warnings.tsx';
import { type Viewer, workPage } from '../parts/layout.tsx';
import { ConnectMenu } from '../parts/menus.tsx';
import { Notice } from '../parts/notice.tsx';
import { Progress } from '../parts/progress.tsx';
import { count, day, plural } from '../parts/words.ts';
import { Card, type ConnectionCard, isReading } from './connection-card.tsx';
import { address, CustomerTable, type CustomerTableModel } from './customer-table.tsx';

export interface ConnectionsModel extends CustomerTableModel {
  cards: readonly ConnectionCard[];
  notice: string | undefined;
  warnings: readonly ExpiryWarning[];
  /** Of connections that are gone, the newest first. */
  removed: readonly RemovalDoc[];
}

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
          {viewer.role === 'Admin' ? <ConnectMenu hasConnections={cards.length > 0} /> : null}
        </div>
        <Notice code={model.notice} />
        <ExpiryWarnings warnings={model.warnings} viewer={viewer} />
        {cards.length === 0 ? <Empty viewer={viewer} /> : null}
        <div id="cards" data-live>
          {cards.filter(hasCard).map((card) => (
            <Card card={card} viewer={viewer} nowMs={model.nowMs} />
          ))}
        </div>
        <Progress words={progressWords(cards, list.rows)} address={address(query, { page: list.page })} />
        {hasCustomers(model) ? <CustomerTable model={model} /> : null}
        <Removed removed={model.removed} viewer={viewer} />
      </>
    ),
  });
}

/** A single tenant that works is a row of the table, with its actions in the row's menu: SY-16. */
function hasCard({ connection }: ConnectionCard): boolean {
  return connection.kind === 'microsoft_csp' || connection.state !== 'Connected';
}

/** Before anything was ever connected there is nothing to wait for. */
function hasCustomers({ cards, list }: ConnectionsModel): boolean {
  return list.counts.all > 0 || cards.some(({ connection }) => connection.state === 'Connected');
}

function progressWords(cards: readonly ConnectionCard[], rows: readonly CustomerRow[]): string | undefined {
  const leaving = cards.find(({ connection }) => connection.state === 'Removing');
  if (leaving?.removal)
    return `Removing ${leaving.connection.name}: ${count(leaving.removal.done)} of ${plural(leaving.removal.total, 'customer')}`;
  const reading = cards.find(({ discovery }) => isReading(discovery))?.discovery;
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
        <>
          <p>
            Begin by connecting your partner tenant: it takes a Global Administrator who signs in with multi-factor
            authentication and is in AdminAgents. A tenant that you have no admin relationship with is connected by
            itself.
          </p>
          <p class="actions">
            <a class="button primary" href="/connect">
              Connect your partner tenant
            </a>
            <a class="button" href="/connect/single">
              Connect a single tenant
            </a>
          </p>
        </>
      ) : (
        <p>Ask an Admin of your workspace to connect the partner tenant.</p>
      )}
    </div>
  );
}

/** What was removed within the month: what it left to do stays to be found. */
function Removed({ removed, viewer }: { removed: readonly RemovalDoc[]; viewer: Viewer }) {
  if (removed.length === 0) return null;
  return (
    <section aria-labelledby="removed">
      <h2 id="removed">Removed lately</h2>
      <ul>
        {removed.map(({ connectionId, name, total, contacts, finishedAt }) => (
          <li data-removed={connectionId}>
            <strong>{name}</strong>
            {finishedAt ? `, ${day(finishedAt)}` : ''}: {plural(total, 'customer')} removed, {plural(contacts, 'user')}{' '}
            kept as contacts.{' '}
            {viewer.role === 'Admin' ? <a href={`/connections/${connectionId}/remove`}>Details</a> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
