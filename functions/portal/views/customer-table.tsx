// The table of customers on the Connections page: filters, columns to sort by, a row with its next action and menu.
import type { CustomerList } from '../../../shared/customers/list.ts';
import type { CustomerRow, RowQuery, SortKey } from '../../../shared/customers/rows.ts';
import { type ScreenStatus, screenStatuses, screenWords } from '../../../shared/customers/screen-status.ts';
import { NextStep } from '../parts/action.tsx';
import { Domain } from '../parts/domain.tsx';
import type { Viewer } from '../parts/layout.tsx';
import { MenuButton, NotYet, RowMenuFrame } from '../parts/menus.tsx';
import { Pages } from '../parts/pages.tsx';
import { Status } from '../parts/status.tsx';
import { Age, Nothing } from '../parts/time.tsx';
import { ago, consentWords, count, gdapReasonWords, gdapWords, plural, syncWords } from '../parts/words.ts';

export interface CustomerTableModel {
  viewer: Viewer;
  nowMs: number;
  /** Of syncs: what is twice as old is late. */
  intervalMs: number;
  list: CustomerList;
  query: RowQuery;
  /** Of the connections, by their ids. */
  names: Readonly<Record<string, string>>;
}

/** An address of this page with some of its query changed. */
export function address(query: RowQuery, change: RowQuery): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, page: undefined, ...change }))
    if (value !== undefined && value !== '' && value !== false) parameters.set(name, String(value));
  const text = parameters.toString();
  return text === '' ? '/connections' : `/connections?${text}`;
}

/** The customers of all connections: filters, the table, pages. */
export function CustomerTable({ model }: { model: CustomerTableModel }) {
  const { list, query } = model;
  if (list.counts.all === 0) {
    return (
      <div class="card" id="customers" data-live>
        <h2>No customers yet</h2>
        <p>
          Customers appear here as soon as Microsoft has named them. If your partner tenant has some, choose Refresh.
        </p>
      </div>
    );
  }
  return (
    <section aria-label="Customers">
      <Filters model={model} />
      <div class="table" id="customers" data-live>
        <table class="cards sorts">
          <caption>
            {list.matching === list.counts.all
              ? plural(list.matching, 'customer')
              : `${count(list.matching)} of ${plural(list.counts.all, 'customer')}`}
            . Unused seats leave out free products.{' '}
            <a href="/help#word-status-Active">What Partner Center calls each status</a>
          </caption>
          <thead>
            <tr>
              <SortHead label="Customer" sort="name" query={query} />
              <th scope="col">CSP name</th>
              <SortHead label="GDAP" over="CSP auth" sort="gdap" query={query} />
              <SortHead label="Consent" sort="consent" query={query} />
              <SortHead label="Sync" sort="sync" query={query} />
              <SortHead label="Last sync" sort="lastSync" query={query} />
              <SortHead label="Users" sort="users" query={query} number />
              <SortHead label="Unused seats" sort="unused" query={query} number />
              <th scope="col" class="menus">
                <span class="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {list.rows.map((row) => (
              <Row row={row} model={model} />
            ))}
            {list.rows.length === 0 ? (
              <tr>
                <td colSpan={9} class="none">
                  No customer matches. <a href="/connections">Show all {count(list.counts.all)}</a>
                </td>
              </tr>
            ) : null}
          </tbody>
        </table>
      </div>
      <Pages page={list.page} pages={list.pages} at={(page) => address(query, { page })} />
    </section>
  );
}

