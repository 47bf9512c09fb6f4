// Connecting one tenant that is not reached through a partner: what it takes, its domain, then Microsoft.
import { ErrorSummary, type Refused, TextField, TickField } from '../parts/form.tsx';
import { CsrfField, type Viewer, workPage } from '../parts/layout.tsx';

export interface ConnectSingleModel {
  viewer: Viewer;
  permissions: readonly { permission: string; reads: string; why: string }[];
  form: Refused | undefined;
}

const labels = {
  name: 'Name of this connection',
  domain: 'A domain of the tenant',
  ownTenant: 'This is our own tenant',
};

/** The page as a document. */
export function connectSingleView({ viewer, permissions, form }: ConnectSingleModel): string {
  return workPage({
    title: form ? 'Error: connect a single tenant' : 'Connect a single tenant',
    place: 'connections',
    viewer,
    children: (
      <>
        <p class="crumb">
          <a href="/connections">Connections</a>
        </p>
        <div class="head">
          <h1>Connect a single tenant</h1>
        </div>
        <ErrorSummary form={form} labels={labels} />
        <div class="card">
          <h2>When to choose this</h2>
          <p>
            For a customer that you have no admin relationship with, or for your own tenant. Customers of your partner
            tenant come by themselves once that is connected; a tenant belongs to one connection only.
          </p>
          <h2>What it takes</h2>
          <ol>
            <li>
              <strong>A Global Administrator of that very tenant.</strong> Not a guest there, and not an account of your
              partner tenant: sign out of Microsoft first, or use a private window.
            </li>
            <li>
              <strong>Two steps at Microsoft.</strong> The administrator signs in, so that we know who it is, and then
              accepts the permissions below for the organisation.
            </li>
          </ol>
        </div>
        <form class="card" method="post" action="/connect/single/start" novalidate={form !== undefined}>
          <CsrfField token={viewer.csrfToken} />
          <TextField
            name="name"
            label={labels.name}
            help="How your colleagues will see it."
            maxLength={100}
            form={form}
          />
          <TextField
            name="domain"
            label={labels.domain}
            help="Any verified domain, such as contoso.com or contoso.onmicrosoft.com."
            maxLength={253}
            form={form}
          />
          <TickField name="ownTenant" label={labels.ownTenant} required={false} form={form} />
          <button type="submit" class="primary">
            Connect to Microsoft
          </button>
        </form>
        <section aria-labelledby="permissions">
          <h2 id="permissions">What Microsoft will ask the administrator to accept</h2>
          <p>Everything is read; nothing is ever changed in the tenant.</p>
          <div class="table">
            <table class="cards">
              <thead>
                <tr>
                  <th scope="col">What is read</th>
                  <th scope="col">Why</th>
                  <th scope="col">Permission</th>
                </tr>
              </thead>
              <tbody>
                {permissions.map(({ permission, reads, why }) => (
                  <tr>
                    <th scope="row">{reads}</th>
                    <td data-label="Why">{why}</td>
                    <td data-label="Permission" class="wide">
                      <code>{permission}</code>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      </>
    ),
  });
}
