// The table of customers on the Connections page: filters, columns to sort by, a row with its next action and menu.
import type { CustomerList } from '../../../shared/customers/list.ts';
import type { CustomerRow, RowQuery, SortKey } from '../../../shared/customers/rows.ts';
import { type ScreenStatus, screenStatuses, screenWords } from '../../../shared/customers/screen-status.ts';
import { NextStep } from '../parts/action.tsx';
import { CsrfField, type Viewer } from '../parts/layout.tsx';
import { Status } from '../parts/status.tsx';
import { Age } from '../parts/time.tsx';
import { ago, consentWords, count, gdapReasonWords, gdapWords, plural, syncWords } from '../parts/words.ts';

export interface CustomerTableModel {
  viewer: Viewer;
  nowMs: number;
  list: CustomerList;
  query: RowQuery;
}

/** An address of this page with some of its query changed. */
function address(query: RowQuery, change: RowQuery): string {
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
      <div class="table menus" id="customers" data-live aria-live="polite">
        <table class="cards">
          <caption>
            {list.matching === list.counts.all
              ? plural(list.matching, 'customer')
              : `${count(list.matching)} of ${plural(list.counts.all, 'customer')}`}
          </caption>
          <thead>
            <tr>
              <SortHead label="Customer" sort="name" query={query} />
              <SortHead label="GDAP" sort="gdap" query={query} />
              <SortHead label="Consent" sort="consent" query={query} />
              <SortHead label="Sync" sort="sync" query={query} />
              <SortHead label="Last sync" sort="lastSync" query={query} />
              <SortHead label="Users" sort="users" query={query} number />
              <SortHead label="Unused seats" sort="unused" query={query} number />
              <th>
                <span class="visually-hidden">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {list.rows.map((row) => (
              <Row row={row} model={model} />
            ))}
          </tbody>
        </table>
      </div>
      <Pages list={list} query={query} />
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
    <div class="filters">
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
        {query.group ? <input type="hidden" name="group" value={query.group} /> : null}
        <label class="visually-hidden" for="status">
          Status
        </label>
        <select id="status" name="status">
          <option value="">Any status</option>
          {screenStatuses
            .filter((status) => (list.counts.byStatus[status] ?? 0) > 0 || status === query.status)
            .map((status) => (
              <option value={status} selected={status === query.status}>
                {`${screenWords[status].word} (${count(list.counts.byStatus[status] ?? 0)})`}
              </option>
            ))}
        </select>
        <label class="visually-hidden" for="text">
          Name, domain or tenant id
        </label>
        <input id="text" type="search" name="text" value={query.text ?? ''} placeholder="Name, domain or tenant id" />
        <button type="submit">Filter</button>
      </form>
    </div>
  );
}

function SortHead({ label, sort, query, number }: { label: string; sort: SortKey; query: RowQuery; number?: boolean }) {
  const current = (query.sort ?? 'name') === sort;
  const direction = query.descending ? 'descending' : 'ascending';
  return (
    <th scope="col" class={number ? 'number' : undefined} aria-sort={current ? direction : undefined}>
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
  const action = screenWords[screen].action;
  const gdapFirst = screen === gdap.status;
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
        {row.domain ? <span class="note">{row.domain}</span> : null}
        {row.missingSince ? <span class="note">no longer a customer since {ago(row.missingSince, nowMs)}</span> : null}
      </th>
      <td data-label="GDAP">
        {gdap.status === 'NotApplicable' ? (
          <span class="quiet">–</span>
        ) : (
          <Status tone={gdapWord.tone} word={gdapWord.word} />
        )}
        <GdapNote row={row} nowMs={nowMs} />
        {gdapFirst && action !== 'none' ? <div>{step}</div> : null}
      </td>
      <td data-label="Consent">
        {consent === 'NotRequested' && !gdapFirst ? null : <Status tone={consentWord.tone} word={consentWord.word} />}
        {gdapFirst ? null : <div>{step}</div>}
      </td>
      <td data-label="Sync">{row.sync ? <Status {...syncWords[row.sync.status]} /> : <span class="quiet">–</span>}</td>
      <td data-label="Last sync" class="nowrap">
        <Age at={row.lastSyncAt} nowMs={nowMs} />
        <FirstSync row={row} />
      </td>
      <td data-label="Users" class="number">
        {row.sync?.counts ? count(row.sync.counts.users) : '–'}
      </td>
      <td data-label="Unused seats" class="number">
        {row.sync?.counts ? count(row.sync.counts.unusedSeats) : '–'}
      </td>
      <td>
        <RowMenu row={row} viewer={viewer} />
      </td>
    </tr>
  );
}

/** Connected is not synced yet: say that waiting is normal. */
function FirstSync({ row }: { row: CustomerRow }) {
  if (!row.sync || row.sync.firstSyncedAt || row.sync.status === 'Paused') return null;
  return <span class="note">the first sync may take up to 48 hours</span>;
}

function GdapNote({ row, nowMs }: { row: CustomerRow; nowMs: number }) {
  const { gdap } = row.readiness;
  if (gdap.reason) return <span class="note">{gdapReasonWords[gdap.reason]}</span>;
  if (gdap.status === 'Expiring' && gdap.expiresAtMs !== null)
    return <span class="note">ends {ago(new Date(gdap.expiresAtMs).toISOString(), nowMs)}</span>;
  if (gdap.status === 'Active' && gdap.expiresAtMs === null && gdap.extendsAtMs !== null)
    return <span class="note">extends itself {ago(new Date(gdap.extendsAtMs).toISOString(), nowMs)}</span>;
  return null;
}

function RowMenu({ row, viewer }: { row: CustomerRow; viewer: Viewer }) {
  return (
    <details class="menu">
      <summary aria-label={`Actions for ${row.name}`}>⋯</summary>
      <div>
        <a href={`/customers/${row.tenantId}`}>Open</a>
        {viewer.role === 'Admin' ? (
          <>
            <form method="post" action={`/customers/${row.tenantId}/sync`}>
              <CsrfField token={viewer.csrfToken} />
              <button type="submit" disabled={!row.readiness.ready}>
                Sync now
              </button>
            </form>
            <form method="post" action={`/customers/${row.tenantId}/consent-links`}>
              <CsrfField token={viewer.csrfToken} />
              <button type="submit">Create consent link</button>
            </form>
            <form method="post" action={`/customers/${row.tenantId}/consent/check`}>
              <CsrfField token={viewer.csrfToken} />
              <button type="submit">Check consent again</button>
            </form>
          </>
        ) : null}
      </div>
    </details>
  );
}

function Pages({ list, query }: { list: CustomerList; query: RowQuery }) {
  if (list.pages < 2) return null;
  return (
    <nav class="pages" aria-label="Pages">
      {list.page > 1 ? <a href={address(query, { page: list.page - 1 })}>Previous</a> : null}
      <span>
        Page {count(list.page)} of {count(list.pages)}
      </span>
      {list.page < list.pages ? <a href={address(query, { page: list.page + 1 })}>Next</a> : null}
    </nav>
  );
}
