// A connection's removal: before it, what is lost and the name to type; then how far it is; then what is left to do by hand.
import type { RemovalDoc } from '../../../shared/connections/removal/documents.ts';
import type { RemovalReport } from '../../../shared/connections/removal/request.ts';
import { Domain } from '../parts/domain.tsx';
import { ErrorSummary, type Refused, TextField } from '../parts/form.tsx';
import { CsrfField, type Viewer, workPage } from '../parts/layout.tsx';
import { Progress } from '../parts/progress.tsx';
import { WhatGoes } from '../parts/removal-counts.tsx';
import { Status } from '../parts/status.tsx';
import { connectionWords, count, dateTime, kindWords, plural } from '../parts/words.ts';

export interface RemoveConnectionModel extends RemovalReport {
  viewer: Viewer;
  connectionId: string;
  /** Where somebody removes the app from a tenant. */
  addressOf: (tenantId: string) => string;
  form: Refused | undefined;
}

/** The page as a document. */
export function removeConnectionView(model: RemoveConnectionModel): string {
  const { viewer, connection, removal, form } = model;
  const name = connection?.name ?? removal?.name ?? 'Connection';
  const title = removal ? `Removal of ${name}` : `Remove ${name}`;
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
          <h1>{removal ? title : `${title}?`}</h1>
        </div>
        <ErrorSummary form={form} labels={{ name: 'Name' }} />
        {removal ? <UnderWay model={model} removal={removal} /> : <Before model={model} name={name} />}
      </>
    ),
  });
}

function Before({ model, name }: { model: RemoveConnectionModel; name: string }) {
  const { viewer, connectionId, connection, preview, form } = model;
  const csp = connection?.kind === 'microsoft_csp';
  const word = csp ? 'Remove CSP integration' : 'Remove integration';
  return (
    <>
      <p>
        {connection ? `${kindWords(connection.kind)}. ` : ''}
        {csp ? 'All customers of this partner tenant go with it.' : 'The tenant is disconnected, and its sync ends.'}
      </p>
      <WhatGoes counts={preview} whom="this connection" />
      <form class="card" method="post" action={`/connections/${connectionId}/remove`} novalidate={form !== undefined}>
        <CsrfField token={viewer.csrfToken} />
        <TextField name="name" label={`Type ${name} to confirm`} maxLength={200} form={form} />
        <div class="actions">
          <button type="submit" class="danger">
            {word}
          </button>
          <a class="button" href="/connections">
            Keep
          </a>
        </div>
      </form>
    </>
  );
}

function UnderWay({ model, removal }: { model: RemoveConnectionModel; removal: RemovalDoc }) {
  const { connectionId } = model;
  const done = removal.status === 'done';
  const words = done ? undefined : `Removing customers: ${count(removal.done)} of ${count(removal.total)}`;
  return (
    <>
      <Progress words={words} address={`/connections/${connectionId}/remove`} />
      <div id="removal" data-live>
        <div class="card" data-removal={removal.status}>
          <p class="title">
            {done ? (
              <Status tone="done" word="Removed" />
            ) : (
              <Status tone={connectionWords.Removing.tone} word={connectionWords.Removing.word} />
            )}
          </p>
          {done ? null : (
            <progress
              class="progress"
              aria-label="Customers removed"
              max={String(Math.max(1, removal.total))}
              value={String(removal.done)}
            />
          )}
          <p class="aside">
            {done
              ? `${plural(removal.total, 'customer')} removed, ${plural(removal.contacts, 'user')} kept as contacts.`
              : 'This goes on by itself; you may leave the page. Nothing can be connected in its place until it is done.'}
          </p>
          <p class="quiet">
            Asked for by {removal.requestedBy.name}, {dateTime(removal.requestedAt)}
            {removal.finishedAt ? `; done ${dateTime(removal.finishedAt)}` : ''}.
          </p>
          {done ? (
            <p>
              <a href="/contacts">Contacts</a> · <a href="/connections">Connect again</a>
            </p>
          ) : null}
        </div>
        <ByHand model={model} removal={removal} />
      </div>
    </>
  );
}

function ByHand({ model, removal }: { model: RemoveConnectionModel; removal: RemovalDoc }) {
  const { byHand, addressOf } = model;
  if (removal.status !== 'done') return null;
  return (
    <>
      {byHand.length > 0 ? <Tenants byHand={byHand} addressOf={addressOf} /> : null}
      {removal.kind === 'microsoft_csp' && removal.tenantId ? (
        <p>
          {removal.app === 'own'
            ? 'Your own app registration stays in your tenant, because other things may use it. If nothing does,'
            : 'Tenantry’s partner app stays in your own tenant, because you sign in to Tenantry with it. To take it out when you are done here,'}{' '}
          <a href={addressOf(removal.tenantId)} target="_blank" rel="noreferrer">
            remove it in the Entra admin centre
          </a>
          .
        </p>
      ) : null}
    </>
  );
}

function Tenants({ byHand, addressOf }: Pick<RemoveConnectionModel, 'byHand' | 'addressOf'>) {
  return (
    <section aria-labelledby="by-hand">
      <h2 id="by-hand">Remove the app yourself in {plural(byHand.length, 'tenant')}</h2>
      <p>
        Nothing is read there any more. An administrator of the tenant opens Enterprise applications, chooses the app
        that reads for you, then Properties, then Delete.
      </p>
      <div class="table">
        <table class="cards">
          <thead>
            <tr>
              <th scope="col">Customer</th>
              <th scope="col">Why</th>
              <th scope="col">Where</th>
            </tr>
          </thead>
          <tbody>
            {byHand.map(({ tenantId, name, domain, appNote }) => (
              <tr data-tenant={tenantId}>
                <th scope="row">
                  {name}
                  <Domain name={domain} />
                </th>
                <td data-label="Why">{appNote ?? ''}</td>
                <td data-label="Where">
                  <a href={addressOf(tenantId)} target="_blank" rel="noreferrer">
                    Enterprise applications<span class="visually-hidden"> of {name}</span>
                  </a>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