function Filters({ model }: { model: CustomerTableModel }) {
  const { list, query } = model;
  const groups = [
    ['All', undefined, list.counts.all],
    ['Ready', 'ready', list.counts.ready],
    ['Needs you', 'needsYou', list.counts.needsYou],
    ['Waiting', 'waiting', list.counts.waiting],
  ] as const;
  return (
    <div class="filters" id="filters" data-live>
      <nav class="groups" aria-label="Filter by group">
        {groups.map(([word, group, number]) => (
          <a
            href={address(query, { group, status: undefined })}
            aria-current={query.group === group && !query.status ? 'true' : undefined}
          >
            {word} {count(number)}
          </a>
        ))}
      </nav>
      <form method="get" action="/connections" class="actions">
        {(['connection', 'group', 'status', 'sort', 'descending'] as const).map((name) =>
          query[name] ? <input type="hidden" name={name} value={String(query[name])} /> : null,
        )}
        <label class="visually-hidden" for="text">
          Name, domain or tenant id
        </label>
        <input id="text" type="search" name="text" value={query.text ?? ''} placeholder="Name, domain or tenant id" />
        <button type="submit">Filter</button>
      </form>
      <StatusFilters model={model} />
      {query.connection ? (
        <p class="quiet">
          Only customers of {model.names[query.connection] ?? 'a connection that is gone'}.{' '}
          <a href={address(query, { connection: undefined })}>Show those of all connections</a>
        </p>
      ) : null}
    </div>
  );
}

/** One for each status that there is, with its count, in the order in which they need somebody. */
function StatusFilters({ model }: { model: CustomerTableModel }) {
  const { list, query } = model;
  const shown = screenStatuses.filter((status) => (list.counts.byStatus[status] ?? 0) > 0 || status === query.status);
  return (
    <nav class="groups statuses" aria-label="Filter by status">
      {shown.map((status) => (
        <a
          href={address(query, { group: undefined, status: status === query.status ? undefined : status })}
          aria-current={status === query.status ? 'true' : undefined}
          data-filter={status}
        >
          <Status tone={screenWords[status].tone} word={screenWords[status].word} />{' '}
          <span class="tally">{count(list.counts.byStatus[status] ?? 0)}</span>
        </a>
      ))}
    </nav>
  );
}

interface SortHeadProps {
  label: string;
  /** What others call it, above the label. */
  over?: string;
  sort: SortKey;
  query: RowQuery;
  number?: boolean;
}

function SortHead({ label, over, sort, query, number }: SortHeadProps) {
  const current = (query.sort ?? 'name') === sort;
  const direction = query.descending ? 'descending' : 'ascending';
  return (
    <th scope="col" class={number ? 'number' : undefined} aria-sort={current ? direction : undefined}>
      {over ? <span class="note">{over}</span> : null}
      <a href={address(query, { sort, descending: current && !query.descending })}>
        {label}
        {current ? <span aria-hidden="true">{query.descending ? ' ↓' : ' ↑'}</span> : null}
      </a>
    </th>
  );
}

function Row({ row, model }: { row: CustomerRow; model: CustomerTableModel }) {
  const { viewer, nowMs } = model;
  const { gdap, consent } = row.readiness;
  const screen: ScreenStatus = row.screen;
  const gdapWord = gdapWords[gdap.status];
  const consentWord = consentWords[consent];
  const { action } = row;
  const gdapFirst = screen === gdap.status;
  const connectionName = model.names[row.connectionId];
  const step = (
    <NextStep
      action={action}
      tenantId={row.tenantId}
      connectionId={row.connectionId}
      customerName={row.name}
      csrfToken={viewer.csrfToken}
      mayChange={viewer.role === 'Admin'}
    />
  );
  return (
    <tr data-tenant={row.tenantId} data-screen={screen}>
      <th scope="row">
        <a href={`/customers/${row.tenantId}`}>{row.name}</a>
        <Domain name={row.domain} />
        {isSingle(row) ? (
          <span class="note">
            single tenant, <a href={`/connections/${row.connectionId}`}>{connectionName ?? 'its connection'}</a>
          </span>
        ) : null}
        {row.missingSince ? <span class="note">no longer a customer since {ago(row.missingSince, nowMs)}</span> : null}
      </th>
      <td data-label="CSP name" class="words">
        {isSingle(row) || !connectionName ? (
          <Nothing />
        ) : (
          <a href={`/connections/${row.connectionId}`}>{connectionName}</a>
        )}
      </td>
      <td data-label="GDAP">
        {gdap.status === 'NotApplicable' ? <Nothing /> : <Status tone={gdapWord.tone} word={gdapWord.word} />}
        <GdapNote row={row} nowMs={nowMs} />
        {gdapFirst && action !== 'none' ? <div>{step}</div> : null}
      </td>
      <td data-label="Consent">
        {consent === 'NotRequested' ? (
          gdapFirst && <Nothing />
        ) : (
          <Status tone={consentWord.tone} word={consentWord.word} />
        )}
        <ConsentNote row={row} nowMs={nowMs} />
        {gdapFirst ? null : <div>{step}</div>}
      </td>
      <td data-label="Sync">{row.sync ? <Status {...syncWords[row.sync.status]} /> : <Nothing />}</td>
      <td data-label="Last sync" class="words">
        <Age at={row.lastSyncAt} nowMs={nowMs} lateMs={2 * model.intervalMs} />
        <FirstSync row={row} />
      </td>
      <td data-label="Users" class="number">
        {row.sync?.counts ? count(row.sync.counts.users) : <Nothing />}
      </td>
      <td data-label="Unused seats" class="number">
        {row.sync?.counts ? count(row.sync.counts.unusedPaidSeats) : <Nothing />}
      </td>
      <td class="menus">
        <RowMenu row={row} viewer={viewer} />
      </td>
    </tr>
  );
}

