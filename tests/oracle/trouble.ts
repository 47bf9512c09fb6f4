// The trouble itself: true changes, faults, kills, Sync now and a clock that runs, all at once.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Draws } from '../../infra/local/microsoft/scenario/draws.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../shared/clock.ts';
import type { Changer } from './changer.ts';
import type { Control } from './control.ts';
import type { Deployment, Slot } from './deployment.ts';
import { farthestStepMs, type Pace } from './pace.ts';
import type { Presser } from './presser.ts';
import { drawScenes, type Scene } from './scenes.ts';

export interface TroubleParts {
  deployment: Deployment;
  control: Control;
  pace: Pace;
  presser: Presser;
  changer: Changer;
  tenantIds: readonly string[];
  draws: Draws;
  sceneMs: number;
  hired: number;
  say: (line: string) => void;
}

export interface TroubleCounts {
  /** How often each kind of fault hit. */
  faults: Record<string, number>;
  workerKills: number;
  appKills: number;
}

const tickMs = 80;
const startLimitMs = 30_000;
/** How long an outage waits (real time) for the first request that it meets. */
const outagePatienceMs = 15_000;
/** How much longer all scenes together go on until each of their faults has hit. */
const mostPatienceMs = 40_000;

/** Goes through all scenes. Faults are off and every process runs when it ends. */
export async function makeTrouble(parts: TroubleParts): Promise<TroubleCounts> {
  const { control, draws, say } = parts;
  const faults: Record<string, number> = {};
  let patienceMs = mostPatienceMs;
  const killer = startKiller(parts.deployment, parts.pace, draws);
  const scenes = drawScenes((list) => draws.pick(list));
  const hiring = draws.int(1, scenes.length - 3);
  try {
    for (const [index, scene] of scenes.entries()) {
      say(`scene ${index + 1} of ${scenes.length}: ${scene.name}`);
      if (index === hiring) await parts.changer.hire(draws.pick(parts.tenantIds), parts.hired);
      if (index === hiring + 2) await parts.changer.dismiss();
      patienceMs -= await playScene(parts, scene, patienceMs);
      for (const [kind, hits] of Object.entries(await control.hits())) faults[kind] = (faults[kind] ?? 0) + hits;
      await control.clearFaults();
    }
  } finally {
    await control.clearFaults();
    await control.setLatency(0);
    await killer.stop();
  }
  return { faults, ...killer.kills };
}

/** Gives how much longer than planned it took. */
async function playScene(parts: TroubleParts, scene: Scene, patienceMs: number): Promise<number> {
  const { control, pace, draws, sceneMs } = parts;
  await control.setFaults(scene.rules);
  await control.setLatency(scene.latencyMs ?? 0);
  const beganMs = pace.now();
  const endMs = Date.now() + sceneMs;
  const outageLastsMs = Math.max(0, ...scene.rules.map(({ forMs }) => forMs ?? 0));
  const allHit = async () => Object.values(await control.hits()).every((hits) => hits > 0);
  while (
    Date.now() < endMs ||
    pace.now() < beganMs + outageLastsMs ||
    (Date.now() < endMs + patienceMs && !(await allHit()))
  ) {
    await changeSome(parts);
    if (draws.chance(0.4)) await parts.presser.press(draws.pick(parts.tenantIds));
    const out = pace.now() < beganMs + outageLastsMs;
    const waits = out && Date.now() < endMs - sceneMs + outagePatienceMs && !(await allHit());
    if (waits) await parts.presser.press(draws.pick(parts.tenantIds));
    else await pace.step(out ? draws.int(2, 6) * SECOND_MS : drawStep(draws), draws.chance(0.25));
    await sleep(tickMs);
  }
  return Math.max(0, Date.now() - endMs);
}

async function changeSome({ changer, tenantIds, draws }: TroubleParts): Promise<void> {
  // Sometimes one tenant changes a lot, mostly several change a little.
  const one = draws.chance(0.2) ? draws.pick(tenantIds) : undefined;
  const count = one ? draws.int(3, 12) : draws.int(0, 4);
  for (let made = 0; made < count; made += 1) await changer.change(one ?? draws.pick(tenantIds));
}

/** Seconds mostly; sometimes a slot or several pass at once, now and then a night. */
function drawStep(draws: Draws): number {
  const kind = draws.unit();
  if (kind < 0.55) return draws.int(5, 60) * SECOND_MS;
  if (kind < 0.9) return draws.int(1, 10) * MINUTE_MS;
  if (kind < 0.96) return draws.int(30, 90) * MINUTE_MS;
  return Math.min(draws.int(4, 8) * HOUR_MS, farthestStepMs);
}

/** Kills processes at random moments and starts them again a little later, until it is stopped. */
export function startKiller(deployment: Deployment, pace: Pace, draws: Draws, onlyWorkers = false) {
  const kills = { workerKills: 0, appKills: 0 };
  const stopping = new AbortController();
  const wait = (ms: number) => sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
  const restart = (slot: Slot): void => slot.start();
  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await wait(draws.int(300, 4_000));
      if (stopping.signal.aborted || !pace.mayKill()) continue;
      const isApp = !onlyWorkers && draws.chance(0.12);
      const slot = isApp ? deployment.app : draws.pick(deployment.workers);
      if (!(await slot.kill())) continue;
      if (isApp) kills.appKills += 1;
      else kills.workerKills += 1;
      await wait(draws.int(0, 1_200));
      restart(slot);
      // Some die while they start; if all did, nobody would work.
      const patient = draws.chance(0.8) ? Date.now() + startLimitMs : 0;
      while (!slot.isUp() && Date.now() < patient && !stopping.signal.aborted) await wait(100);
    }
  };
  const running = loop();
  const stop = async (): Promise<void> => {
    stopping.abort();
    await running;
    for (const slot of [deployment.app, ...deployment.workers]) restart(slot);
  };
  return { kills, stop };
}
