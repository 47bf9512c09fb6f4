// The people of a scenario tenant.
import { ROLE } from '../graph/directory-roles.ts';
import type { Tenant, User } from '../world.ts';
import type { Draws } from './draws.ts';
import { drawLicences, type ProductChoice } from './licences.ts';
import { DEPARTMENTS, JOB_TITLES, OFFICES, personName } from './names.ts';
import { secondsText } from './times.ts';

const DAY_MS = 86_400_000;
const GUEST_DOMAINS = ['partner.example', 'freelance.example', 'auditors.example'];
// Shared by every user without any: code that changes them replaces the array.
const NONE: never[] = [];

/** A user with everything that was not given left empty. */
export function makeUser(given: Pick<User, 'id' | 'userPrincipalName' | 'displayName'> & Partial<User>): User {
  return {
    givenName: null,
    surname: null,
    mail: null,
    mobilePhone: null,
    businessPhones: NONE,
    jobTitle: null,
    department: null,
    officeLocation: null,
    preferredLanguage: null,
    usageLocation: null,
    userType: 'Member',
    accountEnabled: true,
    createdDateTime: '2021-03-01T09:00:00Z',
    deletedDateTime: null,
    assignedLicenses: NONE,
    proxyAddresses: NONE,
    signInActivity: null,
    directoryRoles: NONE,
    mfa: false,
    ...given,
  };
}

/**
 * Fills a customer with people: an administrator, an ordinary user, then drawn ones; among these a few guests, disabled
 * accounts (some of which still hold licences) and people who never signed in.
 * @param count how many users the tenant gets, at least 1
 */
export function addPeople(draws: Draws, tenant: Tenant, count: number, choice: ProductChoice, startMs: number): void {
  const taken = new Set<string>(['admin']);
  const shared = new Map<string, User['assignedLicenses']>();
  const admin = makeUser({
    id: draws.guid(),
    userPrincipalName: `admin@${tenant.defaultDomain}`,
    displayName: `${tenant.displayName} Administrator`,
    mail: `admin@${tenant.defaultDomain}`,
    usageLocation: tenant.countryLetterCode,
    directoryRoles: [ROLE.globalAdministrator],
    mfa: true,
    signInActivity: signIn(draws, startMs),
  });
  tenant.users.set(admin.id, admin);
  for (let position = 1; position < count; position += 1) {
    const user = drawPerson({ draws, tenant, position, taken, choice, shared, startMs });
    tenant.users.set(user.id, user);
  }
}

interface PersonInput {
  draws: Draws;
  tenant: Tenant;
  position: number;
  taken: Set<string>;
  choice: ProductChoice;
  shared: Map<string, User['assignedLicenses']>;
  startMs: number;
}

function drawPerson({ draws, tenant, position, taken, choice, shared, startMs }: PersonInput): User {
  const { given, surname, mailbox } = personName(draws, position, taken);
  // The first one after the administrator is always an ordinary user who can sign in.
  const isGuest = position > 1 && draws.chance(0.04);
  const accountEnabled = position === 1 || draws.chance(0.92);
  const assignedLicenses = isGuest ? NONE : drawLicences(draws, choice, accountEnabled, shared);
  const address = `${mailbox}@${isGuest ? draws.pick(GUEST_DOMAINS) : tenant.defaultDomain}`;
  return makeUser({
    id: draws.guid(),
    userPrincipalName: isGuest ? `${address.replace('@', '_')}#EXT#@${tenant.initialDomain}` : address,
    displayName: `${given} ${surname}`,
    givenName: given,
    surname,
    mail: isGuest || assignedLicenses.length > 0 ? address : null,
    mobilePhone: draws.chance(0.7) ? `+44 7700 900${String(draws.int(0, 999)).padStart(3, '0')}` : null,
    jobTitle: draws.pick(JOB_TITLES),
    department: draws.pick(DEPARTMENTS),
    officeLocation: draws.pick(OFFICES),
    preferredLanguage: draws.chance(0.5) ? 'en-GB' : null,
    usageLocation: isGuest ? null : tenant.countryLetterCode,
    userType: isGuest ? 'Guest' : 'Member',
    accountEnabled,
    createdDateTime: secondsText(startMs - draws.int(5, 1500) * DAY_MS),
    assignedLicenses,
    proxyAddresses: assignedLicenses.length > 0 ? [`SMTP:${address}`] : NONE,
    signInActivity: draws.chance(0.12) ? null : signIn(draws, startMs),
  });
}

function signIn(draws: Draws, startMs: number): User['signInActivity'] {
  const lastMs = startMs - Math.floor(draws.unit() ** 3 * 200 * DAY_MS) - 60_000;
  const text = secondsText(lastMs);
  // The last attempt may have failed; the last success is then earlier, or was never recorded.
  const succeeded = draws.weighted([
    { value: text, weight: 8 },
    { value: secondsText(lastMs - draws.int(1, 30) * DAY_MS), weight: 1 },
    { value: null, weight: 1 },
  ]);
  return { lastSignInDateTime: text, lastSuccessfulSignInDateTime: succeeded };
}
