// A contact: a person in a customer's tenant whom the MSP may have to reach. What a list shows, and which a filter leaves.
// Pure.
import type { UserDoc } from '../sync/documents.ts';
import type { ContactDoc } from './documents.ts';
import type { ContactPlace } from './places.ts';

/**
 * Whether syncs keep it current: `synced`; `paused` while its customer cannot be synced; `ended` when the customer's
 * connection was removed and the contact kept.
 */
export const contactStates = ['synced', 'paused', 'ended'] as const;
export type ContactState = (typeof contactStates)[number];

export interface Contact {
  tenantId: string;
  customerName: string;
  customerDomain: string | null;
  userId: string;
  displayName: string | null;
  userPrincipalName: string;
  mail: string | null;
  mobilePhone: string | null;
  department: string | null;
  officeLocation: string | null;
  /** As Microsoft says it: `Member`, `Guest`; null for some accounts from before there were guests. */
  userType: string | null;
  /** Whether the account may sign in. */
  accountEnabled: boolean;
  state: ContactState;
  /** Since when it is paused or ended; null while it is synced. */
  since: string | null;
}

/** The contact of a user that is synced, or of one that was kept. */
export function contactOf(place: ContactPlace, doc: UserDoc | ContactDoc): Contact {
  const standing =
    doc.type === 'contact'
      ? { state: 'ended' as const, since: doc.endedAt }
      : { state: place.state, since: place.state === 'synced' ? null : place.since };
  return {
    tenantId: place.tenantId,
    customerName: place.name,
    customerDomain: place.domain,
    userId: doc.userId,
    displayName: doc.displayName,
    userPrincipalName: doc.userPrincipalName,
    mail: doc.mail,
    mobilePhone: doc.mobilePhone,
    department: doc.department,
    officeLocation: doc.officeLocation,
    userType: doc.userType,
    accountEnabled: doc.accountEnabled,
    ...standing,
  };
}

export interface ContactFilter {
  /** Words, each of which must be in the contact or its customer's name; or a telephone number. */
  text?: string | undefined;
  /** Text in the customer's name or domain. */
  customer?: string | undefined;
  tenantId?: string | undefined;
  /** `member` is everyone who is no guest. */
  userType?: 'member' | 'guest' | undefined;
  department?: string | undefined;
  office?: string | undefined;
  /** Of the e-mail address or of the user name. */
  domain?: string | undefined;
  hasMobile?: boolean | undefined;
  state?: ContactState | undefined;
  /** A group of the customer that `tenantId` names: its members, those through other groups too. */
  groupId?: string | undefined;
}

/** Text as it is compared: without case, accents and outer spaces. */
export function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase('en').trim();
}

/**
 * Tells whether a contact matches. Customer, tenant and state decide which tenants are looked at (`selectPlaces`), not
 * this. `members` holds the user ids of the group where one is asked for. Undefined when everyone matches.
 */
export function matcherOf(
  filter: ContactFilter,
  members?: ReadonlySet<string>,
): ((contact: Contact) => boolean) | undefined {
  const tests = [
    members && ((contact: Contact) => members.has(contact.userId.toLowerCase())),
    filter.userType && ofType(filter.userType),
    filter.hasMobile !== undefined && ((contact: Contact) => Boolean(contact.mobilePhone) === filter.hasMobile),
    equals(filter.department, ({ department }) => [department]),
    equals(filter.office, ({ officeLocation }) => [officeLocation]),
    equals(filter.domain?.replace(/^\s*@/, ''), ({ mail, userPrincipalName }) =>
      [mail, userPrincipalName].map(domainOf),
    ),
    saying(filter.text),
  ].filter((test) => typeof test === 'function');
  return tests.length === 0 ? undefined : (contact) => tests.every((test) => test(contact));
}

function ofType(wanted: 'member' | 'guest') {
  return ({ userType }: Contact) => (userType === 'Guest') === (wanted === 'guest');
}

/** A field that was left open asks for nothing. */
function equals(wanted: string | undefined, values: (contact: Contact) => readonly (string | null)[]) {
  const folded = fold(wanted ?? '');
  if (folded === '') return undefined;
  return (contact: Contact) => values(contact).some((value) => value !== null && fold(value) === folded);
}

function domainOf(address: string | null): string | null {
  const at = address?.lastIndexOf('@') ?? -1;
  return address === null || at < 0 ? null : address.slice(at + 1);
}

// However it is written: with spaces, brackets, dots or slashes, as inside the country or from outside it.
const telephone = /^[+()\d\s./-]+$/;
const fewestDigits = 4;

function saying(text: string | undefined) {
  const wanted = fold(text ?? '');
  if (wanted === '') return undefined;
  const number = telephone.test(wanted) ? wanted.replace(/\D/g, '').replace(/^0+/, '') : '';
  const words = wanted.split(/\s+/);
  return (contact: Contact) =>
    (number.length >= fewestDigits && (contact.mobilePhone?.replace(/\D/g, '') ?? '').includes(number)) ||
    sayAll(contact, words);
}

function sayAll(contact: Contact, words: readonly string[]): boolean {
  const { displayName, userPrincipalName, mail, mobilePhone, department, officeLocation, customerName } = contact;
  const texts = [displayName, userPrincipalName, mail, mobilePhone, department, officeLocation, customerName];
  const all = fold(texts.filter((part) => part !== null).join('\n'));
  return words.every((word) => all.includes(word));
}
