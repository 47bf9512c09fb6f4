// How a customer is meant to consent: its own setting, or else the workspace's. Pure.
import { z } from 'zod';

/**
 * `customerAdmin`: its administrator by a link. `gdapAccount`: an account of the MSP, one after another. `automatic`:
 * Tenantry by itself, through Partner Center. `ownApp`: by link for the MSP's own app registration. `none`: not at all.
 */
export const consentStrategies = ['customerAdmin', 'gdapAccount', 'automatic', 'ownApp', 'none'] as const;
export type ConsentStrategy = (typeof consentStrategies)[number];
export const consentStrategy = z.enum(consentStrategies);

/** The strategy of a customer: its own where it has one. */
export function effectiveStrategy(
  consent: { strategy?: ConsentStrategy | null } | null | undefined,
  settings: { consentStrategy: ConsentStrategy },
): ConsentStrategy {
  return consent?.strategy ?? settings.consentStrategy;
}
