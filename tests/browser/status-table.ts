// What each customer of the mix `every-status` must show: states.md, "One screen status per customer", row by row.

export interface Shown {
  /** Gives the row in the scenario: GDAP status, variant and consent. */
  scenario: string;
  screen: string;
  /** Of the one status: word, colour class, and which list it counts in. */
  word: string;
  tone: 'done' | 'soon' | 'needsPerson';
  group: 'ready' | 'needsYou' | 'waiting';
  /** The cells of the table; a dash where there is nothing to say. */
  gdap: { word: string; tone: string; note?: RegExp };
  consent: { word: string; tone?: string };
  /** The next action, as a link or a button, and what it leads to; null for nothing to do. */
  next: { role: 'link' | 'button'; name: string; leadsTo: LeadsTo } | null;
  /** The sentence of the customer's page that explains it. */
  says: RegExp;
}

/** A control or a text of the page that the next action ends on. */
type LeadsTo =
  | { control: 'button' | 'textbox'; name: RegExp; within: string }
  | { text: RegExp; within: string }
  | { notice: RegExp };

const onCard = '#gdap';
const dash = { word: '–' };
const granted = { word: 'Granted', tone: 'done' };
const request: LeadsTo = { control: 'button', name: /^Request GDAP$/, within: onCard };
const renewal: LeadsTo = { control: 'button', name: /^Request renewal$/, within: onCard };
const refreshed: LeadsTo = { notice: /read again|reading/i };
const consentLink: LeadsTo = { control: 'textbox', name: /^Consent link for/, within: '#consent' };

const active = (variant: string, note?: RegExp): Shown => ({
  scenario: `Active ${variant} granted`,
  screen: 'Active',
  word: 'Active',
  tone: 'done',
  group: 'ready',
  gdap: { word: 'Active', tone: 'done', ...(note ? { note } : {}) },
  consent: granted,
  next: null,
  says: /verified/,
});

const expiring = (variant: string, note: RegExp): Shown => ({
  scenario: `Expiring ${variant} granted`,
  screen: 'Expiring',
  word: 'Expiring',
  tone: 'soon',
  group: 'ready',
  gdap: { word: 'Expiring', tone: 'soon', note },
  consent: granted,
  next: { role: 'link', name: 'Renew', leadsTo: renewal },
  says: /ends \d+ \w+ \d{4}/,
});

const expired = (variant: string, note: RegExp, leadsTo: LeadsTo = renewal): Shown => ({
  scenario: `Expired ${variant}`,
  screen: 'Expired',
  word: 'Expired',
  tone: 'needsPerson',
  group: 'needsYou',
  gdap: { word: 'Expired', tone: 'needsPerson', note },
  consent: dash,
  next: { role: 'link', name: 'Renew', leadsTo },
  says: /A role that Tenantry needs was only in an admin relationship that has ended\. Request a new relationship/,
});

const pending = (variant: string, note: RegExp, rest: Pick<Shown, 'group' | 'next' | 'says'>): Shown => ({
  scenario: `Pending ${variant}`,
  screen: 'Pending',
  word: 'Pending',
  tone: 'soon',
  gdap: { word: 'Pending', tone: 'soon', note },
  consent: dash,
  ...rest,
});

const activating = {
  group: 'waiting',
  next: { role: 'button', name: 'Refresh', leadsTo: refreshed },
  says: /The customer has approved the admin relationship, and Microsoft is activating it\. Wait a few minutes/,
} as const;

const missing = (variant: string): Shown => ({
  scenario: `Missing ${variant}`,
  screen: 'Missing',
  word: 'Missing admin relationship',
  tone: 'needsPerson',
  group: 'needsYou',
  gdap: { word: 'Missing', tone: 'needsPerson', note: /^there never was one$/ },
  consent: dash,
  next: { role: 'link', name: 'Request GDAP', leadsTo: request },
  says: /There is no admin relationship with this customer\. Request one and send the approval link/,
});

