// What a customer's tenant holds: licences, users, the age of each dataset, events.
import { DAY_MS } from '../../../shared/clock.ts';
import {
  type DatasetName,
  datasetNames,
  type SyncEvent,
  type SyncStateDoc,
  type UserDoc,
} from '../../../shared/sync/documents.ts';
import { type UserFilter, userFilters } from '../../../shared/sync/list-users.ts';
import type { Directory } from '../../../shared/sync/read-directory.ts';
import { SeatBar } from '../parts/bar.tsx';
import { Explained } from '../parts/explanation.tsx';
import { Status } from '../parts/status.tsx';
import { Age } from '../parts/time.tsx';
import { count, dateTime, plural } from '../parts/words.ts';

export interface UserRow
  extends Pick<
    UserDoc,
    | 'userId'
    | 'displayName'
    | 'userPrincipalName'
    | 'userType'
    | 'department'
    | 'accountEnabled'
    | 'lastSignInAt'
    | 'standing'
  > {
  products: readonly string[];
}

export interface DirectoryModel {
  nowMs: number;
  intervalMs: number;
  directory: Directory;
  users: readonly UserRow[];
  /** Asks for the next users. */
  usersContinuation: string | null;
  usersText: string;
  usersFilter: UserFilter;
  events: readonly SyncEvent[];
}

