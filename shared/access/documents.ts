// Documents of the `workspaces` container that say who may do what and how a workspace is set.
import { z } from 'zod';
import { consentStrategy } from '../consent/strategy.ts';

const base = { schemaVersion: z.literal(1), ttl: z.number().optional() };

/** id `workspace` */
export const workspaceDoc = z.object({
  ...base,
  id: z.literal('workspace'),
  type: z.literal('workspace'),
  /** The MSP's own Entra tenant id; the workspace's key. */
  tenantId: z.guid(),
  name: z.string(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
});
export type WorkspaceDoc = z.infer<typeof workspaceDoc>;

export const roles = ['Admin', 'Reader'] as const;
export type Role = (typeof roles)[number];

/** id `member:{tenantId}:{objectId}`, written by `memberId` */
export const memberDoc = z.object({
  ...base,
  id: z.string(),
  type: z.literal('member'),
  tenantId: z.guid(),
  objectId: z.guid(),
  role: z.enum(roles),
  name: z.string(),
  /** As shown by Microsoft; never used to authorise. */
  username: z.string(),
  addedAt: z.iso.datetime(),
  addedBy: z.string(),
});
export type MemberDoc = z.infer<typeof memberDoc>;

/** Which GDAP roles a relationship must give, by role template id. */
export const roleProfile = z.object({
  allOf: z.array(z.guid()),
  anyOf: z.array(z.guid()),
  orGlobalAdmin: z.boolean(),
});
export type RoleProfile = z.infer<typeof roleProfile>;

/** The intervals that a workspace may choose between, minutes. */
export const syncIntervals = [15, 30, 60, 120, 240, 720, 1440] as const;

/** id `settings` */
export const settingsDoc = z.object({
  ...base,
  id: z.literal('settings'),
  type: z.literal('settings'),
  syncIntervalMinutes: z.union(syncIntervals.map((minutes) => z.literal(minutes))),
  /** On until mapping exists: customers sync before they are mapped. */
  syncBeforeMapping: z.boolean(),
  expiringThresholdDays: z.number().int().min(1).max(90),
  roleProfile,
  /** Consent links live this long, days. */
  consentLinkDays: z.number().int().min(1).max(90),
  /** How customers without a way of their own consent. */
  consentStrategy: consentStrategy.default('customerAdmin'),
});
export type SettingsDoc = z.infer<typeof settingsDoc>;

export const defaultSettings: SettingsDoc = {
  id: 'settings',
  type: 'settings',
  schemaVersion: 1,
  syncIntervalMinutes: 30,
  syncBeforeMapping: true,
  expiringThresholdDays: 7,
  roleProfile: {
    // Privileged Role Administrator and Application Administrator: what it takes to consent through GDAP.
    allOf: ['e8611ab8-c189-46e8-94e1-60213ab1f814', '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3'],
    anyOf: [],
    orGlobalAdmin: true,
  },
  consentLinkDays: 30,
  consentStrategy: 'customerAdmin',
};
