// The filters of the Contacts page: a search beside them, the rest folded away until it is used.
import type { ContactFilter } from '../../../shared/contacts/contact.ts';
import { type ChosenCustomer, contactsAddress } from './contacts-model.ts';

export function ContactFilters({ filter, chosen }: { filter: ContactFilter; chosen: ChosenCustomer | null }) {
  const { text, customer, tenantId, ...others } = filter;
  const more = Object.values(others).some((value) => value !== undefined);
  const any = more || text !== undefined || customer !== undefined || tenantId !== undefined;
  return (
    <form method="get" action="/contacts" class="contact-filters" aria-label="Filter contacts">
      <div class="actions find">
        <Text name="text" label="Name, mail, number…" value={text} search />
        {chosen ? (
          <>
            <input type="hidden" name="tenantId" value={chosen.tenantId} />
            <span>
              Customer: <strong>{chosen.name}</strong>{' '}
              <a href={contactsAddress(filter, { tenantId: undefined, groupId: undefined })}>all customers</a>
            </span>
          </>
        ) : (
          <Text name="customer" label="Customer" value={customer} />
        )}
        <button type="submit">Find</button>
        {any ? <a href="/contacts">Clear</a> : null}
      </div>
      <details class="more" open={more || chosen !== null}>
        <summary>More filters</summary>
        <div class="fields">
          <Choice name="userType" label="User type" value={filter.userType} options={userTypes} />
          <Text name="department" label="Department" value={filter.department} />
          <Text name="office" label="Office" value={filter.office} />
          <Text name="domain" label="Domain" value={filter.domain} />
          <Choice name="hasMobile" label="Mobile number" value={mobileOf(filter)} options={mobiles} />
          <Choice name="state" label="Synced" value={filter.state} options={states} />
          <Group filter={filter} chosen={chosen} />
        </div>
      </details>
    </form>
  );
}

const userTypes = [
  ['', 'Members and guests'],
  ['member', 'Members'],
  ['guest', 'Guests'],
] as const;

const mobiles = [
  ['', 'With or without'],
  ['true', 'With a mobile number'],
  ['false', 'Without one'],
] as const;

const states = [
  ['', 'All contacts'],
  ['synced', 'Synced'],
  ['paused', 'Paused: their customer cannot be synced now'],
  ['ended', 'No longer synced: kept after a removal'],
] as const;

const mobileOf = ({ hasMobile }: ContactFilter) => (hasMobile === undefined ? undefined : String(hasMobile));

function Text(field: { name: string; label: string; value: string | undefined; search?: boolean }) {
  const { name, label, value, search } = field;
  return (
    <div class="filter">
      <label for={name}>{label}</label>
      <input id={name} type={search ? 'search' : 'text'} name={name} value={value ?? ''} maxLength={200} />
    </div>
  );
}

function Choice(field: {
  name: string;
  label: string;
  value: string | undefined;
  options: readonly (readonly [value: string, word: string])[];
}) {
  const { name, label, value, options } = field;
  return (
    <div class="filter">
      <label for={name}>{label}</label>
      <select id={name} name={name}>
        {options.map(([option, word]) => (
          <option value={option} selected={option === (value ?? '')}>
            {word}
          </option>
        ))}
      </select>
    </div>
  );
}

/** Groups are read from Microsoft, so for one customer at a time, and only while it can be read. */
function Group({ filter, chosen }: { filter: ContactFilter; chosen: ChosenCustomer | null }) {
  if (!chosen) return <p class="note">To filter by a group, choose a customer in the list first.</p>;
  const { groups, explanation } = chosen;
  if (!groups) {
    return (
      <p class="note" data-code={explanation?.code}>
        The groups cannot be read now. {explanation?.meaning} {explanation?.whatToDo}
      </p>
    );
  }
  if (groups.items.length === 0) return <p class="note">{chosen.name} has no groups.</p>;
  const options = groups.items.map(({ groupId, name }) => [groupId, name] as const);
  return (
    <>
      <Choice name="groupId" label="Group" value={filter.groupId} options={[['', 'Any group or none'], ...options]} />
      {groups.complete ? null : <p class="note">There are more groups than these.</p>}
    </>
  );
}
