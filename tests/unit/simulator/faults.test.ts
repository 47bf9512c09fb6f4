// Which requests a fault hits.
import { expect, test } from 'vitest';
import { createFaults, type FaultRule } from '../../../infra/local/microsoft/faults.ts';
import { createDraws } from '../../../infra/local/microsoft/scenario/draws.ts';

const subject = { origin: 'graph', path: '/v1.0/users/delta', tenantId: 'tenant-a' } as const;

function faultsWith(rules: FaultRule[], clock = { nowMs: 0 }, seed = 1) {
  const draws = createDraws(seed, 'test');
  const faults = createFaults(
    () => clock.nowMs,
    () => draws.unit(),
  );
  faults.setRules(rules);
  return faults;
}

test.each([
  ['everything', {}, true],
  ['this origin', { origin: 'graph' as const }, true],
  ['another origin', { origin: 'login' as const }, false],
  ['this path', { pathPrefix: '/v1.0/users' }, true],
  ['another path', { pathPrefix: '/v1.0/subscribedSkus' }, false],
  ['this tenant', { tenantId: 'tenant-a' }, true],
  ['another tenant', { tenantId: 'tenant-b' }, false],
  ['this origin of another tenant', { origin: 'graph' as const, tenantId: 'tenant-b' }, false],
])('a rule for %s', (_case, match, hits) => {
  expect(faultsWith([{ match, kind: '503', rate: 1 }]).requestFaults(subject).length > 0).toBe(hits);
});

test('a rate hits about that share, and the same requests for the same seed', () => {
  const run = () => {
    const faults = faultsWith([{ match: {}, kind: '429', rate: 0.2 }]);
    return Array.from({ length: 2000 }, () => faults.requestFaults(subject).length);
  };
  const hits = run();
  expect(hits).toEqual(run());
  const share = hits.reduce((sum, hit) => sum + hit, 0) / hits.length;
  expect(share).toBeGreaterThan(0.17);
  expect(share).toBeLessThan(0.23);
});

test('a rule ends by its count and by the clock', () => {
  const counted = faultsWith([{ match: {}, kind: '429', rate: 1, times: 2 }]);
  expect([1, 2, 3].map(() => counted.requestFaults(subject).length)).toEqual([1, 1, 0]);
  const clock = { nowMs: 0 };
  const timed = faultsWith([{ match: {}, kind: 'outage', rate: 1, untilMs: 60_000 }], clock);
  clock.nowMs = 59_999;
  expect(timed.requestFaults(subject)).toHaveLength(1);
  clock.nowMs = 60_000;
  expect(timed.requestFaults(subject)).toHaveLength(0);
});

test('item and delta faults are asked for by Graph and never hit whole requests', () => {
  const faults = faultsWith([
    { match: { pathPrefix: '/v1.0/users' }, kind: 'batchItem429', rate: 1, retryAfterSeconds: 9 },
    { match: {}, kind: 'deltaReset', rate: 1, times: 1 },
  ]);
  expect(faults.requestFaults(subject)).toEqual([]);
  expect(faults.itemFault(subject)).toEqual({ status: 429, retryAfterSeconds: 9 });
  expect(faults.itemFault({ ...subject, path: '/v1.0/organization' })).toBeNull();
  expect([faults.deltaReset(subject), faults.deltaReset(subject)]).toEqual([true, false]);
});
