// The GDAP card of a customer's page: what gives each required role and until when, each relationship beside Partner Center's
// word for it, and the button that mends what is missing.
import type { GdapReport, RoleReport } from '../../../shared/customers/gdap-report.ts';
import { gdapElsewhere } from '../../../shared/help/glossary.ts';
import { Explained } from '../parts/explanation.tsx';
import { partnerCenterUrl, roleWords } from '../parts/gdap-words.ts';
import { CsrfField } from '../parts/layout.tsx';
import { Status } from '../parts/status.tsx';
import { WithMeaning } from '../parts/term.tsx';
import { Age, Nothing } from '../parts/time.tsx';
import { day, gdapReasonWords, gdapWords } from '../parts/words.ts';
import { AssignGroup, RequestForm } from './gdap-forms.tsx';
import { type GdapModel, groupName } from './gdap-model.ts';
import { Relationships } from './gdap-relationships.tsx';

/** Nothing for a single tenant: GDAP does not apply. */
export function GdapCard({ model }: { model: GdapModel }) {
  const { gdap, gdapProblem, row, viewer, nowMs } = model;
  if (gdap.status === 'NotApplicable') return null;
  const admin = viewer.role === 'Admin';
  return (
    <section
      class="card"
      id="gdap"
      data-live
      data-poll={gdap.moving ? '5000' : undefined}
      aria-labelledby="gdap-heading"
    >
      <div class="split">
        <h2 id="gdap-heading">
          <WithMeaning id="gdap">Admin relationship (GDAP)</WithMeaning>
        </h2>
        <form class="inline" method="post" action={`/customers/${row.tenantId}/gdap/check`}>
          <CsrfField token={viewer.csrfToken} />
          <button type="submit">Check again</button>
        </form>
      </div>
      <p>
        <Status {...gdapWords[gdap.status]} /> <Standing gdap={gdap} />{' '}
        <span class="quiet">
          read <Age at={gdap.readAt} nowMs={nowMs} />
        </span>
        <span class="note">Partner Center: {gdapElsewhere[gdap.status]}</span>
      </p>
      <Explained explanation={gdapProblem} heading="That was not done." />
      <Required gdap={gdap} />
      <Relationships model={model} />
      {admin ? <AssignGroup model={model} /> : null}
      {admin ? <RequestForm model={model} /> : null}
      <p class="quiet">
        The same in Partner Center:{' '}
        <a href={partnerCenterUrl} target="_blank" rel="noreferrer">
          Customers, Admin relationships<span class="visually-hidden"> (opens Partner Center)</span>
        </a>
        . A distributor may have made the relationship for you.
      </p>
    </section>
  );
}

function Standing({ gdap }: { gdap: GdapReport }) {
  const parts = [
    gdap.reason ? gdapReasonWords[gdap.reason] : '',
    gdap.expiresAt ? `ends ${day(gdap.expiresAt)}` : '',
    gdap.extendsAt ? `extends itself on ${day(gdap.extendsAt)}` : '',
    gdap.renewalRequested ? 'renewal requested' : '',
  ].filter((part) => part !== '');
  return <span>{parts.join(' · ')}</span>;
}

function Required({ gdap }: { gdap: GdapReport }) {
  if (gdap.required.length === 0) return null;
  return (
    <div class="table">
      <table class="cards dense">
        <caption>
          Roles that the service account must have at this customer
          {gdap.profile.orGlobalAdmin ? '; Global Administrator stands for any of them' : ''}
        </caption>
        <thead>
          <tr>
            <th scope="col">Role</th>
            <th scope="col">State</th>
            <th scope="col">Relationship</th>
            <th scope="col">Security group</th>
            <th scope="col">Until</th>
          </tr>
        </thead>
        <tbody>
          {gdap.required.map((role) => (
            <RequiredRow role={role} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RequiredRow({ role }: { role: RoleReport }) {
  const { word, tone, why } = roleWords(role);
  return (
    <tr data-role={role.anyOf.map(({ id }) => id).join(' ')} data-state={role.state}>
      <th scope="row">
        {askedFor(role)}
        {role.role && role.role.name !== askedFor(role) ? <span class="note">given: {role.role.name}</span> : null}
      </th>
      <td data-label="State">
        <Status tone={tone} word={word} />
        {why ? <span class="note">{why}</span> : null}
      </td>
      <td data-label="Relationship">{role.relationship?.name ?? <Nothing />}</td>
      <td data-label="Security group">{role.group ? groupName(role.group) : <Nothing />}</td>
      <td data-label="Until">
        {role.until ? day(role.until) : role.extendsAt ? `extends itself on ${day(role.extendsAt)}` : <Nothing />}
      </td>
    </tr>
  );
}

/** Global Administrator stands for every role where the profile says so: the caption tells it once. */
function askedFor({ anyOf }: RoleReport): string {
  const names = anyOf.map(({ name }) => name);
  const others = names.filter((name) => name !== 'Global Administrator');
  return (others.length > 0 ? others : names).join(' or ') || 'Any role';
}
