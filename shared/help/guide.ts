// The guide of the Help page: what to prepare, and how to mend what goes wrong. Setup and errors link to its sections by id.
import { GDAP_CENTER_URL } from '../customers/readiness.ts';

export interface GuideLink {
  word: string;
  href: string;
}

export interface GuideSection {
  /** The anchor on the Help page. */
  id: string;
  group: 'prepare' | 'mend';
  title: string;
  /** Why it is needed, or what has happened. */
  text: string;
  /** What to do, in order; none where there is nothing to do. */
  steps: readonly string[];
  links: readonly GuideLink[];
}

const users = {
  word: 'Users in the Entra admin centre',
  href: 'https://entra.microsoft.com/#view/Microsoft_AAD_UsersAndTenants/UserManagementMenuBlade',
};
const groups = {
  word: 'Groups in the Entra admin centre',
  href: 'https://entra.microsoft.com/#view/Microsoft_AAD_IAM/GroupsManagementMenuBlade/~/AllGroups',
};
const policies = {
  word: 'Conditional Access in the Entra admin centre',
  href: 'https://entra.microsoft.com/#view/Microsoft_AAD_ConditionalAccess/ConditionalAccessBlade',
};
const enterpriseApps = {
  word: 'Enterprise applications in the Entra admin centre',
  href: 'https://entra.microsoft.com/#view/Microsoft_AAD_IAM/StartboardApplicationsMenuBlade',
};
const relationships = { word: 'Admin relationships in Partner Center', href: GDAP_CENTER_URL };
const gdapArticle = {
  word: 'How admin relationships work (Microsoft)',
  href: 'https://learn.microsoft.com/partner-center/customers/gdap-introduction',
};

const prepare: readonly GuideSection[] = [
  {
    id: 'prepare-account',
    group: 'prepare',
    title: 'Service account and permissions at Microsoft',
    text: "Tenantry reads admin relationships as an account of your own tenant. Make one for this alone, so that nobody's leave or new password stops it. While connecting it must be a Global Administrator: only one can accept the permissions for your organisation, once for all customers.",
    steps: [
      'In Entra, create a user in your partner tenant with a generated password, enabled, not a guest.',
      'Assign it the role Global Administrator and check that the role shows on the user.',
      'Sign in with it once in a private window, to finish its first set-up and to enrol for multi-factor authentication.',
      'Connect it here. Afterwards it can step down to Application Administrator or Cloud Application Administrator.',
    ],
    links: [users],
  },
  {
    id: 'prepare-mfa',
    group: 'prepare',
    title: 'Multi-factor authentication at every sign-in',
    text: 'Partner Center refuses accounts that signed in without multi-factor authentication. It counts only if Entra itself asked for it.',
    steps: [
      'Make a Conditional Access policy that asks the service account for multi-factor authentication at every sign-in, or switch on security defaults.',
      'Sign in with the account once and complete the second factor.',
      'Choose Reauthorize here.',
    ],
    links: [policies],
  },
  {
    id: 'prepare-admin-agents',
    group: 'prepare',
    title: 'Membership of AdminAgents',
    text: 'Partner Center shows your customers only to members of the group AdminAgents, which it made in your tenant. Partner Center calls this role Admin agent.',
    steps: [
      'In Entra, open the group AdminAgents of your partner tenant and add the service account.',
      'Wait a few minutes, then choose Reauthorize here.',
    ],
    links: [groups],
  },
  {
    id: 'prepare-distributor',
    group: 'prepare',
    title: 'Distributor access',
    text: 'The distributor is the source of what you are billed for: subscriptions, quantities, terms and cost. It usually also made the GDAP relationships with your customers. Connecting Pax8 takes an account of Pax8 that may administer your company there. This part of Tenantry is not yet available: have the account ready, and go on without it.',
    steps: ['Check that you can sign in to the Pax8 portal and that your user is an administrator there.'],
    links: [{ word: 'Pax8 portal', href: 'https://app.pax8.com/' }],
  },
  {
    id: 'prepare-gdap',
    group: 'prepare',
    title: 'GDAP for each customer',
    text: 'Only customers with an active admin relationship (GDAP) are read and can be reconciled. In most cases your distributor has made one. To consent with your own account, the relationship must include Privileged Role Administrator and Application Administrator; which roles are asked for is in the settings.',
    steps: [
      'In Partner Center open Customers, Administer, Admin relationships, and look whether the customer has one that is Active.',
      "If there is none, choose Request GDAP on the customer's page here and send the approval link to the customer.",
      'A Global Administrator of the customer opens the link and approves. A request ends after 90 days.',
    ],
    links: [relationships, gdapArticle],
  },
  {
    id: 'prepare-gdap-group',
    group: 'prepare',
    title: 'A security group for GDAP',
    text: 'A relationship gives its roles to security groups, not to accounts. The service account has them only through a group that it is in, itself or through a group within it.',
    steps: [
      'In Entra, create a group of type Security with assigned membership, such as "GDAP Tenantry", and put the service account in it.',
      "Choose Assign group on the customer's page here, or in Partner Center open the relationship, Security groups, and add the group with the roles.",
      'Wait some minutes, then choose Check again.',
    ],
    links: [groups, relationships],
  },
  {
    id: 'prepare-consent',
    group: 'prepare',
    title: 'Consent: two ways with the same result',
    text: 'Each customer lets Tenantry read its tenant by accepting the permissions of the customer app once. The app reads and changes nothing. The ways can be mixed, and each customer may take either.',
    steps: [
      "With the customer's own administrator: send a consent link. It takes no preparation, and one sign-in for each customer.",
      'With your own account through GDAP: one account consents every customer, one after the other, without changing sign-ins. The account and the relationship both need Privileged Role Administrator and Application Administrator.',
    ],
    links: [{ word: "Check the account's roles in Partner Center", href: GDAP_CENTER_URL }],
  },
];

