// Evidence that this workspace may read a tenant: GDAP read with its own partner token, or an administrator's sign-in there.
// An app-only token proves neither: the app may be installed for another workspace.
import { z } from 'zod';
import type { App } from '../app.ts';
import { connectionDoc } from '../connections/documents.ts';
import { partnerTokens } from '../connections/partner-tokens.ts';
import { connectionDocId } from '../connections/read.ts';
import { type GdapDoc, gdapDoc } from '../customers/documents.ts';
import { GLOBAL_ADMINISTRATOR } from '../customers/gdap-status.ts';
import { Problem } from '../errors.ts';
import { MicrosoftError, type SignedInAccount } from '../microsoft/microsoft.ts';
import { readAs, type WorkspaceStore } from '../store/scoped.ts';
import type { Evidence } from './documents.ts';
import { patiently } from './patience.ts';
import { activeRelationshipIds } from './status.ts';

/**
 * Roles that may consent for a whole tenant.
 * https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
 */
const consentRoles: readonly string[] = [
  GLOBAL_ADMINISTRATOR,
  'e8611ab8-c189-46e8-94e1-60213ab1f814', // Privileged Role Administrator
  '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3', // Application Administrator
  '158c047a-c907-4556-b7ef-446551a6b5f7', // Cloud Application Administrator
];

/** The customer's GDAP as this workspace last read it. */
export async function readGdap(workspace: WorkspaceStore, tenantId: string): Promise<GdapDoc | undefined> {
  return (await readAs(workspace.customers, `gdap:${tenantId}`, gdapDoc))?.doc;
}

/**
 * Evidence by GDAP: a relationship with this tenant that is active, read now through the connection that found the
 * customer; what discovery read may have ended a minute later. Null when there is none, or when Microsoft does not let
 * it be read.
 */
export async function gdapEvidence(
  app: App,
  workspace: WorkspaceStore,
  tenantId: string,
): Promise<Extract<Evidence, { kind: 'gdap' }> | null> {
  const gdap = await readGdap(workspace, tenantId);
  if (!gdap?.readAt) return null;
  const connection = await readAs(workspace.workspace, connectionDocId(gdap.connectionId), connectionDoc);
  if (connection?.doc.state !== 'Connected') return null;
  for (const relationshipId of activeRelationshipIds(gdap, app.clock.now()))
    if (await isActiveNow(app, workspace, gdap, relationshipId))
      return { kind: 'gdap', relationshipId, readAt: new Date(app.clock.now()).toISOString() };
  return null;
}

const relationshipSchema = z.object({
  status: z.string(),
  customer: z.object({ tenantId: z.string().toLowerCase() }).nullish(),
});

async function isActiveNow(app: App, workspace: WorkspaceStore, gdap: GdapDoc, relationshipId: string) {
  const { graph } = partnerTokens(app, workspace.workspaceId, gdap.connectionId);
  const path = `/tenantRelationships/delegatedAdminRelationships/${encodeURIComponent(relationshipId)}`;
  try {
    const read = () => app.microsoft.graph(graph).get(path, relationshipSchema);
    const { status, customer } = await patiently(read);
    return status === 'active' && customer?.tenantId === gdap.tenantId.toLowerCase();
  } catch (error) {
    if (error instanceof MicrosoftError || error instanceof Problem) return false;
    throw error;
  }
}

/** Evidence by a sign-in whose id_token was validated for the tenant: null without an administrator's role there. */
export function signInEvidence(account: SignedInAccount, tenantId: string, at: string): Evidence | null {
  const roles = account.roles.filter((role) => consentRoles.includes(role));
  if (account.tenantId !== tenantId.toLowerCase() || roles.length === 0) return null;
  return { kind: 'adminSignIn', objectId: account.objectId, username: account.username, roles, at };
}
