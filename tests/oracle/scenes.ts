// What goes wrong in a run of the oracle: every fault by itself, then together, in an order that the seed draws.
import type { FaultRule } from './control.ts';

export interface Scene {
  name: string;
  rules: readonly FaultRule[];
  /** Added to every answer. */
  latencyMs?: number;
  /** A whole minute without Microsoft: the clock goes in small steps until it is over. */
  outage?: boolean;
}

const outageMs = 60_000;

const single: readonly Scene[] = [
  {
    name: 'throttled',
    rules: [
      { kind: '429', rate: 0.3, retryAfterSeconds: 1 },
      { kind: '429', rate: 0.2, retryAfterSeconds: 30 },
    ],
  },
  { name: 'unavailable', rules: [{ kind: '503', rate: 0.4 }] },
  {
    name: 'lines cut',
    rules: [
      { kind: 'reset', rate: 0.2, phase: 'before' },
      { kind: 'reset', rate: 0.2, phase: 'after' },
    ],
  },
  { name: 'slow', rules: [{ kind: 'slow', rate: 0.4, latencyMs: 1_000 }] },
  { name: 'latency', rules: [{ kind: 'latency', rate: 0.5, latencyMs: 400 }] },
  { name: 'fixed latency', rules: [], latencyMs: 80 },
  { name: 'truncated', rules: [{ kind: 'truncate', rate: 0.4 }] },
  {
    name: 'items throttled',
    rules: [
      { kind: 'batchItem429', rate: 0.2, retryAfterSeconds: 1 },
      { kind: 'batchItem429', rate: 0.15, retryAfterSeconds: 60 },
    ],
  },
  { name: 'delta reset', rules: [{ kind: 'deltaReset', rate: 0.5 }] },
  { name: 'outage', rules: [{ kind: 'outage', rate: 1, forMs: outageMs }], outage: true },
];

const together: Scene = {
  name: 'together',
  latencyMs: 20,
  rules: [
    { kind: '429', rate: 0.05, retryAfterSeconds: 1 },
    { kind: '429', rate: 0.05, retryAfterSeconds: 20 },
    { kind: '503', rate: 0.08 },
    { kind: 'reset', rate: 0.04, phase: 'before' },
    { kind: 'reset', rate: 0.04, phase: 'after' },
    { kind: 'slow', rate: 0.05, latencyMs: 800 },
    { kind: 'latency', rate: 0.1, latencyMs: 200 },
    { kind: 'truncate', rate: 0.08 },
    { kind: 'batchItem429', rate: 0.05, retryAfterSeconds: 1 },
    { kind: 'batchItem429', rate: 0.05, retryAfterSeconds: 30 },
    { kind: 'deltaReset', rate: 0.1 },
  ],
};

/** Faults of the first sync: only what runs ask, so that the people of the journey get through. */
export const firstSyncScene: Scene = {
  name: 'first sync',
  rules: [
    { kind: '429', rate: 0.08, retryAfterSeconds: 1 },
    { kind: '503', rate: 0.08 },
    { kind: 'reset', rate: 0.06, phase: 'after' },
    { kind: 'truncate', rate: 0.06 },
    { kind: 'batchItem429', rate: 0.06, retryAfterSeconds: 20 },
  ].map((rule) => ({ ...rule, match: { origin: 'graph', pathPrefix: '/v1.0/$batch' } }) as FaultRule),
};

const calm: Scene = { name: 'calm', rules: [] };

/** Each fault once, drawn in order, then all together, then the calm in which changes still go on. */
export function drawScenes(pick: <T>(list: readonly T[]) => T): Scene[] {
  const left = [...single];
  const drawn: Scene[] = [calm];
  while (left.length > 0) {
    const next = pick(left);
    left.splice(left.indexOf(next), 1);
    drawn.push(next);
  }
  return [...drawn, together, together, calm];
}