const mend: readonly GuideSection[] = [
  {
    id: 'mend-connection',
    group: 'mend',
    title: 'The connection failed and the reason is unknown',
    text: 'Microsoft did not say why, or gave a reason that Tenantry does not know.',
    steps: [
      'Sign out of Microsoft, or open a private window.',
      'Choose Reauthorize and sign in as the service account, with multi-factor authentication.',
      "If it fails again, copy the correlation id and give it to Microsoft's support, or to whoever runs this Tenantry.",
    ],
    links: [],
  },
  {
    id: 'mend-wrong-tenant',
    group: 'mend',
    title: 'The wrong account or tenant signed in',
    text: 'A workspace stands for one partner tenant, and Reauthorize takes an account of the tenant that was connected first.',
    steps: [
      'Sign out of Microsoft, or open a private window: the browser may have offered another account.',
      'Choose Reauthorize and sign in with an account of your partner tenant that is not a guest.',
    ],
    links: [],
  },
  {
    id: 'mend-single',
    group: 'mend',
    title: 'A tenant cannot be connected by itself',
    text: 'A single tenant is connected with an administrator of that very tenant. A partner tenant belongs in a CSP connection, and a tenant can be held by one connection of a workspace only: two ways to the same tenant would contradict each other.',
    steps: [
      'For a partner tenant with its customers: connect it as Cloud Solution Provider.',
      'For a tenant that another connection holds: use that one, or remove it first.',
    ],
    links: [],
  },
  {
    id: 'mend-customers',
    group: 'mend',
    title: 'No customers were found',
    text: 'Customers come from GDAP relationships, reseller contracts and Partner Center. An indirect reseller has no access to some of Partner Center, which is no fault.',
    steps: [
      'Check in Partner Center, Customers, that the partner tenant has customers.',
      'If you have several partner tenants, sign in at the one that has them.',
      'Choose Refresh or Reauthorize.',
    ],
    links: [relationships],
  },
  {
    id: 'mend-sign-in',
    group: 'mend',
    title: 'The kept sign-in ended',
    text: 'Tenantry keeps a sign-in of the service account and uses it at least weekly. It ends when an administrator resets the password or revokes sessions, or when it was not used for 90 days.',
    steps: ['Choose Reauthorize and sign in as the service account. Nothing else is lost.'],
    links: [],
  },
  {
    id: 'mend-policy',
    group: 'mend',
    title: 'Conditional Access blocks the sign-in',
    text: 'A policy of the tenant asks for something that the sign-in did not have: a known device, a place, a stronger factor.',
    steps: [
      'In Entra, open the sign-in logs and look up the sign-in: the policy that blocked it is named there.',
      'In your own tenant: exclude the service account from that policy, but keep one that asks it for multi-factor authentication.',
      `In a customer's tenant: have its administrator exclude "Service provider users" of your tenant from the policy.`,
      'Sign in again.',
    ],
    links: [policies],
  },
  {
    id: 'mend-app',
    group: 'mend',
    title: 'The app is blocked, switched off or missing in the tenant',
    text: 'Someone removed the app, set it to disabled, or a policy lets only administrators approve apps.',
    steps: [
      'In Entra, open Enterprise applications and find the app.',
      'If it is there: set "Enabled for users to sign in" to Yes, and approve what waits under Admin consent requests.',
      'If it is not there: consent again with a Global Administrator.',
    ],
    links: [enterpriseApps],
  },
  {
    id: 'mend-registration',
    group: 'mend',
    title: "The app's secret, certificate or registration is wrong",
    text: 'This concerns whoever runs this Tenantry, or you where a connection uses an app registration of your own. Nobody needs to sign in again once it is mended.',
    steps: [
      'In Entra, App registrations, open the app, Certificates & secrets: create a new secret or upload the certificate.',
      'Put it into the settings of the deployment, or into the connection that uses the registration.',
      'Compare redirect addresses and API permissions with the tables in the README.',
      'Choose Check again at the connection.',
    ],
    links: [],
  },
  {
    id: 'mend-gdap',
    group: 'mend',
    title: 'An admin relationship is missing, pending, ended or lacks roles',
    text: "The customer's page says for each required role what gives it and what is missing. An ended relationship cannot be revived, and an active one cannot get further roles: both need a new request.",
    steps: [
      "Missing, Expired, Missing roles: choose Request GDAP on the customer's page and send the approval link.",
      'Pending: send the approval link again; a Global Administrator of the customer must approve it.',
      "Missing security group: choose Assign group on the customer's page.",
      'Choose Check again: it reads this one customer at Microsoft.',
    ],
    links: [relationships],
  },
  {
    id: 'mend-consent',
    group: 'mend',
    title: 'Consent failed, was revoked or needs an upgrade',
    text: 'Failed consents are tried again by themselves. Revoked means that the customer removed or switched off the app; Upgrade needed, that Tenantry asks for more than was accepted.',
    steps: [
      "Read the error on the customer's page: it says who must act.",
      "Send a new consent link, or consent with your own account through GDAP. The account must not be a guest in the customer's tenant.",
      'Choose Check consent again: it asks Microsoft with a fresh token.',
    ],
    links: [enterpriseApps],
  },
  {
    id: 'mend-sync',
    group: 'mend',
    title: 'A sync shows Auth error, or a dataset failed',
    text: 'Auth error means that Microsoft refuses every request for the tenant: its sync stops until the cause is mended, and Tenantry looks once an hour whether it is. A single dataset that fails keeps its last good data and says since when.',
    steps: [
      'Mend what the error names, most often the consent or the admin relationship.',
      'Choose Check again beside the error: it tries just that.',
    ],
    links: [],
  },
  {
    id: 'mend-first-sync',
    group: 'mend',
    title: 'Connected, but no data yet',
    text: 'A connection that succeeded is not data yet. Each customer syncs once it is ready; a first sync may take up to 48 hours, which is expected, and nothing is to be done.',
    steps: [],
    links: [],
  },
];

/** Every section, in the order of the page. */
export const guide: readonly GuideSection[] = [...prepare, ...mend];

/** Where a section of the guide is: an address of ours. @throws Error for an id that no section has */
export function guideLink(id: string, word?: string): GuideLink {
  const section = guide.find((each) => each.id === id);
  if (!section) throw new Error(`The guide has no section ${id}.`);
  return { word: word ?? `How to: ${section.title}`, href: `/help#${id}` };
}
