// Whether the service account is a guest in a customer's tenant. There it signs in as that guest, not through GDAP: without
// the roles of the relationship, and consent fails with AADSTS65001 or AADSTS50020.
import { connectionDoc } from '../connections/documents.ts';
import { readAs, updateDoc, type WorkspaceStore } from '../store/scoped.ts';
import { type UserDoc, userDoc } from '../sync/documents.ts';
import { accessDoc, accessDocId } from '../timeline/documents.ts';
import { customerDoc } from './documents.ts';

/**
 * Entra names a guest after its own address: `svc@msp.com` becomes `svc_msp.com#EXT#@customer.onmicrosoft.com`.
 * https://learn.microsoft.com/entra/external-id/user-properties
 */
export function guestNameOf(username: string): string {
  return `${username.replace('@', '_')}#EXT#@`;
}

/** Whether a user of a customer's tenant is this account as a guest. Pure. */
export function isGuest(
  { userPrincipalName, mail, userType }: Pick<UserDoc, 'userPrincipalName' | 'mail' | 'userType'>,
  username: string,
): boolean {
  if (userPrincipalName.toLowerCase().startsWith(guestNameOf(username).toLowerCase())) return true;
  return userType === 'Guest' && mail?.toLowerCase() === username.toLowerCase();
}

/**
 * Looks among the users that were read of the tenant, and remembers the answer for pages and API. Nothing is known of a
 * tenant whose users were never read.
 * @throws StoreError
 */
export async function noteGuestAccount(workspace: WorkspaceStore, tenantId: string): Promise<void> {
  const customer = (await readAs(workspace.customers, `customer:${tenantId}`, customerDoc))?.doc;
  if (!customer) return;
  const connection = await readAs(workspace.workspace, `connection:${customer.connectionId}`, connectionDoc);
  const username = connection?.doc.kind === 'microsoft_csp' ? connection.doc.account?.username : undefined;
  const guest = username ? await findGuest(workspace, tenantId, username) : undefined;
  const guestAccount = guest?.userPrincipalName ?? null;
  await updateDoc(workspace.customers, accessDocId(tenantId), accessDoc, (access) =>
    access && access.guestAccount !== guestAccount ? { ...access, guestAccount } : undefined,
  );
}

async function findGuest(workspace: WorkspaceStore, tenantId: string, username: string): Promise<UserDoc | undefined> {
  const directory = workspace.directory(tenantId);
  const spellings = [...new Set([username, username.toLowerCase()])];
  const filters = spellings.flatMap((spelling) => [
    [{ field: 'mail', op: 'eq', value: spelling } as const],
    [
      { field: 'userPrincipalName', op: 'ge', value: guestNameOf(spelling) } as const,
      { field: 'userPrincipalName', op: 'lt', value: `${guestNameOf(spelling)}~` } as const,
    ],
  ]);
  for (const where of filters) {
    const { items } = await directory.query({ type: 'user', where, limit: 10 });
    const guest = items.map(({ doc }) => userDoc.parse(doc)).find((user) => isGuest(user, username));
    if (guest) return guest;
  }
  return undefined;
}
