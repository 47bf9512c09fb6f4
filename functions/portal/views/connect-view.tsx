// Connecting the partner tenant: what it takes, a tick that it is there, then Microsoft.
import { GDAP_CENTER_URL } from '../../../shared/customers/readiness.ts';
import { ErrorSummary, type Refused, TextField, TickField } from '../parts/form.tsx';
import { CsrfField, type Viewer, workPage } from '../parts/layout.tsx';
import { Notice } from '../parts/notice.tsx';

export interface ConnectModel {
  viewer: Viewer;
  notice: string | undefined;
  suggestedName: string;
  permissions: readonly { permission: string; why: string }[];
  form: Refused | undefined;
}

const prerequisites: readonly { title: string; text: string }[] = [
  {
    title: 'A service account of its own',
    text: 'Freshly made for this, with a user name and a generated password of its own, enabled, and signed in once to finish its first set-up and MFA enrolment.',
  },
  {
    title: 'Global Administrator of your tenant',
    text: 'Needed for connecting only. Afterwards the account can step down to Application Administrator or Cloud Application Administrator.',
  },
  { title: 'Member of AdminAgents', text: 'Partner Center lets nobody else see your customers.' },
  { title: 'Multi-factor authentication by Entra', text: 'Partner Center refuses sign-ins without it.' },
  {
    title: 'GDAP with your customers',
    text: 'Only customers with an active admin relationship can be synced. Its roles are assigned to a security group that the account is in, itself or through a group within it.',
  },
];

const labels = {
  name: 'Name of this connection',
  prerequisites: 'All of this is in place, and I will sign in as the service account.',
};

/** The page as a document. */
export function connectView({ viewer, notice, suggestedName, permissions, form }: ConnectModel): string {
  return workPage({
    title: form ? 'Error: connect your partner tenant' : 'Connect your partner tenant',
    place: 'connections',
    viewer,
    children: (
      <>
        <div class="head">
          <h1>Connect your partner tenant</h1>
        </div>
        <ErrorSummary form={form} labels={{ ...labels, prerequisites: 'Prerequisites' }} />
        <Notice code={notice} />
        <div class="card">
          <h2>Before you begin</h2>
          <ol>
            {prerequisites.map(({ title, text }) => (
              <li>
                <strong>{title}.</strong> {text}
              </li>
            ))}
          </ol>
          <p>
            <a
              href="https://learn.microsoft.com/partner-center/customers/gdap-introduction"
              target="_blank"
              rel="noreferrer"
            >
              How admin relationships work (Microsoft)
            </a>
            {' · '}
            <a href={GDAP_CENTER_URL} target="_blank" rel="noreferrer">
              Check yours in Partner Center
            </a>
          </p>
          <h2>Who can connect, and what happens then</h2>
          <p>
            An Admin of this workspace can, with the service account at hand. Your customers appear here some minutes
            later, and each is synced once it has consented. A first sync may take up to 48 hours: that is expected, and
            nothing is to be done.
          </p>
        </div>
        <form class="card" method="post" action="/connect/start" novalidate={form !== undefined}>
          <CsrfField token={viewer.csrfToken} />
          <TextField
            name="name"
            label={labels.name}
            help="How your colleagues will see it."
            value={suggestedName}
            maxLength={100}
            form={form}
          />
          <TickField name="prerequisites" label={labels.prerequisites} form={form} />
          <button type="submit" class="primary">
            Connect to Microsoft
          </button>
        </form>
        <Permissions permissions={permissions} />
      </>
    ),
  });
}

function Permissions({ permissions }: Pick<ConnectModel, 'permissions'>) {
  return (
    <section aria-labelledby="permissions">
      <h2 id="permissions">What Microsoft will ask you to accept</h2>
      <div class="table">
        <table class="cards">
          <thead>
            <tr>
              <th scope="col">Permission</th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            {permissions.map(({ permission, why }) => (
              <tr>
                <th scope="row">{permission}</th>
                <td data-label="Why">{why}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
