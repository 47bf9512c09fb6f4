// The terms of an admin relationship: its name, its duration, whether it extends itself, its approval link. Pure.
// https://learn.microsoft.com/graph/api/resources/delegatedadminrelationship
import { z } from 'zod';
import { roleIds } from './roles.ts';

const LONGEST_NAME = 50;
const OWN_NAME_START = 'Tenantry ';
/** Two years: the longest that Microsoft allows. */
export const DEFAULT_DURATION = 'P730D';
const LONGEST_DURATION_DAYS = 730;

/** Microsoft's transition from DAP made these; partners may read but not change them. */
const MICROSOFT_LED_START = 'MLT_';

/**
 * The name of the `ordinal`th request to a customer, at most 50 characters: unique among all relationships of the partner,
 * and the same whenever the same request is made again, so that a repeated one is recognised.
 */
export function relationshipName(customer: { tenantId: string; name: string }, ordinal: number): string {
  const end = `${customer.tenantId.slice(0, 8)}-${ordinal}`;
  const room = LONGEST_NAME - OWN_NAME_START.length - end.length - 1;
  return OWN_NAME_START + [shortened(customer.name, room), end].filter((part) => part !== '').join(' ');
}

/** Whether we requested it: one that somebody is still preparing in Partner Center is left to them. */
export function isOwnName(name: string): boolean {
  return name.startsWith(OWN_NAME_START);
}

/** Whether Microsoft lets the partner change it at all. */
export function isChangeable(name: string): boolean {
  return !name.startsWith(MICROSOFT_LED_START);
}

/** At most `room` UTF-16 units, never half of a character. */
function shortened(text: string, room: number): string {
  const clean = text.replace(/[\s\p{C}]+/gu, ' ').trim();
  let kept = '';
  for (const character of clean) {
    if (kept.length + character.length > room) break;
    kept += character;
  }
  return kept.trimEnd();
}

/** Days of `P730D`, `P24M` or `P2Y`; null for anything that is no length from one day to two years. */
export function durationDays(duration: string): number | null {
  const [, number = '', unit = ''] = /^P([1-9]\d{0,3})([DMY])$/.exec(duration) ?? [];
  if (unit === '') return null;
  const days = Number(number) * (unit === 'Y' ? 365 : unit === 'M' ? 30 : 1);
  return days <= LONGEST_DURATION_DAYS ? days : null;
}

/** How long a relationship may last, in days: an OData duration knows no months and no years. */
export const relationshipDuration = z
  .string()
  .trim()
  .transform((text, context) => {
    const days = durationDays(text);
    if (days !== null) return `P${days}D`;
    context.addIssue({ code: 'custom', message: 'Give a duration from P1D to P2Y, in days, months or years.' });
    return z.NEVER;
  });

/** Half a year again and again, except where Global Administrator is in it: Microsoft does not extend those. */
export function autoExtendFor(roles: readonly string[]): 'P180D' | 'PT0S' {
  return roles.includes(roleIds.globalAdministrator) ? 'PT0S' : 'P180D';
}

/**
 * Where a Global Administrator of the customer approves a locked request.
 * @param adminOrigin of the Microsoft 365 admin centre of this cloud
 */
export function approvalLink(relationshipId: string, adminOrigin: string): string {
  return `${adminOrigin}/AdminPortal/Home#/partners/invitation/granularAdminRelationships/${relationshipId}`;
}
