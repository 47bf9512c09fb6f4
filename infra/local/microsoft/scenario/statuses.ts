// Which customer shows which GDAP status, and in which of the ways that lead there.
import type { ScenarioConsent, ScenarioGdapStatus } from '../world.ts';
import type { Draws } from './draws.ts';

export interface StatusPlan {
  gdapStatus: ScenarioGdapStatus;
  variant: string;
  /** How its consent is to stand after the first day; without it nobody says. */
  consent?: ScenarioConsent;
}

/** `every-status` shows each status once in each of its ways, of GDAP and of consent. */
export const MIXES = ['default', 'all-active', 'every-status'] as const;
export type Mix = (typeof MIXES)[number];

/** The ways into each status. The first is what the first twelve customers show. */
export const STATUS_VARIANTS: Readonly<Record<ScenarioGdapStatus, readonly string[]>> = {
  Active: ['single', 'autoExtend', 'rolesSplitOverTwo', 'withEndedHistory', 'nextRequestOpen'],
  Expiring: ['fiveDays', 'oneRoleOnly'],
  Expired: ['expired', 'pastEndStillExpiring', 'renewalRequested', 'terminated'],
  Pending: ['approvalPending', 'created', 'approved', 'activating'],
  Missing: ['resellerOnly', 'requestLapsed'],
  MissingRoles: ['oneRole', 'readersOnly'],
  MissingSecurityGroup: ['notMember', 'groupLacksRole', 'groupDeleted'],
  Error: ['unreadable'],
  Unknown: ['notAnswering'],
};

/** The first twelve customers: five Active and one each of everything else. */
export const FIRST_TWELVE: readonly StatusPlan[] = [
  { gdapStatus: 'Active', variant: 'single' },
  { gdapStatus: 'Expiring', variant: 'fiveDays' },
  { gdapStatus: 'Active', variant: 'autoExtend' },
  { gdapStatus: 'Pending', variant: 'approvalPending' },
  { gdapStatus: 'Active', variant: 'rolesSplitOverTwo' },
  { gdapStatus: 'MissingRoles', variant: 'oneRole' },
  { gdapStatus: 'Active', variant: 'withEndedHistory' },
  { gdapStatus: 'Expired', variant: 'expired' },
  { gdapStatus: 'MissingSecurityGroup', variant: 'notMember' },
  { gdapStatus: 'Active', variant: 'single' },
  { gdapStatus: 'Missing', variant: 'resellerOnly' },
  { gdapStatus: 'Error', variant: 'unreadable' },
];

/** How consent can stand beside a relationship that works, other than granted. */
const CONSENTS: readonly ScenarioConsent[] = [
  'notRequested',
  'inProgress',
  'pending',
  'granting',
  'failed',
  'revoked',
  'upgradeNeeded',
];

const STATUSES: readonly ScenarioGdapStatus[] = [
  'Active',
  'Expiring',
  'Expired',
  'Pending',
  'Missing',
  'MissingRoles',
  'MissingSecurityGroup',
  'Error',
  'Unknown',
];

/** Every way into every status, with consent granted where that can be; then every other consent. */
export const EVERY_STATUS: readonly StatusPlan[] = [
  ...STATUSES.flatMap((gdapStatus) => STATUS_VARIANTS[gdapStatus].map((variant) => whole(gdapStatus, variant))),
  ...CONSENTS.map((consent): StatusPlan => ({ gdapStatus: 'Active', variant: 'single', consent })),
];

function whole(gdapStatus: ScenarioGdapStatus, variant: string): StatusPlan {
  const usable = gdapStatus === 'Active' || gdapStatus === 'Expiring';
  return { gdapStatus, variant, ...(usable ? { consent: 'granted' } : {}) };
}

/** How many customers a scenario has unless it is said. */
export function usualCustomers(mix: Mix = 'default'): number {
  return mix === 'every-status' ? EVERY_STATUS.length : FIRST_TWELVE.length;
}

const WEIGHTS: readonly { value: ScenarioGdapStatus; weight: number }[] = [
  { value: 'Active', weight: 80 },
  { value: 'Expiring', weight: 5 },
  { value: 'Expired', weight: 3 },
  { value: 'Pending', weight: 3 },
  { value: 'Missing', weight: 2 },
  { value: 'MissingRoles', weight: 3 },
  { value: 'MissingSecurityGroup', weight: 3 },
  { value: 'Error', weight: 1 },
];

/** What the customer at this position (from 0) of the first partner shows. */
export function planStatus(draws: Draws, index: number, mix: Mix): StatusPlan {
  if (mix === 'all-active') return { gdapStatus: 'Active', variant: 'single' };
  const fixed = (mix === 'every-status' ? EVERY_STATUS : FIRST_TWELVE)[index];
  if (fixed) return fixed;
  const gdapStatus = draws.weighted(WEIGHTS);
  return { gdapStatus, variant: draws.pick(STATUS_VARIANTS[gdapStatus]) };
}
