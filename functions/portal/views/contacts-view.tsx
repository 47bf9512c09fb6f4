// The Contacts page: who are the people of all customers, and how are they reached?
import { matcherOf } from '../../../shared/contacts/contact.ts';
import type { SyncStanding } from '../../../shared/contacts/user-sync.ts';
import { filterText } from '../../http/contact-query.ts';
import { Explained } from '../parts/explanation.tsx';
import { CsrfField, type Viewer, workPage } from '../parts/layout.tsx';
import { Notice } from '../parts/notice.tsx';
import { Progress } from '../parts/progress.tsx';
import { Age } from '../parts/time.tsx';
import { count, plural } from '../parts/words.ts';
import { ContactFilters } from './contact-filters.tsx';
import { ContactTable } from './contact-table.tsx';
import { type ContactsModel, contactsAddress } from './contacts-model.ts';

/** The page as a document. */
export function contactsView(model: ContactsModel): string {
  const { viewer, filter, sync, page, problem, known, chosen } = model;
  const cursor = model.cursor === undefined ? {} : { cursor: model.cursor };
  const nothing = known === 0;
  return workPage({
    title: 'Contacts',
    place: 'contacts',
    viewer,
    children: (
      <>
        <div class="head">
          <h1>{heading(model)}</h1>
          <SyncButtons sync={sync} viewer={viewer} />
        </div>
        <Notice code={model.notice} />
        <Progress words={progressWords(sync)} address={contactsAddress(filter, cursor)} />
        <SyncTimes sync={sync} nowMs={model.nowMs} />
        {nothing ? <Empty sync={sync} /> : <ContactFilters filter={filter} chosen={chosen} />}
        <Explained explanation={problem} heading="The group could not be read." />
        {page && !nothing ? <ContactTable page={page} model={model} /> : null}
        {nothing ? null : <Export model={model} />}
      </>
    ),
  });
}

/** With the figure where it is that of the list below: a search finds fewer. */
function heading({ page, chosen, known, filter }: ContactsModel): string {
  if (chosen) return `Contacts of ${chosen.name}`;
  if (known === 0 || !page || page.contacts === null || matcherOf(filter)) return 'Contacts';
  return `${plural(page.contacts, 'contact')} of ${plural(page.customers, 'customer')}`;
}

/** Customers first, then their users: the second waits for the first. */
function SyncButtons({ sync, viewer }: { sync: SyncStanding; viewer: Viewer }) {
  const blocked = sync.usersBlocked;
  return (
    <div class="actions" id="sync" data-live>
      {sync.customers.length > 0 ? (
        <form class="inline" method="post" action="/contacts/sync-customers">
          <CsrfField token={viewer.csrfToken} />
          <button type="submit">1. Sync customers</button>
        </form>
      ) : null}
      <form class="inline" method="post" action="/contacts/sync-users">
        <CsrfField token={viewer.csrfToken} />
        <button type="submit" disabled={blocked !== null} aria-describedby={blocked ? 'sync-blocked' : undefined}>
          {sync.customers.length > 0 ? '2. Sync users' : 'Sync users'}
        </button>
      </form>
      {blocked ? (
        <span class="note" id="sync-blocked">
          {blocked.meaning} {blocked.whatToDo}
        </span>
      ) : null}
    </div>
  );
}

function progressWords({ customers, users }: SyncStanding): string | undefined {
  const reading = customers.filter(({ underWay }) => underWay);
  const total = reading.reduce((sum, { discovery }) => sum + (discovery?.total ?? 0), 0);
  const done = reading.reduce((sum, { discovery }) => sum + (discovery?.done ?? 0), 0);
  if (total > 0) return `Syncing customers: ${count(done)} of ${plural(total, 'admin relationship')} read`;
  if (reading.length > 0) return 'Syncing customers…';
  if (!users?.underWay) return undefined;
  if (users.total === 0) return 'Syncing users…';
  return `Syncing users: ${count(users.done)} of ${plural(users.total, 'customer')}`;
}

/** What the two buttons did last, so that nobody presses them in vain. */
function SyncTimes({ sync, nowMs }: { sync: SyncStanding; nowMs: number }) {
  const times = sync.customers.flatMap(({ discovery }) => discovery?.lastSuccessAt ?? []).sort();
  const { users } = sync;
  const failed = sync.customers.some(({ discovery }) => discovery?.status === 'failed');
  if (times.length === 0 && !users && !failed) return null;
  return (
    <p class="quiet" id="sync-times" data-live>
      {times.length > 0 ? (
        <>
          Customers read <Age at={times[0]} nowMs={nowMs} />.{' '}
        </>
      ) : null}
      {failed ? (
        <>
          The newest reading of the customers failed: <a href="/connections">see why</a>.{' '}
        </>
      ) : null}
      {users && !users.underWay ? (
        <>
          Users of {plural(users.total, 'customer')} asked for <Age at={users.requestedAt} nowMs={nowMs} /> by{' '}
          {users.requestedBy}
          {users.failed > 0 ? (
            <>
              ; <a href="/connections?group=needsYou">{plural(users.failed, 'customer')} could not be read</a>
            </>
          ) : null}
          .{' '}
        </>
      ) : null}
      Each customer is synced by itself too, as often as the settings say.
    </p>
  );
}

function Empty({ sync }: { sync: SyncStanding }) {
  const connected = sync.customers.length > 0;
  return (
    <div class="card">
      <h2>No contacts yet</h2>
      <p>
        Here you will find the people of all your customers, with mobile number and e-mail address. They come with each
        customer's first sync, and stay when a connection is removed.
      </p>
      <p>
        {connected ? (
          <>
            Sync customers first, then users. A customer has to be ready for it: see what each of them needs under{' '}
            <a href="/connections">Connections</a>.
          </>
        ) : (
          <>
            Begin by connecting your partner tenant, or a single tenant, under <a href="/connections">Connections</a>.
          </>
        )}
      </p>
    </div>
  );
}

/** One file, or a list of files for a long export: each holds whole customers. */
function Export({ model: { parts, filter } }: { model: ContactsModel }) {
  const first = parts[0];
  if (!first) return null;
  const href = (part: { from: string; until: string | null }) => {
    const asked = filterText(filter);
    asked.set('from', part.from);
    if (part.until) asked.set('until', part.until);
    return `/api/v1/contacts/export?${asked}`;
  };
  if (parts.length === 1) {
    return (
      <p class="pages">
        <a class="button" href={href(first)}>
          Download as CSV
        </a>
        <span class="quiet">Every contact that the filter leaves, not only this page.</span>
      </p>
    );
  }
  return (
    <details class="more">
      <summary>Download as CSV, in {count(parts.length)} files</summary>
      <ol>
        {parts.map((part) => (
          <li>
            <a href={href(part)}>{part.first === part.last ? part.first : `${part.first} to ${part.last}`}</a>{' '}
            <span class="quiet">
              {plural(part.customers, 'customer')}, at most {plural(part.contacts, 'contact')}
            </span>
          </li>
        ))}
      </ol>
    </details>
  );
}
