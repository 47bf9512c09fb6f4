// The forms of the GDAP card: give a security group the roles that reach nobody, and request a relationship.
import { knownRoles } from '../../../shared/customers/roles.ts';
import { CsrfField } from '../parts/layout.tsx';
import { type GdapModel, groupName } from './gdap-model.ts';

/** While roles are there that no group of the account has. */
export function AssignGroup({ model: { gdap, row, viewer } }: { model: GdapModel }) {
  const { proposal } = gdap;
  if (!proposal) return null;
  const roles = proposal.roles.map(({ name }) => name).join(' and ');
  if (proposal.choices.length === 0) {
    return (
      <p class="banner soon">
        {roles} must reach the service account through a security group, and it is in none. Create one in Entra with
        assigned membership, such as "GDAP Tenantry", put the service account in it, then choose Check again.
      </p>
    );
  }
  return (
    <form class="act" method="post" action={`/customers/${row.tenantId}/gdap/assignments`}>
      <h3>Assign a security group</h3>
      <p>
        Gives {roles} of "{proposal.relationship.name}" to a group that the service account is in. Everybody in the
        group gets the roles at {row.name}.
      </p>
      <CsrfField token={viewer.csrfToken} />
      <input type="hidden" name="relationshipId" value={proposal.relationship.id} />
      <div class="field">
        <label for="groupId">Security group</label>
        <select id="groupId" name="groupId">
          {proposal.choices.map((group) => (
            <option value={group.id} selected={group.id === proposal.groupId}>
              {groupName(group)}
            </option>
          ))}
        </select>
      </div>
      <button type="submit" class="primary">
        Assign group
      </button>
    </form>
  );
}

const durations = [
  { value: 'P730D', word: 'two years, the longest' },
  { value: 'P365D', word: 'one year' },
  { value: 'P180D', word: '180 days' },
  { value: 'P90D', word: '90 days' },
];

/** The statuses that only a new relationship mends. */
const mendedByRequest = new Set(['Missing', 'MissingRoles', 'Expired', 'Expiring']);

/** Requests what the profile asks for; other roles and a shorter time are a fold away. */
export function RequestForm({ model: { gdap, row, viewer } }: { model: GdapModel }) {
  if (gdap.status === 'Error' || gdap.status === 'Unknown') return null;
  const open = gdap.relationships.some(({ phase }) => phase === 'inProgress');
  const wanted = gdap.reason === 'notSent' || (mendedByRequest.has(gdap.status) && !open);
  const word = gdap.status === 'Expired' || gdap.status === 'Expiring' ? 'Request renewal' : 'Request GDAP';
  const action = `/customers/${row.tenantId}/gdap/requests`;
  return (
    <div class="act">
      {wanted && gdap.requestRoles.length > 0 ? (
        <form method="post" action={action}>
          <p>
            Asks for {gdap.requestRoles.map(({ name }) => name).join(' and ')}, for two years, extending itself. Nothing
            is granted before {row.name} approves it.
          </p>
          <CsrfField token={viewer.csrfToken} />
          <button type="submit" class="primary">
            {word}
          </button>
        </form>
      ) : null}
      <details class="more">
        <summary>{wanted ? 'Choose other roles or a shorter time' : 'Request another relationship'}</summary>
        <form method="post" action={action}>
          <CsrfField token={viewer.csrfToken} />
          <div class="field">
            <label for="duration">It lasts</label>
            <select id="duration" name="duration">
              {durations.map(({ value, word: length }) => (
                <option value={value}>{length}</option>
              ))}
            </select>
            <span class="help">It extends itself by 180 days, unless Global Administrator is among the roles.</span>
          </div>
          <fieldset class="roles">
            <legend>Roles</legend>
            {knownRoles.map(({ id, name }) => (
              <label>
                <input
                  type="checkbox"
                  name="roleIds"
                  value={id}
                  checked={gdap.requestRoles.some((role) => role.id === id)}
                />{' '}
                {name}
              </label>
            ))}
          </fieldset>
          <button type="submit">Request these roles</button>
        </form>
      </details>
    </div>
  );
}
