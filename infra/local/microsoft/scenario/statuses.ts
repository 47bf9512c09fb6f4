// Which customer shows which GDAP status, and in which of the ways that lead there.
import type { ScenarioGdapStatus } from '../world.ts';
import type { Draws } from './draws.ts';

export interface StatusPlan {
  gdapStatus: ScenarioGdapStatus;
  variant: string;
}

export type Mix = 'default' | 'all-active';

/** The ways into each status. The first is what the first twelve customers show. */
export const STATUS_VARIANTS: Readonly<Record<ScenarioGdapStatus, readonly string[]>> = {
  Active: ['single', 'autoExtend', 'rolesSplitOverTwo', 'withEndedHistory', 'nextRequestOpen'],
  Expiring: ['fiveDays', 'oneRoleOnly'],
  Expired: ['expired', 'pastEndStillExpiring', 'renewalRequested'],
  Pending: ['approvalPending', 'created', 'approved', 'activating'],
  Missing: ['resellerOnly', 'terminated', 'requestLapsed'],
  MissingRoles: ['oneRole', 'readersOnly'],
  MissingSecurityGroup: ['notMember', 'groupLacksRole', 'groupDeleted'],
  Error: ['unreadable'],
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
  const fixed = FIRST_TWELVE[index];
  if (fixed) return fixed;
  const gdapStatus = draws.weighted(WEIGHTS);
  return { gdapStatus, variant: draws.pick(STATUS_VARIANTS[gdapStatus]) };
}
