// A small oracle: random changes, faults, kills at random writes and runs at once, over several customers. Whatever came
// in between, once it is quiet what is stored is true, and every change was told once.
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { afterEach, describe, expect, it } from 'vitest';
import type { Tenant } from '../../infra/local/microsoft/world.ts';
import { DAY_MS, MINUTE_MS } from '../../shared/clock.ts';
import { type Store, StoreError } from '../../shared/store/port.ts';
import { chainPoints, eventsOf, expectChain, expectTruth, storedTenant } from './kit/sync-truth.ts';
import { type SyncWorld, startSyncWorld } from './kit/sync-world.ts';

let world: SyncWorld;
afterEach(() => world.close());

const seed = Number(process.env['SYNC_STORM_SEED'] ?? 1);
const rounds = Number(process.env['SYNC_STORM_ROUNDS'] ?? 12);

function draws(from: number): (below: number) => number {
  const generator = xoroshiro128plus(from);
  return (below) => (generator.next() >>> 0) % below;
}

const faultKinds = ['429', '503', 'reset', 'truncate', 'batchItem429', 'deltaReset'] as const;

describe('a storm', () => {
  it('ends with the truth and with each change told once', { timeout: 300_000 }, async () => {
    const draw = draws(seed);
    let killChance = 0;
    const killing = (store: Store): Store => {
      const maybe =
        <A extends unknown[], T>(call: (...args: A) => Promise<T>) =>
        async (...args: A): Promise<T> => {
          const fate = killChance === 0 ? 1000 : draw(1000);
          if (fate < killChance / 2) throw new Error('killed before the write');
          if (fate < killChance * 0.75) throw new StoreError('throttled', 'busy', { retryAfterMs: 1_000 });
          const result = await call(...args);
          if (fate < killChance) throw new Error('killed after the write');
          return result;
        };
      return {
        ...store,
        create: maybe(store.create),
        replace: maybe(store.replace),
        upsert: maybe(store.upsert),
        delete: maybe(store.delete),
        batch: maybe(store.batch),
        bulkUpsert: maybe(store.bulkUpsert),
      };
    };
    world = await startSyncWorld({ seed, customers: 4, users: 250, wrap: killing });
    for (const tenant of world.customers) await world.run(tenant);
    const startMs = world.clock.now();
    const starts = new Map<string, Awaited<ReturnType<typeof chainPoints>>>();
    for (const { id } of world.customers) starts.set(id, await chainPoints(world.app.store, world.workspaceId, id));

    for (let round = 0; round < rounds; round += 1) {
      await randomChanges(world.customers, draw);
      const kind = faultKinds[draw(faultKinds.length)] ?? '429';
      await world.faults({ kind, match: { origin: 'graph' }, rate: 0.4, retryAfterSeconds: 0, times: 1 + draw(5) });
      world.advance((1 + draw(40)) * MINUTE_MS);
      killChance = draw(3) === 0 ? 0 : 150;
      const limits = { rounds: 1 + draw(3), timeMs: 60_000 };
      await Promise.all(
        world.customers.flatMap((tenant) =>
          Array.from({ length: 1 + draw(3) }, async () => {
            const trigger = draw(3) === 0 ? 'manual' : 'schedule';
            await world.run(tenant, { trigger, limits }).catch(onlyOurs);
          }),
        ),
      );
      killChance = 0;
      if (draw(4) === 0) await world.work();
    }

    await world.faults();
    for (let quiet = 0; quiet < 3; quiet += 1) {
      world.advance(30 * MINUTE_MS);
      for (const tenant of world.customers) await world.run(tenant);
      await world.settle(5 * MINUTE_MS);
    }
    for (const tenant of world.customers) {
      const { store } = world.app;
      expect(await expectTruth(store, world.workspaceId, tenant)).toMatchObject({
        status: 'Success',
        explanation: null,
      });
      expect((await storedTenant(store, world.workspaceId, tenant.id)).outbox).toEqual([]);
      const events = await eventsOf(world.workspace, tenant.id, startMs, world.clock.now() + DAY_MS);
      expectChain(events, starts.get(tenant.id) ?? [], await chainPoints(store, world.workspaceId, tenant.id));
    }
  });
});

async function randomChanges(tenants: readonly Tenant[], draw: (below: number) => number): Promise<void> {
  const response = await fetch(`${world.microsoft.control}/control/random-changes`, {
    method: 'POST',
    body: JSON.stringify({ count: 20 + draw(200), seed: draw(1_000_000), tenantIds: tenants.map(({ id }) => id) }),
  });
  expect(response.status).toBe(200);
  if (draw(4) > 0) return;
  const [tenant] = tenants;
  await world.change({ kind: 'resetDelta', tenantId: tenant?.id });
}

function onlyOurs(error: unknown): void {
  const ours = error instanceof StoreError ? error.kind === 'throttled' : String(error).includes('killed');
  if (!ours) throw error;
}
