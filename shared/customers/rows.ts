// A customer as lists and pages show it, and the pure rules of a list: filter, sort, count, page.
import type { ConsentDoc } from '../consent/documents.ts';
import { isStuck } from '../consent/status.ts';
import type { SyncRowDoc } from '../sync/documents.ts';
import type { AccessDoc, Loss } from '../timeline/documents.ts';
import type { CustomerDoc, GdapDoc } from './documents.ts';
import type { NextAction, Readiness } from './readiness.ts';
import {
  type Group,
  type ScreenStatus,
  screenStatuses,
  screenStatusOf,
  screenWords,
  type Tone,
} from './screen-status.ts';

export interface CustomerRow {
  tenantId: string;
  connectionId: string;
  name: string;
  domain: string | null;
  sources: readonly string[];
  missingSince: string | null;
  screen: ScreenStatus;
  /** The status in words, with its colour, the list that it counts in, and what to do next. */
  word: string;
  tone: Tone;
  group: Group;
  action: NextAction;
  readiness: Readiness;
  consent: ConsentDoc | null;
  /** Microsoft takes longer than it should to pass the grant on: a person may look again. */
  consentStuck: boolean;
  gdapReadAt: string | null;
  gdapError: GdapDoc['error'];
  sync: SyncRowDoc | null;
  /** What was had of its access and is lost now; empty while nothing is. */
  losses: readonly Loss[];
  /** The service account's name as a guest of the tenant, where it is one: GDAP does not work for a guest. */
  guestAccount: string | null;
  /** When its data was last read with success; null before the first, undefined where it was not looked up. */
  lastSyncAt: string | null | undefined;
}

/** Puts one customer's documents together. */
export function rowOf(parts: {
  customer: CustomerDoc;
  gdap: GdapDoc | undefined;
  consent: ConsentDoc | undefined;
  sync: SyncRowDoc | undefined;
  /** What was last told of its access. */
  access?: Pick<AccessDoc, 'losses' | 'guestAccount'> | undefined;
  readiness: Readiness;
  nowMs: number;
}): CustomerRow {
  const screen = screenStatusOf(parts.readiness);
  const action = parts.readiness.blockers[0]?.action;
  const isWaiting = screen === 'ConsentPending' || screen === 'GrantingApplicationRoles';
  const consentStuck = isWaiting && parts.consent !== undefined && isStuck(parts.consent, parts.nowMs);
  return {
    tenantId: parts.customer.tenantId,
    connectionId: parts.customer.connectionId,
    name: parts.customer.name,
    domain: parts.customer.domain,
    sources: parts.customer.sources,
    missingSince: parts.customer.missingSince,
    screen,
    ...screenWords[screen],
    // The first thing in the way says what is next: a status may stand for several.
    ...(action ? { action } : {}),
    ...(consentStuck || action === 'requestGdap' ? ({ group: 'needsYou' } as const) : {}),
    readiness: parts.readiness,
    consent: parts.consent ?? null,
    consentStuck,
    gdapReadAt: parts.gdap?.readAt ?? null,
    gdapError: parts.gdap?.error ?? null,
    sync: parts.sync ?? null,
    losses: parts.access?.losses ?? [],
    guestAccount: parts.access?.guestAccount ?? null,
    lastSyncAt: undefined,
  };
}

export const sortKeys = ['name', 'gdap', 'consent', 'sync', 'lastSync', 'users', 'unused'] as const;
export type SortKey = (typeof sortKeys)[number];

export interface RowQuery {
  /** Of this connection alone. */
  connection?: string | undefined;
  text?: string | undefined;
  group?: Group | undefined;
  status?: ScreenStatus | undefined;
  sort?: SortKey | undefined;
  descending?: boolean | undefined;
  /** From 1. */
  page?: number | undefined;
}

export const PAGE_ROWS = 100;

export interface RowCounts {
  all: number;
  ready: number;
  needsYou: number;
  waiting: number;
  byStatus: Readonly<Partial<Record<ScreenStatus, number>>>;
}

/** How many customers are in each group and status; what a filter would show. */
export function countRows(rows: readonly CustomerRow[]): RowCounts {
  const byStatus: Partial<Record<ScreenStatus, number>> = {};
  const groups: Record<Group, number> = { ready: 0, needsYou: 0, waiting: 0 };
  for (const { screen, group } of rows) {
    byStatus[screen] = (byStatus[screen] ?? 0) + 1;
    groups[group] += 1;
  }
  return { all: rows.length, ...groups, byStatus };
}

/** How many customers each connection has, by its id. */
export function countPerConnection(rows: readonly Pick<CustomerRow, 'connectionId'>[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { connectionId } of rows) counts[connectionId] = (counts[connectionId] ?? 0) + 1;
  return counts;
}

/** The rows that a query asks for, in its order; ties by name, then tenant id. */
export function selectRows(rows: readonly CustomerRow[], query: RowQuery): CustomerRow[] {
  const text = query.text?.trim().toLocaleLowerCase('en') ?? '';
  const matches = (row: CustomerRow) =>
    (!query.group || row.group === query.group) &&
    (!query.status || row.screen === query.status) &&
    (text === '' ||
      [row.name, row.domain ?? '', row.tenantId].some((value) => value.toLocaleLowerCase('en').includes(text)));
  const sign = query.descending ? -1 : 1;
  const key = query.sort ?? 'name';
  return rows
    .filter(matches)
    .map((row) => ({ row, value: sortValue(row, key) }))
    .sort((a, b) => sign * compare(a.value, b.value) || compareNames(a.row, b.row))
    .map(({ row }) => row);
}

/** One page of rows, and how many pages there are; a page past the end is the last. */
export function pageOf<T>(
  rows: readonly T[],
  page: number | undefined,
): { rows: readonly T[]; page: number; pages: number } {
  const pages = Math.max(1, Math.ceil(rows.length / PAGE_ROWS));
  const current = Math.min(Math.max(1, Math.trunc(page ?? 1)), pages);
  return { rows: rows.slice((current - 1) * PAGE_ROWS, current * PAGE_ROWS), page: current, pages };
}

function sortValue(row: CustomerRow, key: SortKey): string | number {
  switch (key) {
    case 'name':
      return row.name;
    case 'gdap':
      return screenStatuses.indexOf(row.screen);
    case 'consent':
      return row.readiness.consent;
    case 'sync':
      return row.sync?.status ?? '';
    case 'lastSync':
      return row.lastSyncAt ? Date.parse(row.lastSyncAt) : 0;
    case 'users':
      return row.sync?.counts?.users ?? -1;
    case 'unused':
      return row.sync?.counts?.unusedPaidSeats ?? -1;
  }
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), 'en');
}

function compareNames(a: CustomerRow, b: CustomerRow): number {
  return a.name.localeCompare(b.name, 'en') || a.tenantId.localeCompare(b.tenantId);
}
