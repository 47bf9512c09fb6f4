// Connecting with an app registration of the MSP's own, first step: a name, so that the connection gets its address.
import { ErrorSummary, type Refused, TextField } from '../parts/form.tsx';
import { CsrfField, type Viewer, workPage } from '../parts/layout.tsx';

export interface OwnAppDraftModel {
  viewer: Viewer;
  form: Refused | undefined;
}

const labels = { name: 'Name of this connection' };

/** The page as a document. */
export function ownAppDraftView({ viewer, form }: OwnAppDraftModel): string {
  const title = 'Connect with your own app registration';
  return workPage({
    title: form ? `Error: ${title}` : title,
    place: 'connections',
    viewer,
    children: (
      <>
        <p class="crumb">
          <a href="/connections">Connections</a>
        </p>
        <div class="head">
          <h1>{title}</h1>
        </div>
        <ErrorSummary form={form} labels={labels} />
        <div class="card">
          <h2>When this is for you</h2>
          <p>
            Your customers then consent to an app that carries your name, is registered in your own Entra tenant, and
            whose secret you renew yourself. Everything else is as with Tenantry's app: the same service account, the
            same GDAP, the same data. If you have no reason to want that,{' '}
            <a href="/connect">connect with Tenantry's app</a>: there is nothing to register and no secret that ends.
          </p>
          <h2>What happens next</h2>
          <ol>
            <li>You give the connection a name; it gets its own redirect address.</li>
            <li>You register an app in Entra with that address and the permissions that are listed there.</li>
            <li>You enter its application id and a secret or certificate, and sign in with the service account.</li>
          </ol>
        </div>
        <form class="card" method="post" action="/connect/own-app" novalidate={form !== undefined}>
          <CsrfField token={viewer.csrfToken} />
          <TextField
            name="name"
            label={labels.name}
            help="How your colleagues will see it."
            value={form ? '' : `${viewer.workspaceName}, own app`}
            maxLength={100}
            form={form}
          />
          <button type="submit" class="primary">
            Continue
          </button>
        </form>
      </>
    ),
  });
}
