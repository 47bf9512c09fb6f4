// The partners (MSPs) of the scenario with the accounts that people sign in with, and the tenants around them.
import { ROLE } from '../graph/directory-roles.ts';
import { PERSONAL_TENANT_ID, type Tenant, type User, type World } from '../world.ts';
import { VENDOR_TENANT_ID } from './apps.ts';
import { createDraws, type Draws } from './draws.ts';
import { addPartnerGroups, type PartnerGroups } from './gdap.ts';
import { addLicences, chooseProducts } from './licences.ts';
import { makeUser } from './users.ts';

export const FIRST_PARTNER_DOMAIN = 'northwindpartners.example';
export const SECOND_PARTNER_DOMAIN = 'southridge.example';
export const THIRD_PARTNER_DOMAIN = 'lucernemanaged.example';

export interface Partner {
  tenant: Tenant;
  groups: PartnerGroups;
}

export interface Partners {
  first: Partner;
  second: Partner;
  third: Partner;
}

interface Person {
  mailbox: string;
  displayName: string;
  globalAdministrator?: boolean;
  mfa?: boolean;
  /** In AdminAgents, directly. */
  agent?: boolean;
  /** In the group that the GDAP groups nest. */
  operator?: boolean;
}

const FIRST: readonly Person[] = [
  {
    mailbox: 'svc-tenantry',
    displayName: 'Tenantry Service',
    globalAdministrator: true,
    mfa: true,
    agent: true,
    operator: true,
  },
  { mailbox: 'nora.nomfa', displayName: 'Nora Nilsson', globalAdministrator: true, agent: true, operator: true },
  { mailbox: 'lena.lone', displayName: 'Lena Langer', globalAdministrator: true, mfa: true },
  { mailbox: 'olivia.ordinary', displayName: 'Olivia Okafor' },
  { mailbox: 'tariq.technician', displayName: 'Tariq Taylor', mfa: true },
];
const SECOND: readonly Person[] = [
  {
    mailbox: 'svc-tenantry',
    displayName: 'Tenantry Service',
    globalAdministrator: true,
    mfa: true,
    agent: true,
    operator: true,
  },
  { mailbox: 'sam.support', displayName: 'Sam Sato' },
];
const THIRD: readonly Person[] = [
  { mailbox: 'admin', displayName: 'Luca Lopes', globalAdministrator: true, mfa: true, agent: true, operator: true },
];

/** Adds the three partners, the vendor's tenant and the tenant of personal accounts. */
export function addPartners(world: World): Partners {
  const first = addPartner(world, 'Northwind Partners', FIRST_PARTNER_DOMAIN, 'GB', FIRST);
  const second = addPartner(world, 'Southridge Technology', SECOND_PARTNER_DOMAIN, 'NL', SECOND);
  const third = addPartner(world, 'Lucerne Managed IT', THIRD_PARTNER_DOMAIN, 'CH', THIRD);
  addGuest(world, first.tenant, second.tenant);
  addSurroundings(world);
  return { first, second, third };
}

function addPartner(world: World, name: string, domain: string, country: string, people: readonly Person[]): Partner {
  const draws = createDraws(world.seed, `partner/${domain}`);
  const tenant = makeTenant(draws.guid(), name, domain, 'partner', country);
  tenant.partnerCenter = { available: true };
  const ids = new Map(people.map((person) => [person, addAccount(draws, tenant, person).id]));
  const idsOf = (wanted: (person: Person) => boolean | undefined) =>
    people.filter(wanted).map((person) => ids.get(person) ?? '');
  const groups = addPartnerGroups(
    draws,
    tenant,
    idsOf((person) => person.operator),
    idsOf((person) => person.agent),
  );
  const choice = chooseProducts(draws);
  tenant.hasEntraP1 = choice.hasEntraP1;
  addLicences(draws, tenant, choice, world.startMs, null);
  world.tenants.set(tenant.id, tenant);
  return { tenant, groups };
}

function addAccount(draws: Draws, tenant: Tenant, person: Person): User {
  const [givenName = null, surname = null] = person.displayName.split(' ');
  const user = makeUser({
    id: draws.guid(),
    userPrincipalName: `${person.mailbox}@${tenant.defaultDomain}`,
    displayName: person.displayName,
    givenName,
    surname,
    mail: `${person.mailbox}@${tenant.defaultDomain}`,
    directoryRoles: person.globalAdministrator ? [ROLE.globalAdministrator] : [],
    mfa: person.mfa ?? false,
  });
  tenant.users.set(user.id, user);
  return user;
}

/** An ordinary user of the second partner is a guest of the first. */
function addGuest(world: World, host: Tenant, home: Tenant): void {
  const draws = createDraws(world.seed, 'guest');
  const account = [...home.users.values()].find((user) => user.directoryRoles.length === 0);
  if (!account) return;
  const guest = makeUser({
    id: draws.guid(),
    userPrincipalName: `${account.userPrincipalName.replace('@', '_')}#EXT#@${host.initialDomain}`,
    displayName: `${account.displayName} (Southridge)`,
    mail: account.mail,
    userType: 'Guest',
    homeAccount: { tenantId: home.id, userId: account.id },
  });
  host.users.set(guest.id, guest);
}

function addSurroundings(world: World): void {
  world.tenants.set(VENDOR_TENANT_ID, makeTenant(VENDOR_TENANT_ID, 'Tenantry', 'tenantry.example', 'vendor', 'NL'));
  const personal = makeTenant(PERSONAL_TENANT_ID, 'Personal accounts', 'outlook.example', 'personal', 'US');
  const user = makeUser({
    id: '00000000-0000-0000-66f3-3332eca7ea81',
    userPrincipalName: 'pat.personal@outlook.example',
    displayName: 'Pat Personal',
    mail: 'pat.personal@outlook.example',
  });
  personal.users.set(user.id, user);
  world.tenants.set(PERSONAL_TENANT_ID, personal);
}

/** A tenant without users or licences. */
export function makeTenant(
  id: string,
  displayName: string,
  defaultDomain: string,
  kind: Tenant['kind'],
  countryLetterCode: string,
): Tenant {
  return {
    id,
    displayName,
    defaultDomain,
    initialDomain: `${defaultDomain.split('.')[0]}.onmicrosoft.com`,
    kind,
    countryLetterCode,
    createdDateTime: '2019-05-14T08:30:00Z',
    organizationVersion: 1,
    hasEntraP1: false,
    skus: new Map(),
    subscriptions: new Map(),
    users: new Map(),
    userChanges: [],
    deltaResetBefore: 0,
    groups: new Map(),
    servicePrincipals: new Map(),
  };
}