const missingRoles = (variant: string): Shown => ({
  scenario: `MissingRoles ${variant}`,
  screen: 'MissingRoles',
  word: 'Missing roles',
  tone: 'needsPerson',
  group: 'needsYou',
  gdap: { word: 'Missing roles', tone: 'needsPerson' },
  consent: dash,
  next: { role: 'link', name: 'Add roles', leadsTo: request },
  says: /does not include every role that Tenantry needs\. Request a further relationship with the missing roles/,
});

const missingGroup = (variant: string, note: RegExp): Shown => ({
  scenario: `MissingSecurityGroup ${variant}`,
  screen: 'MissingSecurityGroup',
  word: 'Missing security group',
  tone: 'needsPerson',
  group: 'needsYou',
  gdap: { word: 'Missing security group', tone: 'needsPerson', note },
  consent: dash,
  next: {
    role: 'link',
    name: 'Assign group',
    leadsTo: { control: 'button', name: /^Assign group$/, within: onCard },
  },
  says: /does not get them through a security group\. Assign a security group/,
});

/** Those with a relationship that works, by what consent lacks. */
const consenting = (
  consent: string,
  cell: Shown['consent'],
  rest: Pick<Shown, 'says'> & Partial<Pick<Shown, 'screen' | 'word' | 'tone' | 'group' | 'next'>>,
): Shown => ({
  scenario: `Active single ${consent}`,
  screen: 'NotRequested',
  word: 'Consent needed',
  tone: 'soon',
  group: 'needsYou',
  gdap: { word: 'Active', tone: 'done' },
  consent: cell,
  next: { role: 'button', name: 'Consent', leadsTo: consentLink },
  ...rest,
});

const details = (text: RegExp): Shown['next'] => ({
  role: 'link',
  name: 'Details',
  leadsTo: { text, within: '#standing' },
});

