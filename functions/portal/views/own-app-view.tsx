// A connection's own app registration: the address to copy, what to register, then what it is.
import type { OwnAppView } from '../../../shared/connections/own-app-setup.ts';
import type { PermissionRow } from '../../../shared/microsoft/permissions.ts';
import { AreaField, DateField, ErrorSummary, type Refused, SecretField, TextField } from '../parts/form.tsx';
import { CsrfField, type Viewer, workPage } from '../parts/layout.tsx';
import { Notice } from '../parts/notice.tsx';
import { ago, day } from '../parts/words.ts';

export interface OwnAppModel {
  viewer: Viewer;
  view: OwnAppView;
  notice: string | undefined;
  form: Refused | undefined;
  /** Origin of the Entra admin centre of this cloud. */
  entraUrl: string;
  nowMs: number;
}

const labels = {
  domain: 'Domain of your partner tenant',
  clientId: 'Application (client) id',
  secret: 'Client secret',
  secretEndsOn: 'Day on which the secret ends',
  certificate: 'Or a certificate with its private key',
};

/** The page as a document. */
export function ownAppView(model: OwnAppModel): string {
  const { viewer, view, notice, form } = model;
  return workPage({
    title: `${form ? 'Error: app' : 'App'} registration of ${view.name}`,
    place: 'connections',
    viewer,
    children: (
      <>
        <p class="crumb">
          <a href="/connections">Connections</a>
        </p>
        <div class="head">
          <h1>App registration of {view.name}</h1>
        </div>
        <ErrorSummary form={form} labels={labels} />
        <Notice code={notice} />
        <Register model={model} />
        <Permissions
          id="delegated"
          heading="Delegated permissions"
          note="For the service account, in your own tenant."
          rows={view.permissions.delegated}
        />
        <Permissions
          id="application"
          heading="Application permissions"
          note="Read only, for the tenants of customers that consent. The customer's administrator sees this list."
          rows={view.permissions.application}
        />
        <Tell model={model} />
      </>
    ),
  });
}

function Register({ model: { view, entraUrl } }: { model: OwnAppModel }) {
  const registrations = `${entraUrl}/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade`;
  return (
    <section class="card" aria-labelledby="register">
      <h2 id="register">1. Register the app in Entra</h2>
      <div class="field wide">
        <label for="redirect">Redirect address</label>
        <div class="copy">
          <input id="redirect" type="text" readOnly value={view.redirectUri} aria-describedby="redirect-help" />
          <button type="button" class="scripted" data-copy="redirect">
            Copy
          </button>
        </div>
        <span class="help" id="redirect-help">
          The only one that is needed. It holds this connection's id, so it is no other connection's.
        </span>
      </div>
      <ol>
        <li>
          Open{' '}
          <a href={registrations} target="_blank" rel="noreferrer">
            App registrations in Entra
          </a>{' '}
          in your partner tenant and choose New registration.
        </li>
        <li>Choose “Accounts in any organizational directory”: your customers are other directories than yours.</li>
        <li>Choose the redirect address type “Web” and paste the address above.</li>
        <li>Under API permissions, add the delegated and the application permissions that are listed below.</li>
        <li>
          Under Token configuration, add the groups claim with “Directory roles”, for the ID token: it tells whether an
          administrator consented.
        </li>
        <li>Under Certificates and secrets, make a secret and copy its value at once, or upload a certificate.</li>
      </ol>
    </section>
  );
}

function Permissions({
  id,
  heading,
  note,
  rows,
}: {
  id: string;
  heading: string;
  note: string;
  rows: readonly PermissionRow[];
}) {
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{heading}</h2>
      <p class="quiet">{note}</p>
      <div class="table">
        <table class="cards">
          <thead>
            <tr>
              <th scope="col">Permission</th>
              <th scope="col">API</th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ permission, resource, why }) => (
              <tr>
                <th scope="row">{permission}</th>
                <td data-label="API">{resource === 'graph' ? 'Microsoft Graph' : 'Microsoft Partner Center'}</td>
                <td data-label="Why">{why}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Tell({ model: { viewer, view, form, nowMs } }: { model: OwnAppModel }) {
  const { word, note } = sendingWords(view.state);
  return (
    <form
      class="card"
      id="registration"
      method="post"
      action={`/connections/${view.connectionId}/app`}
      novalidate={form !== undefined}
    >
      <h2>2. Enter what you registered</h2>
      {view.proof ? <p>{proofWords(view.proof, nowMs)}</p> : null}
      <CsrfField token={viewer.csrfToken} />
      <TextField
        name="domain"
        label={labels.domain}
        help="Its primary domain in Entra, such as northwindpartners.com."
        value={view.domain ?? ''}
        maxLength={253}
        form={form}
      />
      <TextField
        name="clientId"
        label={labels.clientId}
        help="On the registration's Overview page."
        value={view.clientId ?? ''}
        maxLength={36}
        form={form}
      />
      <SecretField
        name="secret"
        label={labels.secret}
        help="Its value, not its id. Kept encrypted and never shown again."
        form={form}
      />
      <DateField
        name="secretEndsOn"
        label={labels.secretEndsOn}
        help="As Entra shows it under Expires. You are warned 30, 7 and 1 days before."
        form={form}
      />
      <AreaField
        name="certificate"
        label={labels.certificate}
        help="PEM text with both, instead of a secret; the private key without a password. Its end is read from it."
        form={form}
      />
      <button type="submit" class="primary">
        {word}
      </button>
      <p class="note">{note}</p>
    </form>
  );
}

/** What the button does follows from whether somebody has to sign in afterwards. */
function sendingWords(state: OwnAppView['state']): { word: string; note: string } {
  const account = 'the service account: a Global Administrator in AdminAgents, with multi-factor authentication.';
  if (state === 'Connected')
    return {
      word: 'Save',
      note: 'The connection goes on with the new secret or certificate; nobody needs to sign in.',
    };
  if (state === 'ReauthRequired')
    return {
      word: 'Save',
      note: `Where the secret or certificate is all that was wrong, the connection works again at once. Otherwise Microsoft asks for ${account}`,
    };
  return { word: 'Save and sign in at Microsoft', note: `Microsoft then asks for ${account}` };
}

function proofWords({ kind, endsAt, savedAt }: NonNullable<OwnAppView['proof']>, nowMs: number): string {
  const what = kind === 'secret' ? 'A secret' : 'A certificate';
  const end = endsAt === null ? 'when it ends was not told' : `it ends on ${day(endsAt)}`;
  return `${what} was saved ${ago(savedAt, nowMs)}; ${end}. What you enter here takes its place.`;
}
