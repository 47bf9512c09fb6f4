// Documents about consent: its state for each customer, and the links that customers are sent.
import { z } from 'zod';
import { explanationSchema } from '../connections/documents.ts';
import { automaticState } from './automatic/state.ts';
import { consentStrategy } from './strategy.ts';

const base = { schemaVersion: z.literal(1), ttl: z.number().optional() };

export const consentStatuses = [
  'NotRequested',
  'InProgress',
  'ConsentPending',
  'GrantingApplicationRoles',
  'Granted',
  'ConsentFailure',
  'Revoked',
  'UpgradeNeeded',
] as const;
export type ConsentStatus = (typeof consentStatuses)[number];

/** Why this workspace may read this tenant: nothing else is proof (design.md, Microsoft). */
export const evidenceSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('gdap'), relationshipId: z.string(), readAt: z.iso.datetime() }),
  z.object({
    kind: z.literal('adminSignIn'),
    objectId: z.guid(),
    username: z.string(),
    /** Role template ids that the id_token carried. */
    roles: z.array(z.string()),
    at: z.iso.datetime(),
  }),
]);
export type Evidence = z.infer<typeof evidenceSchema>;

/** Somebody of the MSP, by member id and name. */
export const actorSchema = z.object({ id: z.string(), name: z.string() });

/** In container `customers`, id `consent:{tenantId}` */
export const consentDoc = z.object({
  ...base,
  id: z.string(),
  type: z.literal('consent'),
  tenantId: z.guid(),
  status: z.enum(consentStatuses),
  statusSince: z.iso.datetime(),
  method: z.enum(['customerAdmin', 'gdapAccount', 'automatic', 'ownApp']).nullable(),
  evidence: evidenceSchema.nullable(),
  /** The connection whose own app registration was granted; null where it was Tenantry's customer app. */
  ownAppConnectionId: z.guid().nullable().default(null),
  /** Version of the permission set that was granted. */
  permissionSet: z.number().int().nullable(),
  grantedAt: z.iso.datetime().nullable(),
  /** The link that led here. */
  linkId: z.guid().nullable(),
  /** Who of the MSP went to Microsoft for it, where no link led there. */
  by: actorSchema.nullable().exactOptional(),
  attempts: z.number().int(),
  nextAttemptAt: z.iso.datetime().nullable(),
  explanation: explanationSchema.nullable(),
  /** When the grant was last proven by a fresh token and a read of /organization. */
  verifiedAt: z.iso.datetime().nullable(),
  /** How this customer is meant to consent; null or left out for the workspace's way. */
  strategy: consentStrategy.nullable().exactOptional(),
  /** How far automatic consent has come, where it was begun. */
  automatic: automaticState.nullable().exactOptional(),
});
export type ConsentDoc = z.infer<typeof consentDoc>;

/** In container `customers`, id `link:{linkId}` */
export const consentLinkDoc = z.object({
  ...base,
  id: z.string(),
  type: z.literal('consentLink'),
  linkId: z.guid(),
  tenantId: z.guid(),
  /** SHA-256 of the token in the address, hex; the token itself is sealed so that the MSP can copy the address again. */
  tokenHash: z.string(),
  sealedToken: z.string(),
  status: z.enum(['open', 'used', 'revoked']),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  expiresAt: z.iso.datetime(),
  usedAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
  /** The newest campaign that handed it out. */
  campaignId: z.guid().exactOptional(),
  /** When a person first saw its page: told by a script there, never by a GET. */
  openedAt: z.iso.datetime().exactOptional(),
  /** The newest departures to Microsoft: the last of them, and how many there were since the hour began. */
  departures: z.object({ at: z.iso.datetime(), since: z.iso.datetime(), count: z.number().int() }).exactOptional(),
  /** Why the newest of them ended without consent. */
  refusal: z.object({ at: z.iso.datetime(), explanation: explanationSchema }).exactOptional(),
});
export type ConsentLinkDoc = z.infer<typeof consentLinkDoc>;

/** In container `lookups`, id = pk = the token's SHA-256: which workspace a link belongs to. */
export const consentLookupDoc = z.object({
  ...base,
  id: z.string(),
  type: z.literal('consentLookup'),
  workspaceId: z.guid(),
  linkId: z.guid(),
  tenantId: z.guid(),
});
export type ConsentLookupDoc = z.infer<typeof consentLookupDoc>;
