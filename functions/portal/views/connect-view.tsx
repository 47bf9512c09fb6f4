// Connecting the partner tenant: what it takes, a tick that it is there, then Microsoft.
import { CsrfField, type Viewer, workPage } from '../parts/layout.tsx';
import { Notice } from '../parts/notice.tsx';

export interface ConnectModel {
  viewer: Viewer;
  notice: string | undefined;
  suggestedName: string;
  permissions: readonly { permission: string; why: string }[];
}

const prerequisites: readonly { title: string; text: string }[] = [
  {
    title: 'A service account of its own',
    text: 'Freshly made for this, enabled, and signed in once to finish its first set-up and MFA enrolment.',
  },
  {
    title: 'Global Administrator of your tenant',
    text: 'Needed for connecting only. Afterwards it can step down to Application Administrator.',
  },
  { title: 'Member of AdminAgents', text: 'Partner Center lets nobody else see your customers.' },
  { title: 'Multi-factor authentication by Entra', text: 'Partner Center refuses sign-ins without it.' },
  {
    title: 'GDAP with your customers',
    text: 'Only customers with an active admin relationship, its roles assigned to a group that the account is in, can be synced.',
  },
];

/** The page as a document. */
export function connectView({ viewer, notice, suggestedName, permissions }: ConnectModel): string {
  return workPage({
    title: 'Connect your partner tenant',
    place: 'connections',
    viewer,
    children: (
      <>
        <div class="head">
          <h1>Connect your partner tenant</h1>
        </div>
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
          </p>
        </div>
        <form class="card" method="post" action="/connect/start">
          <CsrfField token={viewer.csrfToken} />
          <div class="field">
            <label for="name">Name of this connection</label>
            <input
              id="name"
              type="text"
              name="name"
              value={suggestedName}
              maxLength={100}
              required
              aria-describedby="name-help"
            />
            <span class="help" id="name-help">
              How your colleagues will see it.
            </span>
          </div>
          <div class="tick">
            <input id="prerequisites" type="checkbox" name="prerequisites" value="on" required />
            <label for="prerequisites">All of this is in place, and I will sign in as the service account.</label>
          </div>
          <button type="submit" class="primary">
            Connect to Microsoft
          </button>
        </form>
        <h2>What Microsoft will ask you to accept</h2>
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
      </>
    ),
  });
}
