// The pace of consents at Partner Center: what several processes send together stays under 50 in any one second.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MINUTE_MS, SECOND_MS, systemClock } from '../../shared/clock.ts';
import { bookPlaces, openPace, SPACING_MS } from '../../shared/consent/automatic/pace.ts';
import { schedulePartition } from '../../shared/store/scoped.ts';
import { openSqliteStore } from '../../shared/store/sqlite.ts';

const clientId = '5b0a6c1e-8d2f-4e57-9c3a-1f4e7d20b6a1';
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenantry-pace-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A process of its own as far as the pace goes: it shares nothing with the others but the file. */
async function openProcess() {
  const store = await openSqliteStore({ file: join(folder, 'store.db'), clock: systemClock });
  return { takeTurn: openPace(schedulePartition(store, 'consentPace'), clientId), close: () => store.close() };
}

/** The most of the times that lie within any one second. */
function peakOf(timesMs: readonly number[]): number {
  const sorted = timesMs.toSorted((a, b) => a - b);
  return Math.max(...sorted.map((from, at) => sorted.slice(at).filter((time) => time < from + SECOND_MS).length));
}

describe('places', () => {
  const now = 1_000_000;
  it.each([
    ['of nobody before', undefined, now],
    ['after a pause', now - MINUTE_MS, now],
    ['behind others', now + 500, now + 500],
    ['after a clock was put back', now + 11 * MINUTE_MS, now],
  ])('%s', (_, nextMs, firstMs) => {
    expect(bookPlaces(nextMs, 3, now)).toEqual({ firstMs, nextMs: firstMs + 3 * SPACING_MS });
  });
});

describe('several processes', () => {
  it('send fewer than 50 in any one second, and still most of what is allowed', async () => {
    const processes = await Promise.all([1, 2, 3, 4].map(openProcess));
    const sentMs: number[] = [];
    const send = async (takeTurn: () => Promise<void>) => {
      await takeTurn();
      sentMs.push(performance.now());
    };
    const startedMs = performance.now();
    await Promise.all(processes.flatMap(({ takeTurn }) => Array.from({ length: 40 }, () => send(takeTurn))));
    const seconds = (performance.now() - startedMs) / SECOND_MS;
    await Promise.all(processes.map(({ close }) => close()));
    expect(sentMs).toHaveLength(160);
    expect(peakOf(sentMs)).toBeLessThan(50);
    expect(seconds).toBeLessThan(15);
  }, 60_000);

  it('give up the places that a busy process comes to too late', async () => {
    const process = await openProcess();
    const sentMs: number[] = [];
    const send = async () => {
      await process.takeTurn();
      sentMs.push(performance.now());
    };
    const all = Promise.all(Array.from({ length: 70 }, send));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const until = performance.now() + 1_500;
    while (performance.now() < until);
    await all;
    await process.close();
    expect(peakOf(sentMs)).toBeLessThan(50);
  }, 60_000);

  it('learns of a store that fails', async () => {
    const process = await openProcess();
    await process.close();
    await expect(process.takeTurn()).rejects.toThrow();
  });
});
