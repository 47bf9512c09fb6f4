// The table of contacts: a person a row, with what reaches them, and where the search stands.
import type { Contact } from '../../../shared/contacts/contact.ts';
import type { ContactPage } from '../../../shared/contacts/search.ts';
import { Status } from '../parts/status.tsx';
import { Age, Nothing } from '../parts/time.tsx';
import { contactWords, count, plural } from '../parts/words.ts';
import { type ContactsModel, contactsAddress } from './contacts-model.ts';

export function ContactTable({ page, model }: { page: ContactPage; model: ContactsModel }) {
  return (
    <section aria-label="Contacts" id="contacts">
      {page.items.length === 0 ? <None page={page} model={model} /> : <Table page={page} model={model} />}
      <GoOn page={page} model={model} />
    </section>
  );
}

function Table({ page, model }: { page: ContactPage; model: ContactsModel }) {
  return (
    <div class="table">
      <table class="cards dense">
        <caption>{captionOf(page, model)}</caption>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Mobile</th>
            <th scope="col" class="wide">
              E-mail
            </th>
            <th scope="col">Customer</th>
            <th scope="col">Department, office</th>
            <th scope="col">Synced</th>
          </tr>
        </thead>
        <tbody>
          {page.items.map((contact) => (
            <Row contact={contact} model={model} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function captionOf({ items, cursor, searched, customers }: ContactPage, { cursor: from }: ContactsModel): string {
  const whole = cursor === null && from === undefined;
  if (whole) return plural(items.length, 'contact');
  const shown = `${plural(items.length, 'contact')} on this page`;
  return cursor === null ? `${shown}, the last` : `${shown}; looked through ${howFar(searched, customers)}`;
}

const howFar = (searched: number, customers: number) => `${count(searched)} of ${plural(customers, 'customer')}`;

function Row({ contact, model }: { contact: Contact; model: ContactsModel }) {
  const { tenantId, userId, displayName, userPrincipalName, mail, mobilePhone, department, officeLocation } = contact;
  const place = [department, officeLocation].filter((text) => text !== null).join(', ');
  const { tone, word } = contactWords[contact.state];
  return (
    <tr data-user={userId} data-state={contact.state}>
      <th scope="row">
        <a href={`/contacts/${tenantId}/${userId}`}>{displayName ?? userPrincipalName}</a>
        <span class="note">
          {userPrincipalName}
          {contact.userType === 'Guest' ? ' · guest' : ''}
          {contact.accountEnabled ? '' : ' · may not sign in'}
        </span>
      </th>
      <td data-label="Mobile" class="nowrap">
        {mobilePhone ? <a href={telephone(mobilePhone)}>{mobilePhone}</a> : <Nothing />}
      </td>
      <td data-label="E-mail" class="wide">
        {mail ? <a href={`mailto:${encodeURIComponent(mail)}`}>{mail}</a> : <Nothing />}
      </td>
      <td data-label="Customer">
        {model.filter.tenantId === tenantId ? (
          contact.customerName
        ) : (
          <a href={contactsAddress(model.filter, { tenantId, customer: undefined })}>{contact.customerName}</a>
        )}
      </td>
      <td data-label="Department, office">{place === '' ? <Nothing /> : place}</td>
      <td data-label="Synced">
        <Status tone={tone} word={word} />
        {contact.since ? (
          <span class="note">
            since <Age at={contact.since} nowMs={model.nowMs} />
          </span>
        ) : null}
      </td>
    </tr>
  );
}

/** `tel:` takes digits and a plus: https://www.rfc-editor.org/rfc/rfc3966 */
export function telephone(number: string): string {
  return `tel:${number.replace(/(?!^\+)\D/g, '')}`;
}

function None({ page, model }: { page: ContactPage; model: ContactsModel }) {
  const all = <a href="/contacts">Show all contacts</a>;
  if (page.cursor) {
    return (
      <div class="card">
        Nobody was found in {howFar(page.searched, page.customers)}. The others are still to be searched. {all}
      </div>
    );
  }
  return (
    <div class="card">
      {model.cursor ? 'Nobody else matches.' : 'No contact matches.'} {all}
    </div>
  );
}

/** More of the same, or on through customers that this request had no time for: one link for both. */
function GoOn({ page, model }: { page: ContactPage; model: ContactsModel }) {
  const { cursor, searched, customers, items } = page;
  const { filter } = model;
  return (
    <nav class="pages" aria-label="Pages">
      {model.cursor ? <a href={contactsAddress(filter)}>To the start</a> : null}
      {cursor ? (
        <a class="button" rel="next" href={contactsAddress(filter, { cursor })}>
          {items.length >= 100 ? 'More contacts' : 'Search on'}
        </a>
      ) : null}
      {cursor && items.length < 100 ? <span class="quiet">Searched {howFar(searched, customers)}.</span> : null}
    </nav>
  );
}
