// Which GDAP roles a customer needs: the profile in use, the presets to choose from, and the least for what is turned on.
import type { LeastRole } from '../../../shared/customers/least-roles.ts';
import type { RoleNeeds } from '../../../shared/customers/role-needs.ts';
import { roleName } from '../../../shared/customers/roles.ts';
import { CsrfField, type Viewer } from '../parts/layout.tsx';

/** For everybody to read; for Admins to change. */
export function RoleProfileSection({ needs, viewer }: { needs: RoleNeeds; viewer: Viewer }) {
  const { profile } = needs;
  return (
    <section id="roles" aria-labelledby="roles-heading">
      <h2 id="roles-heading">GDAP roles that a customer needs</h2>
      <div class="card">
        <p>A customer is Active while its admin relationships give the service account, through a security group:</p>
        <ul>
          {profile.allOf.map((role) => (
            <li>{roleName(role)}</li>
          ))}
          {profile.anyOf.length > 0 ? <li>one of {profile.anyOf.map(roleName).join(', ')}</li> : null}
          {profile.allOf.length + profile.anyOf.length === 0 ? <li>any role at all</li> : null}
          {profile.orGlobalAdmin ? <li>or, instead of all of these, Global Administrator alone</li> : null}
        </ul>
        {viewer.role === 'Admin' ? <Choice needs={needs} viewer={viewer} /> : null}
      </div>
      <Least least={needs.least} />
    </section>
  );
}

function Choice({ needs, viewer }: { needs: RoleNeeds; viewer: Viewer }) {
  return (
    <>
      <form method="post" action="/settings/roles">
        <CsrfField token={viewer.csrfToken} />
        <fieldset class="choices">
          <legend>Choose a profile</legend>
          {needs.presets.map(({ name, title, about, profile }) => (
            <label>
              <input type="radio" name="preset" value={name} checked={name === needs.preset} required />{' '}
              <strong>{title}</strong>
              <span class="note">
                {about} {[...profile.allOf, ...profile.anyOf].map(roleName).join(', ')}.
              </span>
            </label>
          ))}
        </fieldset>
        <button type="submit">Use this profile</button>
      </form>
      <details class="more">
        <summary>Choose role by role{needs.preset === null ? ' (in use)' : ''}</summary>
        <form method="post" action="/settings/roles">
          <CsrfField token={viewer.csrfToken} />
          <input type="hidden" name="preset" value="custom" />
          <Boxes name="allOf" legend="All of these" ticked={needs.profile.allOf} needs={needs} />
          <Boxes name="anyOf" legend="And one of these" ticked={needs.profile.anyOf} needs={needs} />
          <p>
            <label>
              <input type="checkbox" name="orGlobalAdmin" value="on" checked={needs.profile.orGlobalAdmin} /> Global
              Administrator alone will do
            </label>
          </p>
          <button type="submit">Use these roles</button>
        </form>
      </details>
    </>
  );
}

function Boxes(props: { name: string; legend: string; ticked: readonly string[]; needs: RoleNeeds }) {
  const { name, legend, ticked, needs } = props;
  return (
    <fieldset class="roles">
      <legend>{legend}</legend>
      {needs.known.map((role) => (
        <label>
          <input type="checkbox" name={name} value={role.id} checked={ticked.includes(role.id)} /> {role.name}
        </label>
      ))}
    </fieldset>
  );
}

function Least({ least }: { least: readonly LeastRole[] }) {
  return (
    <div class="table">
      <table class="cards">
        <caption>The least roles for what is turned on</caption>
        <thead>
          <tr>
            <th scope="col">Role</th>
            <th scope="col">Needed</th>
            <th scope="col">What for</th>
          </tr>
        </thead>
        <tbody>
          {least.map(({ name, need, reasons }) => (
            <tr>
              <th scope="row">{name}</th>
              <td data-label="Needed">{need === 'required' ? 'yes' : 'to look yourself'}</td>
              <td data-label="What for">
                {reasons.map((reason) => (
                  <span class="reason">{reason}</span>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
