// The review of setup: each customer is in one count, filters show what they count, and 2,000 rows come in pages.
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../shared/access/documents.ts';
import { evaluateGdap, type GdapStatus } from '../../../shared/customers/gdap-status.ts';
import type { CustomerRow } from '../../../shared/customers/rows.ts';
import { type ScreenStatus, screenStatuses, screenWords } from '../../../shared/customers/screen-status.ts';
import {
  countReview,
  type ReviewStatus,
  reviewOf,
  reviewStatuses,
  reviewStatusOf,
} from '../../../shared/setup/review.ts';

const unread = evaluateGdap(undefined, defaultSettings.roleProfile, { nowMs: 0, thresholdDays: 7 });

function row(index: number, screen: ScreenStatus, status: GdapStatus = 'Active'): CustomerRow {
  const tenantId = `a0000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
  return {
    tenantId,
    connectionId: tenantId,
    name: `Customer ${String(index).padStart(4, '0')}`,
    domain: null,
    sources: [],
    missingSince: null,
    screen,
    ...screenWords[screen],
    readiness: {
      ready: screen === 'Active' || screen === 'Expiring',
      gdap: { ...unread, status },
      consent: 'NotRequested',
      blockers: [],
    },
    consent: null,
    consentStuck: false,
    gdapReadAt: null,
    gdapError: null,
    sync: null,
    losses: [],
    guestAccount: null,
    lastSyncAt: null,
  };
}

describe('the review', () => {
  it.each<[ScreenStatus, ReviewStatus]>([
    ['Active', 'active'],
    ['Expiring', 'active'],
    ['NotRequested', 'active'],
    ['ConsentPending', 'active'],
    ['GrantingApplicationRoles', 'active'],
    ['Missing', 'missing'],
    ['Pending', 'pending'],
    ['Expired', 'expired'],
    ['Error', 'error'],
    ['Unknown', 'error'],
    ['MissingRoles', 'error'],
    ['MissingSecurityGroup', 'error'],
    ['ConsentFailure', 'error'],
  ])('G1-14 counts %s as %s', (screen, status) => {
    expect(reviewStatusOf(row(1, screen))).toBe(status);
  });

  it('sets single tenants apart: GDAP does not apply to them, but a consent that failed does', () => {
    expect(reviewStatusOf(row(1, 'Active', 'NotApplicable'))).toBe('single');
    expect(reviewStatusOf(row(1, 'ConsentFailure', 'NotApplicable'))).toBe('error');
  });

  const many = Array.from({ length: 2000 }, (_, index) => {
    const screen = screenStatuses[index % screenStatuses.length] ?? 'Error';
    return row(index, screen);
  });

  it('G1-14 G1-15 counts each of 2,000 customers once, and each filter shows what it counts', () => {
    const counts = countReview(many);
    expect(counts.all).toBe(2000);
    expect(reviewStatuses.reduce((sum, status) => sum + counts.byStatus[status], 0)).toBe(2000);
    for (const status of reviewStatuses) {
      const shown = reviewOf(many, { status });
      expect(shown.matching).toBe(counts.byStatus[status]);
      expect(shown.rows.every((each) => reviewStatusOf(each) === status)).toBe(true);
      expect(shown.counts).toEqual(counts);
    }
    expect(reviewOf(many, { ready: true }).matching).toBe(counts.ready);
    expect(reviewOf(many, { ready: false }).matching).toBe(2000 - counts.ready);
  });

  it('pages by a hundred, in order, each customer once', () => {
    const { pages } = reviewOf(many, {});
    expect(pages).toBe(20);
    const names = Array.from({ length: pages }, (_, index) => reviewOf(many, { page: index + 1 }).rows).flat();
    expect(names.map(({ name }) => name)).toEqual(many.map(({ name }) => name));
    expect(reviewOf(many, { page: 99 }).page).toBe(20);
  });

  it('finds by text within a filter', () => {
    const found = reviewOf(many, { text: 'customer 0013', status: 'error' });
    expect(found.rows.map(({ name }) => name)).toEqual(['Customer 0013']);
    expect(reviewOf(many, { text: 'customer 0013', status: 'missing' }).rows).toEqual([]);
  });
});