/** Licences with what is used of each; suspended and warning seats apart. */
export function Licences({ model }: { model: DirectoryModel }) {
  return (
    <section aria-label="Licences">
      <h2>
        Licences{' '}
        {model.directory.state ? (
          <span class="quiet">{plural(model.directory.state.counts.unusedSeats, 'unused seat')}</span>
        ) : null}
      </h2>
      {model.directory.licences.length === 0 ? (
        <div class="card">
          {model.directory.state?.baselineAt
            ? 'This tenant holds no licences.'
            : 'Licences appear here after the first sync.'}
        </div>
      ) : (
        <div class="table" id="licences" data-live>
          <table class="cards">
            <thead>
              <tr>
                <th scope="col">Product</th>
                <th scope="col">Used</th>
                <th scope="col" class="number">
                  Assigned
                </th>
                <th scope="col" class="number">
                  Bought
                </th>
                <th scope="col" class="number">
                  Unused
                </th>
                <th scope="col" class="number">
                  Warning, suspended
                </th>
              </tr>
            </thead>
            <tbody>
              {model.directory.licences.map((licence) => (
                <tr>
                  <th scope="row">
                    {licence.productName}
                    <span class="note">{licence.skuPartNumber}</span>
                  </th>
                  <td data-label="Used">
                    <SeatBar used={licence.consumed} total={licence.enabled} />
                  </td>
                  <td data-label="Assigned" class="number">
                    {count(licence.consumed)}
                  </td>
                  <td data-label="Bought" class="number">
                    {count(licence.enabled)}
                  </td>
                  <td data-label="Unused" class="number">
                    {count(licence.unused)}
                  </td>
                  <td data-label="Warning, suspended" class="number">
                    {licence.warning + licence.suspended === 0
                      ? '–'
                      : `${count(licence.warning)}, ${count(licence.suspended)}`}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

const filterWords: Record<UserFilter, string> = {
  all: 'All users',
  licensed: 'With a licence',
  guests: 'Guests',
  disabled: 'Licensed, disabled',
  inactive: 'Licensed, not signing in',
};

const standings = {
  unlicensed: { tone: 'notStarted', word: 'No licence' },
  active: { tone: 'done', word: 'Licensed' },
  disabled: { tone: 'needsPerson', word: 'Licensed, disabled' },
  inactive: { tone: 'soon', word: 'Licensed, not signing in' },
} as const;

/** Users, by name; those whose licence is wasted say so. */
export function Users({ model, tenantId }: { model: DirectoryModel; tenantId: string }) {
  const { users, usersText, usersFilter, usersContinuation, nowMs } = model;
  const { state } = model.directory;
  return (
    <section aria-label="Users" id="users">
      <h2>
        Users <span class="quiet">{state ? wasted(state) : ''}</span>
      </h2>
      {state?.baselineAt ? (
        <form class="actions filters" method="get" action={`/customers/${tenantId}#users`}>
          <label class="visually-hidden" for="users-text">
            Name, mail or department
          </label>
          <input id="users-text" type="search" name="text" value={usersText} placeholder="Name, mail, department…" />
          <label class="visually-hidden" for="users-filter">
            Which users
          </label>
          <select id="users-filter" name="filter">
            {userFilters.map((filter) => (
              <option value={filter} selected={filter === usersFilter}>
                {filterWords[filter]}
              </option>
            ))}
          </select>
          <button type="submit">Find</button>
        </form>
      ) : null}
      {users.length === 0 ? (
        <div class="card">{state?.baselineAt ? 'No user matches.' : 'Users appear here after the first sync.'}</div>
      ) : (
        <div class="table">
          <table class="cards">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Licences</th>
                <th scope="col">Standing</th>
                <th scope="col">Department</th>
                <th scope="col">Last sign-in</th>
              </tr>
            </thead>
            <tbody>
              {users.map((user) => (
                <tr>
                  <th scope="row">
                    {user.displayName ?? user.userPrincipalName}
                    <span class="note">
                      {user.userPrincipalName}
                      {user.userType === 'Guest' ? ' · guest' : ''}
                      {user.accountEnabled ? '' : ' · disabled'}
                    </span>
                  </th>
                  <td data-label="Licences">{user.products.join(', ') || '–'}</td>
                  <td data-label="Standing">
                    <Status {...standings[user.standing]} />
                  </td>
                  <td data-label="Department">{user.department ?? '–'}</td>
                  <td data-label="Last sign-in">
                    {user.lastSignInAt ? <Age at={user.lastSignInAt} nowMs={nowMs} /> : '–'}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {usersContinuation ? (
        <p class="pages">
          <a
            href={`/customers/${tenantId}?${new URLSearchParams({ text: usersText, filter: usersFilter, after: usersContinuation })}#users`}
          >
            More users
          </a>
        </p>
      ) : null}
    </section>
  );
}

function wasted({ counts }: Pick<SyncStateDoc, 'counts'>): string {
  const parts = [plural(counts.users, 'user')];
  if (counts.licensedDisabledUsers > 0) parts.push(`${count(counts.licensedDisabledUsers)} licensed but disabled`);
  if (counts.licensedInactiveUsers) parts.push(`${count(counts.licensedInactiveUsers)} licensed but not signing in`);
  return parts.join(', ');
}

const datasetWords: Record<DatasetName, string> = {
  organization: 'Organisation',
  licences: 'Licences',
  subscriptions: 'Subscriptions',
  users: 'Users',
  signIns: 'Sign-ins',
};

/** Each dataset with its age and, where it failed, since when and why. */
export function Datasets({ model }: { model: DirectoryModel }) {
  const { nowMs, intervalMs } = model;
  const { state } = model.directory;
  if (!state) return null;
  return (
    <section aria-label="Datasets">
      <h2>Datasets</h2>
      <div class="table" id="datasets" data-live>
        <table class="cards">
          <thead>
            <tr>
              <th scope="col">Dataset</th>
              <th scope="col">State</th>
              <th scope="col">Read</th>
              <th scope="col" class="number">
                Items
              </th>
            </tr>
          </thead>
          <tbody>
            {datasetNames.map((name) => {
              const dataset = state.datasets[name];
              // Sign-ins are read daily, everything else at each interval; twice that is late.
              const lateMs = 2 * (name === 'signIns' ? DAY_MS : intervalMs);
              return (
                <tr>
                  <th scope="row">{datasetWords[name]}</th>
                  <td data-label="State">
                    <DatasetStatus
                      dataset={dataset}
                      late={dataset.asOf !== null && nowMs - Date.parse(dataset.asOf) > lateMs}
                      nowMs={nowMs}
                    />
                  </td>
                  <td data-label="Read">
                    <Age at={dataset.asOf} nowMs={nowMs} />
                  </td>
                  <td data-label="Items" class="number">
                    {dataset.unavailable ? '–' : count(dataset.count)}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {datasetNames.map((name) => (
        <Explained
          explanation={state.datasets[name].error?.explanation}
          heading={`${datasetWords[name]} could not be read.`}
        />
      ))}
    </section>
  );
}

function DatasetStatus({
  dataset,
  late,
  nowMs,
}: {
  dataset: SyncStateDoc['datasets'][DatasetName];
  late: boolean;
  nowMs: number;
}) {
  if (dataset.unavailable) {
    return (
      <>
        <Status tone="notStarted" word="Not available" />
        <span class="note">{dataset.unavailable}</span>
      </>
    );
  }
  if (dataset.error) {
    return (
      <>
        <Status tone="needsPerson" word="Failed" />
        <span class="note">
          since <Age at={dataset.error.since} nowMs={nowMs} />
        </span>
      </>
    );
  }
  if (dataset.asOf === null) return <Status tone="notStarted" word="Not read yet" />;
  return late ? <Status tone="soon" word="Old" /> : <Status tone="done" word="Current" />;
}

/** The newest changes, as events tell them. */
export function Events({ model }: { model: DirectoryModel }) {
  return (
    <section aria-label="What happened">
      <h2>What happened</h2>
      {model.events.length === 0 ? (
        <div class="card">Changes of licences, subscriptions and users appear here as they are noticed.</div>
      ) : (
        <ol class="timeline">
          {model.events.map((event) => (
            <li data-event={event.kind}>
              <strong>{eventWords(event)}</strong>
              <span class="note">{dateTime(event.at)}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function eventWords({ kind, changes, subject }: SyncEvent): string {
  const [what = '', happened = ''] = kind.split('.');
  const name =
    changes['displayName']?.to ??
    changes['displayName']?.from ??
    changes['skuPartNumber']?.to ??
    changes['skuPartNumber']?.from ??
    subject;
  if (happened === 'synced') return 'First sync completed';
  const fields = happened === 'updated' ? `: ${Object.keys(changes).join(', ')}` : '';
  return `${what[0]?.toUpperCase() ?? ''}${what.slice(1)} ${String(name)} ${happened}${fields}`;
}
