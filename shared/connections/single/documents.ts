// A single tenant's connection: the sign-in that waits to be looked at, and the message that looks.
import { z } from 'zod';

/**
 * In container `workspaces`, id `singleSignIn:{connectionId}`: an administrator has signed in, and the tenant is still to
 * be looked at with the app's own token. Gone once that has been done; a day at most.
 */
export const singleSignInDoc = z.object({
  id: z.string(),
  type: z.literal('singleSignIn'),
  schemaVersion: z.literal(1),
  ttl: z.number().optional(),
  connectionId: z.guid(),
  tenantId: z.guid(),
  account: z.object({ objectId: z.guid(), username: z.string(), name: z.string() }),
  /** Role template ids that the id_token carried. */
  roles: z.array(z.string()),
  at: z.iso.datetime(),
  /** The member who connects. */
  by: z.object({ id: z.string(), name: z.string() }),
});
export type SingleSignInDoc = z.infer<typeof singleSignInDoc>;

/** In queue `discover`: look at the tenant of a single connection whose administrator has signed in. */
export const settleSingleMessage = z.object({
  kind: z.literal('settleSingle'),
  workspaceId: z.guid(),
  connectionId: z.guid(),
  attempt: z.number().int().min(1),
});
export type SettleSingleMessage = z.infer<typeof settleSingleMessage>;

export function singleSignInId(connectionId: string): string {
  return `singleSignIn:${connectionId}`;
}
