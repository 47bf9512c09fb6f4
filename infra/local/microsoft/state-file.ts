// Keeps the simulator's state on disk. The scenario can be made again from its seed, so only what may have changed is
// saved: everything small, and those customers whose directory was touched.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { VENDOR_TENANT_ID } from './scenario/apps.ts';
import type { AppRegistration, ServicePrincipal, Tenant, World } from './world.ts';

/** Raise it when the generator makes other worlds from the same seed, or the format changes. */
const STATE_VERSION = 2;
const LEAST_PAUSE_MS = 1000;
/** Saving may take at most about a tenth of the time. */
const PAUSE_FACTOR = 10;

/** What must agree for a stored state to be taken up again. */
export interface ScenarioKey {
  seed: number;
  customers: number;
  usersPerCustomer: number;
  exactUsers: boolean;
  mix: string;
  preconsented: boolean;
}

type SmallParts = Pick<
  World,
  'relationships' | 'resellerRelations' | 'sessions' | 'codes' | 'refreshTokens' | 'signingKeys'
>;

interface StoredState {
  version: number;
  key: ScenarioKey;
  startMs: number;
  small: SmallParts;
  /** Partners and the like, and touched customers, whole. */
  tenants: Tenant[];
  servicePrincipals: Map<string, Map<string, ServicePrincipal>>;
  /** Registrations that tenants of the scenario own themselves; states of an older simulator have none. */
  ownApps?: AppRegistration[];
  touched: string[];
}

export interface StateFile {
  /** Takes note of a change; the file follows within a second or so. */
  changed(tenantId?: string): void;
  /** Writes what is not written yet. */
  flush(): void;
  close(): void;
}

/**
 * Reads the stored state.
 * @returns null when there is none
 * @throws Error when it belongs to another scenario: the message says to use --reset
 */
export function readState(dataDir: string, key: ScenarioKey): StoredState | null {
  let bytes: Buffer;
  try {
    bytes = readFileSync(stateFile(dataDir));
  } catch {
    return null;
  }
  const stored: StoredState = deserialize(bytes);
  if (stored.version !== STATE_VERSION) {
    throw new Error(`The simulator's state in ${dataDir} is of another version. Use --reset to begin anew.`);
  }
  const names: readonly (keyof ScenarioKey)[] = [
    'seed',
    'customers',
    'usersPerCustomer',
    'exactUsers',
    'mix',
    'preconsented',
  ];
  const differing = names.filter((name) => stored.key[name] !== key[name]);
  if (differing.length > 0) {
    const list = differing.map((name) => `${name} ${stored.key[name]} (asked for ${key[name]})`).join(', ');
    throw new Error(`The simulator's state in ${dataDir} was made with ${list}. Use --reset to begin anew.`);
  }
  return stored;
}

/** Puts the stored state over a freshly made world. @returns the customers that were touched */
export function restoreState(world: World, stored: StoredState): string[] {
  Object.assign(world, stored.small);
  for (const tenant of stored.tenants) world.tenants.set(tenant.id, tenant);
  for (const [tenantId, principals] of stored.servicePrincipals) {
    const tenant = world.tenants.get(tenantId);
    if (tenant) tenant.servicePrincipals = principals;
  }
  for (const app of stored.ownApps ?? []) world.apps.set(app.appId, app);
  return stored.touched;
}

/** Removes the stored state. */
export function resetState(dataDir: string): void {
  rmSync(stateFile(dataDir), { force: true });
}

/** Begins to keep the world's state in `dataDir`. @param touchedBefore what restoreState returned */
export function keepState(
  dataDir: string,
  world: World,
  key: ScenarioKey,
  touchedBefore: readonly string[],
): StateFile {
  mkdirSync(dataDir, { recursive: true });
  const touched = new Set(touchedBefore);
  let timer: NodeJS.Timeout | null = null;
  let dirty = false;
  let pauseMs = LEAST_PAUSE_MS;

  function flush(): void {
    if (timer) clearTimeout(timer);
    timer = null;
    if (!dirty) return;
    dirty = false;
    const began = performance.now();
    writeState(dataDir, world, key, touched);
    pauseMs = Math.max(LEAST_PAUSE_MS, (performance.now() - began) * PAUSE_FACTOR);
  }

  return {
    changed(tenantId) {
      if (tenantId !== undefined && world.tenants.has(tenantId)) touched.add(tenantId);
      dirty = true;
      timer ??= setTimeout(flush, pauseMs).unref();
    },
    flush,
    close: flush,
  };
}

function writeState(dataDir: string, world: World, key: ScenarioKey, touched: ReadonlySet<string>): void {
  const tenants = [...world.tenants.values()];
  const { relationships, resellerRelations, sessions, codes, refreshTokens, signingKeys } = world;
  const state: StoredState = {
    version: STATE_VERSION,
    key,
    startMs: world.startMs,
    small: { relationships, resellerRelations, sessions, codes, refreshTokens, signingKeys },
    tenants: tenants.filter((tenant) => tenant.kind !== 'customer' || touched.has(tenant.id)),
    servicePrincipals: new Map(tenants.map((tenant) => [tenant.id, tenant.servicePrincipals])),
    ownApps: [...world.apps.values()].filter(({ homeTenantId }) => homeTenantId !== VENDOR_TENANT_ID),
    touched: [...touched],
  };
  const next = `${stateFile(dataDir)}.tmp`;
  writeFileSync(next, serialize(state));
  renameSync(next, stateFile(dataDir));
}

function stateFile(dataDir: string): string {
  return join(dataDir, 'microsoft.state');
}
