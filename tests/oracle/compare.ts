// Everything that must hold at the end, in one list of differences.
import { compareEvents } from './compare-events.ts';
import { compareStored } from './compare-stored.ts';
import type { Truth } from './control.ts';
import type { Difference } from './difference.ts';
import { type Objects, objectsOf, type TruthHistory } from './states.ts';
import type { StoredAll, StoredTenant } from './stored.ts';

export interface Ending {
  workspaceId: string;
  truths: readonly Truth[];
  /** What was true of each tenant when its first sync had ended. */
  baseline: ReadonlyMap<string, Objects>;
  history: TruthHistory;
  stored: StoredAll;
}

/** Compares at the end of a run. */
export function compareEnding({ workspaceId, truths, baseline, history, stored }: Ending): Difference[] {
  return [
    ...stored.torn,
    ...truths.flatMap((truth) => {
      const { tenantId } = truth;
      const tenant = stored.tenants.get(tenantId);
      if (!tenant) return [nothingStored(tenantId)];
      return [
        ...compareStored(truth, tenant, { settled: true }),
        ...compareEvents({
          tenantId,
          workspaceId,
          baseline: baseline.get(tenantId) ?? new Map(),
          history,
          stored: tenant,
        }),
      ];
    }),
  ];
}

/** Compares after the first sync, before anything changed: all there, and one event each. */
export function compareBaseline(truths: readonly Truth[], stored: StoredAll): Difference[] {
  return [
    ...stored.torn,
    ...truths.flatMap((truth) => {
      const tenant = stored.tenants.get(truth.tenantId);
      return tenant
        ? [...compareStored(truth, tenant, { settled: false }), ...eventsBefore(truth.tenantId, tenant)]
        : [nothingStored(truth.tenantId)];
    }),
  ];
}

/** The objects of every tenant, as the chain of events begins from them. */
export function baselineOf(truths: readonly Truth[]): Map<string, Objects> {
  return new Map(truths.map((truth) => [truth.tenantId, objectsOf(truth)]));
}

function eventsBefore(tenant: string, { events, outbox }: StoredTenant): Difference[] {
  const kinds = [...events, ...outbox].map(({ event }) => event.kind);
  // Between its writing and the deleting of its place in the outbox an event is in both.
  if (kinds.length > 0 && kinds.every((kind) => kind === 'customer.synced')) return [];
  const found = kinds.join(', ') || 'none';
  return [{ tenant, dataset: 'events', object: 'baseline', field: '', expected: 'customer.synced alone', found }];
}

function nothingStored(tenant: string): Difference {
  return { tenant, dataset: 'directory', object: '', field: '', expected: 'to be stored', found: 'nothing' };
}
