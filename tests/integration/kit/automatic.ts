// What tests of automatic consent share: the stored consent, and a clock that is moved while workers work.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Tenant } from '../../../infra/local/microsoft/world.ts';
import { SECOND_MS } from '../../../shared/clock.ts';
import { type ConsentDoc, consentDoc } from '../../../shared/consent/documents.ts';
import { readAs } from '../../../shared/store/scoped.ts';
import { northwind } from './connected.ts';
import type { TestWorld } from './world.ts';

/** What the partner with this domain stores of the customer's consent. @throws Error when it is nothing */
export async function consentOf(world: TestWorld, { id }: Tenant, partner = northwind): Promise<ConsentDoc> {
  const stored = await readAs(world.workspace(world.tenant(partner)).customers, `consent:${id}`, consentDoc);
  if (!stored) throw new Error('Nothing is stored of this consent.');
  return stored.doc;
}

/** Moves the clock by `stepMs` until `wanted` holds, and lets the workers work between. @throws Error when it never does */
export async function follow(
  world: TestWorld,
  tenant: Tenant,
  wanted: (consent: ConsentDoc) => boolean,
  { stepMs = 5 * SECOND_MS, partner = northwind }: { stepMs?: number; partner?: string } = {},
): Promise<ConsentDoc> {
  for (let steps = 0; steps < 400; steps += 1) {
    for (let looks = 0; looks < 8; looks += 1) {
      const consent = await consentOf(world, tenant, partner);
      if (wanted(consent)) return consent;
      await sleep(15);
    }
    world.clock.advance(stepMs);
  }
  throw new Error(`It never came to that: ${JSON.stringify(await consentOf(world, tenant, partner))}`);
}

export const isSettled = (consent: ConsentDoc): boolean => consent.automatic?.step === 'ended';
export const isGranted = (consent: ConsentDoc): boolean => consent.status === 'Granted' && isSettled(consent);

/** Sets what goes wrong at Microsoft; nothing without rules. */
export async function setFaults(world: TestWorld, ...rules: Record<string, unknown>[]): Promise<void> {
  await control(world, '/control/faults', { rules });
}

/** Changes what is true at Microsoft. */
export async function change(world: TestWorld, what: Record<string, unknown>): Promise<void> {
  await control(world, '/control/change', what);
}

async function control(world: TestWorld, path: string, body: unknown): Promise<void> {
  const answer = await fetch(`${world.microsoft.control}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`The simulator refused: ${await answer.text()}`);
}
