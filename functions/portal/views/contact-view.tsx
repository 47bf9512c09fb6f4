// One contact: how the person is reached, what they hold, and how old all that is.
import type { Child } from 'hono/jsx';
import type { ContactDetails } from '../../../shared/contacts/read-contact.ts';
import { type Viewer, workPage } from '../parts/layout.tsx';
import { Status } from '../parts/status.tsx';
import { Age } from '../parts/time.tsx';
import { contactWords, day, standingWords } from '../parts/words.ts';
import { telephone } from './contact-table.tsx';

export interface ContactModel {
  viewer: Viewer;
  nowMs: number;
  contact: ContactDetails;
}

/** The page as a document. */
export function contactView({ viewer, nowMs, contact }: ContactModel): string {
  const name = contact.displayName ?? contact.userPrincipalName;
  return workPage({
    title: name,
    place: 'contacts',
    viewer,
    children: (
      <>
        <p class="crumb">
          <a href="/contacts">Contacts</a> /{' '}
          <a href={`/contacts?tenantId=${contact.tenantId}`}>{contact.customerName}</a>
        </p>
        <div class="head">
          <h1>{name}</h1>
          <Status {...contactWords[contact.state]} />
        </div>
        <Standing contact={contact} nowMs={nowMs} />
        <Reach contact={contact} />
        <h2 id="account">Account</h2>
        <Account contact={contact} nowMs={nowMs} />
        <p class="quiet">Verifying a caller and sending data securely from here are not yet available.</p>
      </>
    ),
  });
}

/** What a technician must know before dialling: whether this is still true. */
function Standing({ contact, nowMs }: { contact: ContactDetails; nowMs: number }) {
  const { state, since, formerConnection, customerName, tenantId } = contact;
  if (state === 'synced' || since === null) return null;
  if (state === 'paused') {
    return (
      <div class="banner soon">
        <p>
          {customerName} has not been synced since {day(since)}, so this may be out of date.{' '}
          <a href={`/customers/${tenantId}`}>See what stands in the way</a>
        </p>
      </div>
    );
  }
  return (
    <div class="banner">
      <p>
        No longer synced since {day(since)} (<Age at={since} nowMs={nowMs} />
        ): the connection {formerConnection === null ? '' : `“${formerConnection}” `}was removed and its contacts were
        kept. Nothing brings them up to date.
      </p>
    </div>
  );
}

function Reach({ contact }: { contact: ContactDetails }) {
  const { mobilePhone, mail, tenantId, customerName, customerDomain, state } = contact;
  return (
    <dl class="facts card">
      <Fact term="Mobile">{mobilePhone && <a href={telephone(mobilePhone)}>{mobilePhone}</a>}</Fact>
      <Fact term="E-mail">{mail && <a href={`mailto:${encodeURIComponent(mail)}`}>{mail}</a>}</Fact>
      <Fact term="Customer">
        {state === 'ended' ? customerName : <a href={`/customers/${tenantId}`}>{customerName}</a>}
        {customerDomain ? <span class="note">{customerDomain}</span> : null}
      </Fact>
      <Fact term="Department">{contact.department}</Fact>
      <Fact term="Office">{contact.officeLocation}</Fact>
    </dl>
  );
}

function Account({ contact, nowMs }: { contact: ContactDetails; nowMs: number }) {
  const { userPrincipalName, userType, accountEnabled, licences, standing, lastSignInAt, asOf } = contact;
  return (
    <dl class="facts card">
      <Fact term="User name">{userPrincipalName}</Fact>
      <Fact term="User type">{userType}</Fact>
      <Fact term="Sign-in">{accountEnabled ? 'allowed' : 'blocked'}</Fact>
      {licences ? (
        <Fact term="Licences">{licences.map(({ productName }) => productName).join(', ') || 'none'}</Fact>
      ) : null}
      {standing ? (
        <Fact term="Standing">
          <Status {...standingWords[standing]} />
        </Fact>
      ) : null}
      {licences ? <Fact term="Last sign-in">{lastSignInAt && <Age at={lastSignInAt} nowMs={nowMs} />}</Fact> : null}
      {asOf ? (
        <Fact term="As of">
          <Age at={asOf} nowMs={nowMs} />
        </Fact>
      ) : null}
    </dl>
  );
}

function Fact({ term, children }: { term: string; children: Child }) {
  return (
    <>
      <dt>{term}</dt>
      <dd>{children || <span class="quiet">–</span>}</dd>
    </>
  );
}
