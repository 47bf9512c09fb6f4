// A tenant's users, by name; those whose licence is wasted say so.
import type { SyncStateDoc } from '../../../shared/sync/documents.ts';
import { type UserFilter, userFilters } from '../../../shared/sync/list-users.ts';
import { Status } from '../parts/status.tsx';
import { Age, Nothing } from '../parts/time.tsx';
import { count, plural, standingWords } from '../parts/words.ts';
import type { DirectoryModel, UserRow } from './directory-model.ts';
import { Section } from './section.tsx';

const filterWords: Record<UserFilter, string> = {
  all: 'All users',
  licensed: 'With a licence',
  guests: 'Guests',
  disabled: 'Licensed but disabled',
  inactive: 'Licensed but not signing in',
};

/** The filter, a page of users, and the way to the next. */
export function Users({ model }: { model: DirectoryModel }) {
  const { users, usersText, usersFilter, usersContinuation, tenantId } = model;
  const { state } = model.directory;
  const next = new URLSearchParams({ text: usersText, filter: usersFilter, after: usersContinuation ?? '' });
  return (
    <Section id="users" heading="Users" figure={state ? figure(state) : undefined} dataset="users" model={model}>
      <Filter model={model} />
      {users.length === 0 ? <div class="card">No user matches.</div> : <Table users={users} nowMs={model.nowMs} />}
      {usersContinuation ? (
        <p class="pages">
          <a class="button" href={`/customers/${tenantId}?${next}#users`}>
            More users
          </a>
        </p>
      ) : null}
    </Section>
  );
}

function figure({ counts }: Pick<SyncStateDoc, 'counts'>): string {
  const parts = [plural(counts.users, 'user')];
  if (counts.licensedDisabledUsers > 0) parts.push(`${count(counts.licensedDisabledUsers)} licensed but disabled`);
  if (counts.licensedInactiveUsers) parts.push(`${count(counts.licensedInactiveUsers)} licensed but not signing in`);
  return parts.join(', ');
}

function Filter({ model }: { model: DirectoryModel }) {
  const { usersText, usersFilter, tenantId } = model;
  return (
    <form class="actions find" method="get" action={`/customers/${tenantId}#users`}>
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
  );
}

function Table({ users, nowMs }: { users: readonly UserRow[]; nowMs: number }) {
  return (
    <div class="table">
      <table class="cards dense">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col" class="wide">
              Licences
            </th>
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
              <td data-label="Licences" class="wide">
                {user.products.join(', ') || <Nothing />}
              </td>
              <td data-label="Standing">
                <Status {...standingWords[user.standing]} />
              </td>
              <td data-label="Department">{user.department ?? <Nothing />}</td>
              <td data-label="Last sign-in">
                {user.lastSignInAt ? <Age at={user.lastSignInAt} nowMs={nowMs} /> : <Nothing />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