/** A single tenant belongs to no CSP: SY-20, SY-25. */
function isSingle(row: CustomerRow): boolean {
  return row.readiness.gdap.status === 'NotApplicable';
}

/** Connected is not synced yet: say that waiting is normal. */
function FirstSync({ row }: { row: CustomerRow }) {
  if (!row.sync || row.sync.firstSyncedAt || row.sync.status === 'Paused') return null;
  return <span class="note">the first sync may take up to 48 hours</span>;
}

function GdapNote({ row, nowMs }: { row: CustomerRow; nowMs: number }) {
  const { gdap } = row.readiness;
  if (gdap.reason) {
    const renewal = gdap.renewalRequested ? ' · renewal requested' : '';
    return (
      <span class="note">
        {gdapReasonWords[gdap.reason]}
        {renewal}
      </span>
    );
  }
  if (gdap.status === 'Expiring' && gdap.expiresAtMs !== null)
    return <span class="note">ends {ago(new Date(gdap.expiresAtMs).toISOString(), nowMs)}</span>;
  if (gdap.status === 'Active' && gdap.expiresAtMs === null && gdap.extendsAtMs !== null)
    return <span class="note">extends itself {ago(new Date(gdap.extendsAtMs).toISOString(), nowMs)}</span>;
  return null;
}

function ConsentNote({ row, nowMs }: { row: CustomerRow; nowMs: number }) {
  if (row.consentStuck) return <span class="note">taking longer than it should</span>;
  const next = row.screen === 'ConsentFailure' ? row.consent?.nextAttemptAt : null;
  return next ? <span class="note">tried again {ago(next, nowMs)}</span> : null;
}

function RowMenu({ row, viewer }: { row: CustomerRow; viewer: Viewer }) {
  const consented = row.readiness.consent === 'Granted';
  const choices = [
    { word: 'Sync now', path: 'sync', offered: row.readiness.ready },
    { word: 'Check consent again', path: 'consent/check', offered: row.consent !== null },
    { word: 'Create consent link', path: 'consent-links', offered: viewer.role === 'Admin' && !consented },
  ];
  return (
    <RowMenuFrame about={row.name}>
      <a href={`/customers/${row.tenantId}`}>Open</a>
      {choices
        .filter(({ offered }) => offered)
        .map(({ word, path }) => (
          <MenuButton word={word} path={`/customers/${row.tenantId}/${path}`} csrfToken={viewer.csrfToken} />
        ))}
      {viewer.role === 'Admin' ? <ConnectionChoices row={row} viewer={viewer} /> : null}
    </RowMenuFrame>
  );
}

/** SY-38: mapping for every tenant; a single one has a connection of its own to sign in for and to remove. */
function ConnectionChoices({ row, viewer }: { row: CustomerRow; viewer: Viewer }) {
  const path = `/connections/${row.connectionId}`;
  return (
    <>
      <NotYet word="Map" />
      {isSingle(row) ? (
        <>
          <MenuButton word="Reauthorize" path={`${path}/reauthorize`} csrfToken={viewer.csrfToken} />
          <a href={`${path}/remove`} class="danger">
            Remove integration…
          </a>
        </>
      ) : null}
    </>
  );
}
