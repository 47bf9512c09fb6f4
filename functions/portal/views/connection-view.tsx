// One connection: its card, then the facts behind it. Its id is in the address and here to copy (MP-04).
import type { ExpiryWarning } from '../../../shared/connections/expiry-warnings.ts';
import type { RemovalCounts } from '../../../shared/connections/removal/documents.ts';
import { ExpiryWarnings } from '../parts/expiry-warnings.tsx';
import { type Viewer, workPage } from '../parts/layout.tsx';
import { Notice } from '../parts/notice.tsx';
import { Progress } from '../parts/progress.tsx';
import { Status } from '../parts/status.tsx';
import { Age } from '../parts/time.tsx';
import { count, dateTime, kindWords, plural } from '../parts/words.ts';
import { Card, type ConnectionCard, isReading } from './connection-card.tsx';

export interface ConnectionModel {
  viewer: Viewer;
  nowMs: number;
  card: ConnectionCard;
  counts: RemovalCounts;
  warnings: readonly ExpiryWarning[];
  notice: string | undefined;
}

/** The page as a document. */
export function connectionView(model: ConnectionModel): string {
  const { viewer, nowMs, card } = model;
  const { connection } = card;
  return workPage({
    title: connection.name,
    place: 'connections',
    viewer,
    children: (
      <>
        <p class="crumb">
          <a href="/connections">Connections</a>
        </p>
        <div class="head">
          <h1>{connection.name}</h1>
        </div>
        <Notice code={model.notice} />
        <ExpiryWarnings warnings={model.warnings} viewer={viewer} />
        <div id="cards" data-live>
          <Card card={card} viewer={viewer} nowMs={nowMs} here />
        </div>
        <Progress words={underWay(card)} address={`/connections/${connection.connectionId}`} />
        <Facts model={model} />
        <Checks card={card} />
      </>
    ),
  });
}

function underWay({ connection, discovery, removal }: ConnectionCard): string | undefined {
  if (connection.state === 'Removing' && removal)
    return `Removing customers: ${count(removal.done)} of ${count(removal.total)}`;
  if (connection.state === 'AuthPending') return 'Checking the sign-in; this may take several minutes.';
  return isReading(discovery) ? 'Reading customers…' : undefined;
}

function Facts({ model }: { model: ConnectionModel }) {
  const { card, counts, nowMs, viewer } = model;
  const { connection, customers } = card;
  const { connectionId, app } = connection;
  return (
    <section aria-labelledby="facts">
      <h2 id="facts">Facts</h2>
      <dl class="facts card">
        <dt>Connection id</dt>
        <dd>
          <code>{connectionId}</code>
        </dd>
        <dt>Kind</dt>
        <dd>{kindWords(connection.kind)}</dd>
        <dt>Tenant</dt>
        <dd>
          {connection.tenantId ? <code>{connection.tenantId}</code> : '–'}
          {connection.domain ? ` ${connection.domain}` : ''}
        </dd>
        <dt>App registration</dt>
        <dd>
          {app.kind === 'own' ? <OwnApp connectionId={connectionId} isAdmin={viewer.role === 'Admin'} /> : 'Tenantry’s'}
        </dd>
        <dt>Signed in as</dt>
        <dd>{connection.account ? `${connection.account.name} (${connection.account.username})` : 'nobody yet'}</dd>
        <dt>In this state since</dt>
        <dd>
          <Age at={connection.stateSince} nowMs={nowMs} />
        </dd>
        <dt>Made</dt>
        <dd>{dateTime(connection.createdAt)}</dd>
        <dt>Customers</dt>
        <dd>
          {customers > 0 ? (
            <a href={`/connections?connection=${connectionId}`}>{plural(customers, 'customer')}</a>
          ) : (
            'none yet'
          )}
          {counts.users > 0 ? `, with ${plural(counts.users, 'user')} and ${plural(counts.licences, 'licence')}` : ''}
        </dd>
      </dl>
    </section>
  );
}

function OwnApp({ connectionId, isAdmin }: { connectionId: string; isAdmin: boolean }) {
  return isAdmin ? <a href={`/connections/${connectionId}/app`}>Your own</a> : <>Your own</>;
}

const checkWords: Readonly<Record<string, string>> = {
  globalAdministrator: 'Global Administrator',
  mfa: 'Multi-factor authentication',
  adminAgents: 'Member of AdminAgents',
  customers: 'Has customers',
};

function Checks({ card: { connection } }: { card: ConnectionCard }) {
  if (connection.checks.length === 0) return null;
  return (
    <section aria-labelledby="checks">
      <h2 id="checks">What was checked</h2>
      <ul class="checks">
        {connection.checks.map(({ name, ok, detail }) => (
          <li>
            <Status tone={ok ? 'done' : 'needsPerson'} word={checkWords[name] ?? name} /> {detail}
          </li>
        ))}
      </ul>
    </section>
  );
}
