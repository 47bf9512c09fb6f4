// Makes true changes one at a time and takes note of the truth after each, so that every state that was ever true is known.
import type { Draws } from '../../infra/local/microsoft/scenario/draws.ts';
import type { Control } from './control.ts';
import type { TruthHistory } from './states.ts';

export interface Changer {
  /** One change in one tenant, drawn from what happens in real ones. */
  change(tenantId: string): Promise<void>;
  /** Hires many people at once in one tenant. */
  hire(tenantId: string, count: number): Promise<void>;
  /** Dismisses most of those that were hired. */
  dismiss(): Promise<void>;
  readonly made: number;
  /** When the newest change was made, on the simulator's clock. */
  readonly lastChangeMs: number;
}

const bought = ['SPB', 'O365_BUSINESS_PREMIUM', 'O365_BUSINESS_ESSENTIALS'];

export function openChanger(control: Control, history: TruthHistory, draws: Draws): Changer {
  let made = 0;
  let lastChangeMs = 0;
  let hired: { tenantId: string; userIds: string[] } | undefined;
  const note = async (tenantId: string, changes: readonly { atMs: number }[]): Promise<void> => {
    made += changes.length;
    lastChangeMs = Math.max(lastChangeMs, ...changes.map(({ atMs }) => atMs));
    history.record(await control.truth(tenantId));
  };
  return {
    async change(tenantId) {
      const kind = draws.unit();
      if (kind < 0.04) return note(tenantId, [await control.change(await drawSignIn(tenantId))]);
      if (kind < 0.05)
        return note(tenantId, [
          await control.change({
            kind: 'buyProduct',
            tenantId,
            skuPartNumber: draws.pick(bought),
            seats: draws.int(1, 9),
          }),
        ]);
      if (kind < 0.07) return note(tenantId, [await control.change({ kind: 'resetDelta', tenantId })]);
      return note(tenantId, await control.randomChange(tenantId, draws.int(0, 1_000_000_000)));
    },
    async hire(tenantId, count) {
      const before = new Set((await control.truth(tenantId)).users.map(({ id }) => id));
      const changes = [];
      for (let index = 0; index < count; index += 1) changes.push(await control.change({ kind: 'addUser', tenantId }));
      await note(tenantId, changes);
      const { users } = await control.truth(tenantId);
      hired = { tenantId, userIds: users.map(({ id }) => id).filter((id) => !before.has(id)) };
    },
    async dismiss() {
      if (!hired) return;
      const { tenantId } = hired;
      const still = new Set((await control.truth(tenantId)).users.map(({ id }) => id));
      const leaving = hired.userIds.filter((id) => still.has(id) && draws.chance(0.8));
      // Some hold licences by now, so that each leaves the counts in a state of its own.
      for (const userId of leaving)
        await note(tenantId, [await control.change({ kind: 'softDeleteUser', tenantId, userId })]);
    },
    get made() {
      return made;
    },
    get lastChangeMs() {
      return lastChangeMs;
    },
  };

  async function drawSignIn(tenantId: string) {
    const { users } = await control.truth(tenantId);
    return { kind: 'signIn', tenantId, userId: draws.pick(users).id };
  }
}
