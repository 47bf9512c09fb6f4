// The review of customers in setup: five counts by GDAP, as Gradient's wizard names them, and the rows behind each.
// states.md, "One screen status per customer". Pure.
import { type CustomerRow, pageOf, selectRows } from '../customers/rows.ts';
import type { ScreenStatus } from '../customers/screen-status.ts';

/** The words of the review, G1-14; `single` are tenants that need no GDAP. */
export const reviewStatuses = ['active', 'missing', 'pending', 'expired', 'error', 'single'] as const;
export type ReviewStatus = (typeof reviewStatuses)[number];

const statusOfScreen: Record<ScreenStatus, Exclude<ReviewStatus, 'single'>> = {
  Error: 'error',
  Unknown: 'error',
  Expired: 'expired',
  Pending: 'pending',
  Missing: 'missing',
  MissingRoles: 'error',
  MissingSecurityGroup: 'error',
  ConsentFailure: 'error',
  ConsentPending: 'active',
  GrantingApplicationRoles: 'active',
  NotRequested: 'active',
  Expiring: 'active',
  Active: 'active',
};

/** In which of the counts a customer is. Each is in exactly one. */
export function reviewStatusOf(row: Pick<CustomerRow, 'screen' | 'readiness'>): ReviewStatus {
  const status = statusOfScreen[row.screen];
  return row.readiness.gdap.status === 'NotApplicable' && status === 'active' ? 'single' : status;
}

export interface ReviewCounts {
  all: number;
  /** GDAP in order and consent granted: G1-17. */
  ready: number;
  byStatus: Readonly<Record<ReviewStatus, number>>;
}

/** How many customers each filter of the review shows. */
export function countReview(rows: readonly CustomerRow[]): ReviewCounts {
  const byStatus: Record<ReviewStatus, number> = { active: 0, missing: 0, pending: 0, expired: 0, error: 0, single: 0 };
  let ready = 0;
  for (const row of rows) {
    byStatus[reviewStatusOf(row)] += 1;
    if (row.readiness.ready) ready += 1;
  }
  return { all: rows.length, ready, byStatus };
}

export const reviewSorts = ['name', 'gdap', 'consent'] as const;
export type ReviewSort = (typeof reviewSorts)[number];

export interface ReviewQuery {
  status?: ReviewStatus | undefined;
  /** Only those that are ready, or only those that are not. */
  ready?: boolean | undefined;
  text?: string | undefined;
  sort?: ReviewSort | undefined;
  descending?: boolean | undefined;
  /** From 1. */
  page?: number | undefined;
}

export interface Review {
  /** One page of at most 100, by name unless told. */
  rows: readonly CustomerRow[];
  counts: ReviewCounts;
  /** How many the filter leaves. */
  matching: number;
  page: number;
  pages: number;
}

/** The page of the review that a query asks for, with the counts of every filter. */
export function reviewOf(all: readonly CustomerRow[], query: ReviewQuery): Review {
  const wanted = all.filter(
    (row) =>
      (query.status === undefined || reviewStatusOf(row) === query.status) &&
      (query.ready === undefined || row.readiness.ready === query.ready),
  );
  const { text, sort, descending } = query;
  const selected = selectRows(wanted, { text, sort, descending });
  return { ...pageOf(selected, query.page), counts: countReview(all), matching: selected.length };
}