/** By title, which names the requirements that the row shows. */
export const statusTable: readonly (readonly [string, Shown])[] = [
  ['SY-26 G1-17 Active and Granted', active('single')],
  ['SY-26 Active, extends itself', active('autoExtend', /^extends itself in \d+ days$/)],
  ['SY-26 Active by two relationships', active('rolesSplitOverTwo')],
  ['SY-26 Active with a history', active('withEndedHistory')],
  ['SY-26 Active with the next request open', active('nextRequestOpen')],
  ['SY-30 Expiring', expiring('fiveDays', /^ends in \d+ (days|h)$/)],
  ['SY-30 Expiring for one of its roles', expiring('oneRoleOnly', /^ends in \d+ (days|h)$/)],
  ['SY-29 Expired', expired('expired', /^past its end date$/)],
  ['SY-29 Expired, which Graph still calls expiring', expired('pastEndStillExpiring', /^past its end date$/)],
  [
    'SY-29 Expired, renewal requested',
    expired('renewalRequested', /^past its end date · renewal requested$/, {
      control: 'textbox',
      name: /^Approval link/,
      within: onCard,
    }),
  ],
  ['SY-29 Expired by termination', expired('terminated', /^ended by one of the two sides$/)],
  [
    'G1-14 Pending approval',
    pending('approvalPending', /^waits for the customer$/, {
      group: 'waiting',
      next: {
        role: 'link',
        name: 'Resend request',
        leadsTo: { control: 'textbox', name: /^Approval link/, within: onCard },
      },
      says: /requested and the customer has not approved it\. Send the approval link/,
    }),
  ],
  [
    'G1-14 Pending, not sent',
    pending('created', /^prepared, not sent to the customer$/, {
      group: 'needsYou',
      next: { role: 'link', name: 'Request GDAP', leadsTo: request },
      says: /was prepared, and the customer has not been asked to approve it\. Finish it in Partner Center/,
    }),
  ],
  ['G1-14 Pending, approved', pending('approved', /^approved, being activated$/, activating)],
  ['G1-14 Pending, activating', pending('activating', /^approved, being activated$/, activating)],
  ['SY-32 Missing, a reseller only', missing('resellerOnly')],
  ['SY-32 Missing, the request lapsed', missing('requestLapsed')],
  ['SY-33 Missing roles: one of two', missingRoles('oneRole')],
  ['SY-33 Missing roles: readers only', missingRoles('readersOnly')],
  [
    'SY-34 Missing security group: not a member',
    missingGroup('notMember', /^the service account is not in the group$/),
  ],
  ['SY-34 Missing security group: lacks the role', missingGroup('groupLacksRole', /^the assigned group lacks a role$/)],
  ['SY-34 Missing security group: deleted', missingGroup('groupDeleted', /^the service account is not in the group$/)],
  [
    'G1-14 Error',
    {
      scenario: 'Error unreadable',
      screen: 'Error',
      word: 'Error',
      tone: 'needsPerson',
      group: 'needsYou',
      gdap: { word: 'Error', tone: 'needsPerson' },
      consent: dash,
      next: {
        role: 'link',
        name: 'See error',
        leadsTo: { text: /The admin relationship could not be read\..*Who can mend it/s, within: '#standing' },
      },
      says: /Microsoft did not let the admin relationship be read/,
    },
  ],
  [
    'SY-35 Unknown',
    {
      scenario: 'Unknown notAnswering',
      screen: 'Unknown',
      word: 'Unknown',
      tone: 'soon',
      group: 'waiting',
      gdap: { word: 'Unknown', tone: 'soon' },
      consent: dash,
      next: { role: 'button', name: 'Refresh', leadsTo: refreshed },
      says: /The admin relationship has not been read yet, or not for three days\. Refresh to read it now/,
    },
  ],
  [
    'G1-16 Active, not consented',
    consenting('notRequested', dash, { says: /The customer has not consented yet\. Send the customer a consent link/ }),
  ],
  [
    'G1-16 Active, somebody is at Microsoft',
    consenting(
      'inProgress',
      { word: 'At Microsoft', tone: 'working' },
      { says: /Somebody is at Microsoft to consent/ },
    ),
  ],
  [
    'SY-28 Consent pending',
    consenting(
      'pending',
      { word: 'Pending', tone: 'soon' },
      {
        screen: 'ConsentPending',
        word: 'Consent pending',
        group: 'waiting',
        next: details(/Microsoft is still passing it on/),
        says: /Consent was given; Microsoft is still passing it on\. Wait/,
      },
    ),
  ],
  [
    'SY-31 Granting application roles',
    consenting(
      'granting',
      { word: 'Granting roles', tone: 'soon' },
      {
        screen: 'GrantingApplicationRoles',
        word: 'Granting application roles',
        group: 'waiting',
        next: details(/Wait up to 30 minutes/),
        says: /Microsoft is granting the application its roles\. Wait up to 30 minutes/,
      },
    ),
  ],
  [
    'SY-27 Consent failure',
    consenting(
      'failed',
      { word: 'Failed', tone: 'needsPerson' },
      {
        screen: 'ConsentFailure',
        word: 'Consent failure',
        tone: 'needsPerson',
        next: {
          role: 'link',
          name: 'See error',
          leadsTo: { text: /Consent did not work\..*AADSTS650052/s, within: '#standing' },
        },
        says: /Microsoft answered with an error\. See the error and mend it, then send a new consent link/,
      },
    ),
  ],
  [
    'Revoked',
    consenting('revoked', { word: 'Revoked', tone: 'needsPerson' }, { says: /removed or disabled the application/ }),
  ],
  [
    'Upgrade needed',
    consenting(
      'upgradeNeeded',
      { word: 'Upgrade needed', tone: 'soon' },
      { says: /asks for more than this customer consented to/ },
    ),
  ],
];
