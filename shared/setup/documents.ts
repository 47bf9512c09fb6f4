// How far a workspace's setup has come, in the `workspaces` container: it can be left and taken up again at any time.
import { z } from 'zod';

/** The steps in their order. G1-04 */
export const setupSteps = ['preparation', 'connect', 'accounts', 'products', 'settings', 'review'] as const;
export type SetupStep = (typeof setupSteps)[number];

/** Who sells Microsoft subscriptions to the MSP; `none` where it buys from Microsoft directly or wants none connected. */
export const distributors = ['pax8', 'none'] as const;
export type Distributor = (typeof distributors)[number];

/** id `setup` */
export const setupDoc = z.object({
  schemaVersion: z.literal(1),
  ttl: z.number().optional(),
  id: z.literal('setup'),
  type: z.literal('setup'),
  /** The furthest step that was reached; earlier ones can be looked at and changed all the same. */
  step: z.enum(setupSteps),
  /** Tier 1 (buys from Microsoft directly) is not supported yet. */
  cspType: z.literal('tier2').nullable(),
  distributor: z.enum(distributors).nullable(),
  /** When somebody ticked that all is prepared, and which member. */
  confirmedAt: z.iso.datetime().nullable(),
  confirmedBy: z.string().nullable(),
  /** When somebody left for Microsoft from here: whoever comes back within its 15 minutes comes back here. */
  connectStartedAt: z.iso.datetime().nullable(),
  updatedAt: z.iso.datetime(),
});
export type SetupDoc = z.infer<typeof setupDoc>;

/** A setup that nobody has begun. */
export function newSetup(at: string): SetupDoc {
  return {
    id: 'setup',
    type: 'setup',
    schemaVersion: 1,
    step: 'preparation',
    cspType: null,
    distributor: null,
    confirmedAt: null,
    confirmedBy: null,
    connectStartedAt: null,
    updatedAt: at,
  };
}
