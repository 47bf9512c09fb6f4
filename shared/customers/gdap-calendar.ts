// When GDAP ends: every relationship of every customer that ends within 90 days and does not extend itself. Pure.
// Microsoft writes to partner and customer at 30, 7 and 1 days.
import type { RoleProfile } from '../access/documents.ts';
import { DAY_MS } from '../clock.ts';
import type { CustomerDoc, GdapDoc, RelationshipEvidence } from './documents.ts';
import { type AutoExtend, autoExtendOf } from './gdap-report.ts';
import { evaluateGdap, extendsItself, phaseOf } from './gdap-status.ts';
import { type Role, roleOf } from './roles.ts';

/** Days ahead, the nearest first. */
export const calendarDays = [1, 7, 30, 90] as const;
export type CalendarDays = (typeof calendarDays)[number];

export interface CalendarEntry {
  tenantId: string;
  customerName: string;
  relationship: { id: string; name: string };
  endsAt: string;
  /** The shortest span that it ends within. */
  within: CalendarDays;
  /** Required roles that end with it: no other relationship gives them for longer. Empty: nothing is lost. */
  loses: readonly Role[];
  autoExtend: AutoExtend;
  /** A request that could take its place waits for the customer. */
  renewalOpen: boolean;
}

/** A request that waits for the customer, and when Microsoft lets it lapse. */
export interface RequestEntry {
  tenantId: string;
  customerName: string;
  relationship: { id: string; name: string };
  /** False while it is prepared and not sent to the customer. */
  sent: boolean;
  requestedAt: string;
  lapsesAt: string;
  /** The shortest span that the lapse falls into. */
  within: CalendarDays;
}

export interface Calendar {
  asOf: string;
  /** Requests that nobody has answered, those that lapse soonest first. */
  requests: readonly RequestEntry[];
  /** The soonest first. */
  entries: readonly CalendarEntry[];
  /** How many end within each span; a longer one counts the shorter ones too. */
  counts: Readonly<Record<CalendarDays, number>>;
}

/**
 * The calendar of a workspace. Ends within N days means: before exactly N days from now, as for the status Expiring. What
 * has ended is not in it: that shows as Expired.
 */
export function gdapCalendar(
  customers: readonly {
    customer: Pick<CustomerDoc, 'tenantId' | 'name' | 'missingSince'>;
    gdap: GdapDoc | undefined;
  }[],
  at: { profile: RoleProfile; nowMs: number; thresholdDays: number },
): Calendar {
  const entries = customers
    .filter(({ customer }) => customer.missingSince === null)
    .flatMap(({ customer, gdap }) => entriesOf(customer, gdap, at))
    .sort((a, b) => a.endsAt.localeCompare(b.endsAt) || a.customerName.localeCompare(b.customerName, 'en'));
  const requests = customers
    .filter(({ customer }) => customer.missingSince === null)
    .flatMap(({ customer, gdap }) => requestsOf(customer, gdap, at.nowMs))
    .sort((a, b) => a.lapsesAt.localeCompare(b.lapsesAt) || a.customerName.localeCompare(b.customerName, 'en'));
  const countWithin = (days: CalendarDays) => entries.filter(({ within }) => within <= days).length;
  return {
    asOf: new Date(at.nowMs).toISOString(),
    requests,
    entries,
    counts: { 1: countWithin(1), 7: countWithin(7), 30: countWithin(30), 90: countWithin(90) },
  };
}

/** The shortest span that a moment falls into; null for what is over or further away than the longest. */
export function spanOf(endMs: number, nowMs: number): CalendarDays | null {
  if (Number.isNaN(endMs) || endMs <= nowMs) return null;
  return calendarDays.find((days) => endMs - nowMs < days * DAY_MS) ?? null;
}

function entriesOf(
  customer: Pick<CustomerDoc, 'tenantId' | 'name'>,
  gdap: GdapDoc | undefined,
  at: { profile: RoleProfile; nowMs: number; thresholdDays: number },
): CalendarEntry[] {
  if (!gdap?.applies) return [];
  // However old the reading is: the ends that it names still come.
  const read = { ...gdap, error: null, readAt: gdap.readAt && new Date(at.nowMs).toISOString() };
  const { roles } = evaluateGdap(read, at.profile, at);
  const renewalOpen = gdap.relationships.some((relationship) => phaseOf(relationship, at.nowMs) === 'inProgress');
  return gdap.relationships.flatMap((relationship) => {
    const endsAt = endOf(relationship, at.nowMs);
    const within = endsAt === null ? null : spanOf(Date.parse(endsAt), at.nowMs);
    if (endsAt === null || within === null) return [];
    const lost = roles.filter(({ state, relationshipId }) => state === 'covered' && relationshipId === relationship.id);
    return [
      {
        tenantId: customer.tenantId,
        customerName: customer.name,
        relationship: { id: relationship.id, name: relationship.name },
        endsAt,
        within,
        loses: lost.flatMap(({ roleId }) => (roleId === null ? [] : [roleOf(roleId)])),
        autoExtend: autoExtendOf(relationship, at.nowMs),
        renewalOpen,
      },
    ];
  });
}

/**
 * Microsoft lets a request lapse that was not approved within 90 days; one that is just made lapses in the longest span.
 * https://learn.microsoft.com/partner-center/customers/gdap-faq
 */
const REQUEST_LIFE_MS = 90 * DAY_MS;

function requestsOf(
  customer: Pick<CustomerDoc, 'tenantId' | 'name'>,
  gdap: GdapDoc | undefined,
  nowMs: number,
): RequestEntry[] {
  return (gdap?.applies ? gdap.relationships : []).flatMap(({ id, name, status, createdAt }) => {
    const createdMs = Date.parse(createdAt ?? '');
    const lapsesMs = createdMs + REQUEST_LIFE_MS;
    if (!['created', 'approvalPending'].includes(status) || Number.isNaN(createdMs) || lapsesMs <= nowMs) return [];
    return [
      {
        tenantId: customer.tenantId,
        customerName: customer.name,
        relationship: { id, name },
        sent: status === 'approvalPending',
        requestedAt: new Date(createdMs).toISOString(),
        lapsesAt: new Date(lapsesMs).toISOString(),
        within: spanOf(lapsesMs, nowMs) ?? 90,
      },
    ];
  });
}

/** When an active relationship ends for good, in one form whatever Microsoft's precision; null where it does not. */
function endOf(relationship: RelationshipEvidence, nowMs: number): string | null {
  if (phaseOf(relationship, nowMs) !== 'active' || extendsItself(relationship)) return null;
  const endMs = Date.parse(relationship.endAt ?? '');
  return Number.isNaN(endMs) ? null : new Date(endMs).toISOString();
}
