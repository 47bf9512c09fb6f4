// GET /health: whether the store and the queue answer, for load balancers and monitors. It says no more than that.
import type { App } from '../../shared/app.ts';
import type { Store } from '../../shared/store/port.ts';
import { httpRoute } from './pipeline.ts';

type Reach = 'reachable' | 'unreachable';
interface Health {
  store: Reach;
  queue: Reach;
}

/** A public address must not become a way to load the store: the answer is kept this long. */
const keptMs = 5_000;
const patienceMs = 5_000;
const kept = new WeakMap<Store, { atMs: number; health: Promise<Health> }>();

export const healthFunction = httpRoute({
  name: 'health',
  methods: ['GET'],
  route: 'health',
  access: 'public',
  respond: 'json',
  handle: async ({ app }) => {
    const health = await recentHealth(app);
    const isWell = health.store === 'reachable' && health.queue === 'reachable';
    return { status: isWell ? 200 : 503, jsonBody: { status: isWell ? 'ok' : 'unavailable', ...health } };
  },
});

function recentHealth(app: App): Promise<Health> {
  const nowMs = app.clock.now();
  const last = kept.get(app.store);
  if (last !== undefined && Math.abs(nowMs - last.atMs) < keptMs) return last.health;
  const health = readHealth(app);
  kept.set(app.store, { atMs: nowMs, health });
  return health;
}

async function readHealth(app: App): Promise<Health> {
  const [store, queue] = await Promise.all([
    reach(app, 'store', app.store.read('lookups', 'health', 'health')),
    reach(app, 'queue', app.deadLetters.list('sync', 1)),
  ]);
  return { store, queue };
}

async function reach(app: App, what: keyof Health, attempt: Promise<unknown>): Promise<Reach> {
  const patience = Promise.withResolvers<never>();
  const timer = setTimeout(() => patience.reject(new Error(`no answer within ${patienceMs} ms`)), patienceMs);
  try {
    await Promise.race([attempt, patience.promise]);
    return 'reachable';
  } catch (error) {
    app.log('error', `The ${what} does not answer`, { error });
    return 'unreachable';
  } finally {
    clearTimeout(timer);
  }
}
