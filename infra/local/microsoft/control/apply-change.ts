// Applies one change to the world and writes it into the log of changes.
import type { SimContext } from '../http.ts';
import { ACCESS_CHANGES, type AccessScene } from './access-changes.ts';
import type { AppliedChange, Effect } from './effects.ts';
import type { Change } from './schemas.ts';
import { TENANT_CHANGES } from './tenant-changes.ts';
import { USER_CHANGES } from './user-changes.ts';

type ChangeByKind = { [C in Change as C['kind']]: C };
type Appliers = { [K in keyof ChangeByKind]: (change: ChangeByKind[K], scene: AccessScene) => Effect[] };

const APPLIERS: Appliers = { ...USER_CHANGES, ...TENANT_CHANGES, ...ACCESS_CHANGES };

/**
 * Makes a change true.
 * @param log gets the change appended
 * @throws Error in plain words when the tenant, user, SKU… does not exist or the change makes no sense
 */
export function applyChange(context: SimContext, log: AppliedChange[], change: Change): AppliedChange {
  const tenant = context.world.tenants.get(change.tenantId);
  if (!tenant) throw new Error(`There is no tenant ${change.tenantId}.`);
  const nowMs = context.clock.now();
  const effects = dispatch(change.kind, change, { world: context.world, tenant, nowMs });
  const applied: AppliedChange = {
    sequence: log.length + 1,
    atMs: nowMs,
    tenantId: tenant.id,
    kind: change.kind,
    effects,
  };
  log.push(applied);
  context.changed(tenant.id);
  return applied;
}

function dispatch<K extends keyof ChangeByKind>(kind: K, change: ChangeByKind[K], scene: AccessScene): Effect[] {
  return APPLIERS[kind](change, scene);
}
