// Documents of the `workspaces` container about connections to Microsoft.
import { z } from 'zod';

const base = { schemaVersion: z.literal(1), ttl: z.number().optional() };

export const explanationSchema = z.object({
  code: z.string(),
  meaning: z.string(),
  whoActs: z.enum(['msp', 'customer', 'microsoft', 'tenantry']),
  whatToDo: z.string(),
  retryHelps: z.boolean(),
  correlationId: z.string().exactOptional(),
});

export const connectionStates = [
  'NotConnected',
  'Authorizing',
  'AuthPending',
  'Connected',
  'AuthFailed',
  'ReauthRequired',
  'Error',
  'Removing',
] as const;

/** Why a connection is AuthFailed or ReauthRequired: states.md. */
export const authFailedReasons = [
  'unknown',
  'no_mfa_prompt',
  'not_in_admin_agents',
  'no_child_tenants',
  'insufficient_permissions',
  'policy_blocks_application',
  'missing_service_principal',
  'refresh_token_expired',
  'refresh_token_revoked',
  'client_secret_expired',
  'conditional_access_block',
  'wrong_app',
  'wrong_tenant',
  'partner_tenant',
  'foreign_account',
  'tenant_held',
] as const;
export type AuthFailedReason = (typeof authFailedReasons)[number];

export const checkNames = ['globalAdministrator', 'mfa', 'adminAgents', 'customers'] as const;

/** Which app registration a partner connection uses. `clientId` is null until the MSP has told it. */
export const connectionApp = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('tenantry') }),
  z.object({ kind: z.literal('own'), clientId: z.guid().nullable() }),
]);

/** id `connection:{connectionId}` */
export const connectionDoc = z.object({
  ...base,
  id: z.string(),
  type: z.literal('connection'),
  connectionId: z.guid(),
  kind: z.enum(['microsoft_csp', 'microsoft_single']),
  app: connectionApp.default({ kind: 'tenantry' }),
  name: z.string(),
  /** The tenant that was connected; Reauthorize must return it again. */
  tenantId: z.guid().nullable(),
  domain: z.string().nullable(),
  state: z.enum(connectionStates),
  reason: z.enum(authFailedReasons).nullable(),
  /** What happened, in words, when the state is not Connected. */
  explanation: explanationSchema.nullable(),
  stateSince: z.iso.datetime(),
  checks: z.array(
    z.object({
      name: z.enum(checkNames),
      ok: z.boolean(),
      detail: z.string(),
      /** Of one that failed. */
      reason: z.enum(authFailedReasons).exactOptional(),
    }),
  ),
  /** When somebody had it tested again; it has not been where this is left out. */
  checkedAt: z.iso.datetime().exactOptional(),
  /** The service account whose refresh token is kept. */
  account: z.object({ objectId: z.guid(), username: z.string(), name: z.string() }).nullable(),
  createdAt: z.iso.datetime(),
});
export type ConnectionDoc = z.infer<typeof connectionDoc>;

/** id `credential:{connectionId}`: the refresh token, sealed; replaced at each use. */
export const credentialDoc = z.object({
  ...base,
  id: z.string(),
  type: z.literal('credential'),
  connectionId: z.guid(),
  sealedRefreshToken: z.string(),
  obtainedAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime(),
});
export type CredentialDoc = z.infer<typeof credentialDoc>;

/** id `ownApp:{connectionId}`: how the MSP's own app registration proves itself, sealed. */
export const ownAppDoc = z.object({
  ...base,
  id: z.string(),
  type: z.literal('ownApp'),
  connectionId: z.guid(),
  clientId: z.guid(),
  kind: z.enum(['secret', 'certificate']),
  /** The secret, or the PEM text of the certificate with its key. */
  sealedProof: z.string(),
  /** When it ends; null for a secret of which nobody said. */
  endsAt: z.iso.datetime().nullable(),
  savedAt: z.iso.datetime(),
  savedBy: z.string(),
});
export type OwnAppDoc = z.infer<typeof ownAppDoc>;

/** id `discovery:{connectionId}`: how the newest discovery of customers goes. */
export const discoveryDoc = z.object({
  ...base,
  id: z.string(),
  type: z.literal('discovery'),
  connectionId: z.guid(),
  status: z.enum(['queued', 'running', 'done', 'failed']),
  requestedAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
  /** Customers whose GDAP was read so far, of how many. */
  done: z.number().int(),
  total: z.number().int(),
  /** When customers were last discovered without error. */
  lastSuccessAt: z.iso.datetime().nullable(),
  /** Which sources answered: GDAP, contracts, Partner Center. */
  sources: z.array(
    z.object({
      source: z.enum(['gdap', 'contracts', 'partnerCenter']),
      ok: z.boolean(),
      count: z.number().int(),
      detail: z.string(),
    }),
  ),
  /** Customers that it found and left to another connection of the workspace; the first fifty. */
  leftAlone: z.array(z.object({ tenantId: z.guid(), name: z.string(), connectionId: z.guid() })).default([]),
  explanation: explanationSchema.nullable(),
});
export type DiscoveryDoc = z.infer<typeof discoveryDoc>;
