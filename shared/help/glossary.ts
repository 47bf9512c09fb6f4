// Our words beside Microsoft's, so that a person with Partner Center or Entra open in another window finds the same thing there.
import type { GdapStatus } from '../customers/gdap-status.ts';

export interface Term {
  /** The anchor on the Help page is `word-{id}`. */
  id: string;
  word: string;
  meaning: string;
  /** What it is called, or where it is, at Microsoft; empty where Microsoft has no such thing. */
  elsewhere: readonly { where: 'Partner Center' | 'Entra'; word: string }[];
}

const partnerCenter = (word: string) => ({ where: 'Partner Center', word }) as const;
const entra = (word: string) => ({ where: 'Entra', word }) as const;

const things = [
  {
    id: 'workspace',
    word: 'Workspace',
    meaning: 'Everything of one MSP here. It stands for the tenant that its people sign in with.',
    elsewhere: [partnerCenter('your account, Organisation profile'), entra('your own tenant')],
  },
  {
    id: 'connection',
    word: 'Connection',
    meaning: 'The link to a partner tenant with all its customers, or to a single tenant.',
    elsewhere: [],
  },
  {
    id: 'customer',
    word: 'Customer',
    meaning: 'One Microsoft 365 tenant that a connection gives access to.',
    elsewhere: [partnerCenter('a row under Customers'), entra('a tenant, or directory')],
  },
  {
    id: 'service-account',
    word: 'Service account',
    meaning: 'The account of your tenant that Tenantry reads admin relationships as.',
    elsewhere: [partnerCenter('a user with the role Admin agent'), entra('a user in the group AdminAgents')],
  },
  {
    id: 'gdap',
    word: 'GDAP, admin relationship',
    meaning:
      "Granular delegated admin privileges: what lets you work in a customer's tenant, with named roles and for a limited time.",
    elsewhere: [
      partnerCenter('Customers, the customer, Admin relationships'),
      entra("in the customer's tenant: Delegated admin partners"),
    ],
  },
  {
    id: 'approval-link',
    word: 'Approval link',
    meaning: 'The address at which a Global Administrator of the customer approves a requested relationship.',
    elsewhere: [partnerCenter('Email to customer, after Finalize request')],
  },
  {
    id: 'role',
    word: 'Required role',
    meaning: 'A directory role that the relationship must give; which ones is in the settings, under Roles.',
    elsewhere: [partnerCenter('Microsoft Entra roles, on the relationship'), entra('Roles and administrators')],
  },
  {
    id: 'security-group',
    word: 'Security group',
    meaning: 'Roles of a relationship reach the service account only through a group that it is in.',
    elsewhere: [partnerCenter('Security groups, on the relationship'), entra('a group of type Security')],
  },
  {
    id: 'auto-extend',
    word: 'Extends itself',
    meaning: 'The relationship is prolonged by six months at its end. Not possible with Global Administrator in it.',
    elsewhere: [partnerCenter('Auto extend, on the relationship')],
  },
  {
    id: 'consent',
    word: 'Consent',
    meaning: 'The customer lets the customer app read its tenant, by accepting its permissions once.',
    elsewhere: [entra('Enterprise applications, the app, Permissions: Grant admin consent')],
  },
  {
    id: 'customer-app',
    word: 'Customer app',
    meaning: "The app registration that reads customers' tenants. It has read-only permissions.",
    elsewhere: [entra("in the customer's tenant: Enterprise applications")],
  },
  {
    id: 'partner-app',
    word: 'Partner app',
    meaning: 'The app registration with which people sign in here, and which reads relationships in your own tenant.',
    elsewhere: [partnerCenter('an application under App management'), entra('in your tenant: Enterprise applications')],
  },
  {
    id: 'evidence',
    word: 'Evidence',
    meaning:
      'Why your workspace may read a tenant: an active relationship, or a sign-in there by one of its administrators.',
    elsewhere: [],
  },
  {
    id: 'ready',
    word: 'Ready',
    meaning: 'The admin relationship is in order and consent is granted; both, never one. Only ready customers sync.',
    elsewhere: [],
  },
  {
    id: 'reauthorize',
    word: 'Reauthorize',
    meaning:
      'Sign in again for a connection: with the same account after a fault was mended, or with another of the same tenant.',
    elsewhere: [],
  },
  {
    id: 'sync',
    word: 'Sync',
    meaning: "Reading one customer's licences, subscriptions and users, about every 30 minutes.",
    elsewhere: [],
  },
  {
    id: 'dataset',
    word: 'Dataset',
    meaning: 'One kind of data of a tenant, with an age and an error of its own.',
    elsewhere: [],
  },
] as const satisfies readonly Term[];

/** Names of the terms, for what explains one of them in place. */
export type TermId = (typeof things)[number]['id'];

/** How Partner Center shows what we call a GDAP status. */
export const gdapElsewhere: Record<GdapStatus, string> = {
  Active: 'Active',
  Expiring: 'Active; the end date is near',
  Pending: 'Approval pending',
  Missing: 'none listed, or only Terminated',
  Expired: 'Expired, or Expiring past its end date',
  MissingRoles: 'Active; a role is not among its Microsoft Entra roles',
  MissingSecurityGroup: 'Active; no fitting group under Security groups',
  Error: 'may show more: reading it failed here',
  Unknown: 'may show more: it was not read here yet',
  NotApplicable: 'not listed',
};

const meanings: Record<Exclude<GdapStatus, 'NotApplicable'>, { word: string; meaning: string }> = {
  Active: {
    word: 'Active',
    meaning:
      'Every required role works, and none ends within the warning time: seven days, unless changed in the settings.',
  },
  Expiring: { word: 'Expiring', meaning: 'Every required role works; one of them ends within the warning time.' },
  Pending: { word: 'Pending', meaning: 'A relationship was requested, and the customer has not approved it.' },
  Missing: {
    word: 'Missing admin relationship',
    meaning: 'Nothing was ever active, or it was ended by one of the two sides.',
  },
  Expired: { word: 'Expired', meaning: 'A required role was only in relationships that have run out.' },
  MissingRoles: { word: 'Missing roles', meaning: 'The relationship is active and lacks a required role.' },
  MissingSecurityGroup: {
    word: 'Missing security group',
    meaning: 'The relationship has the role, but the service account does not get it through a group.',
  },
  Error: { word: 'Error', meaning: 'Microsoft did not let the relationship be read; the error says why.' },
  Unknown: { word: 'Unknown', meaning: 'There is no information yet.' },
};

const order = ['Active', 'Expiring', 'Pending', 'Missing', 'Expired', 'MissingRoles', 'MissingSecurityGroup'] as const;

const statuses: readonly Term[] = [...order, 'Error' as const, 'Unknown' as const].map((status) => ({
  id: `status-${status}`,
  word: `GDAP: ${meanings[status].word}`,
  meaning: meanings[status].meaning,
  elsewhere: [partnerCenter(gdapElsewhere[status])],
}));

/** Every term, in the order of the Help page. */
export const glossary: readonly Term[] = [...things, ...statuses];

/** One term. */
export function termOf(id: TermId): Term {
  const found = things.find((term) => term.id === id);
  // `TermId` names no other; this keeps the compiler from having to be told so.
  if (!found) throw new Error(`The glossary has no term ${id}.`);
  return found;
}
