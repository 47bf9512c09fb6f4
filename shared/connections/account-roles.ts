// Which directory roles the service account still holds: Global Administrator is needed for connecting only, and may go
// afterwards (SP-06). Looked at daily, and whenever a person has the customers read again.
import { z } from 'zod';
import type { App } from '../app.ts';
import { DAY_MS } from '../clock.ts';
import { roleIds } from '../customers/roles.ts';
import { type GraphClient, MicrosoftError } from '../microsoft/microsoft.ts';
import { readAs, updateDoc, type WorkspaceStore } from '../store/scoped.ts';

const base = { schemaVersion: z.literal(1), ttl: z.number().optional() };

/** In container `workspaces`, id `accountRoles:{connectionId}` */
export const accountRolesDoc = z.object({
  ...base,
  id: z.string(),
  type: z.literal('accountRoles'),
  connectionId: z.guid(),
  /** By name. */
  roles: z.array(z.object({ roleId: z.string(), name: z.string() })),
  checkedAt: z.iso.datetime(),
});
export type AccountRolesDoc = z.infer<typeof accountRolesDoc>;

const LOOK_EVERY_MS = DAY_MS;

const directoryRole = z.object({
  roleTemplateId: z.string().toLowerCase().nullish(),
  displayName: z.string().nullish(),
});

/**
 * Looks at the roles of the account that `graph` asks for, where the newest look is a day old. An answer that Microsoft
 * refuses leaves what was known; the next discovery asks again.
 * @throws StoreError
 */
export async function noteAccountRoles(
  app: Pick<App, 'clock' | 'log'>,
  workspace: WorkspaceStore,
  graph: GraphClient,
  { connectionId, now }: { connectionId: string; now: boolean },
): Promise<void> {
  const known = await readAccountRoles(workspace, connectionId);
  const nowMs = app.clock.now();
  if (!now && known && nowMs - Date.parse(known.checkedAt) < LOOK_EVERY_MS) return;
  try {
    const roles = await rolesHeld(graph);
    const checkedAt = new Date(nowMs).toISOString();
    const id = accountRolesId(connectionId);
    await updateDoc(workspace.workspace, id, accountRolesDoc, () => ({
      id,
      type: 'accountRoles',
      schemaVersion: 1,
      connectionId,
      roles,
      checkedAt,
    }));
  } catch (error) {
    if (!(error instanceof MicrosoftError)) throw error;
    app.log('info', 'the roles of the service account could not be read', { connectionId, code: error.code });
  }
}

async function rolesHeld(graph: GraphClient): Promise<AccountRolesDoc['roles']> {
  const held = new Map<string, string>();
  const path = '/me/transitiveMemberOf/microsoft.graph.directoryRole?$select=id,roleTemplateId,displayName';
  for await (const page of graph.pages(path, directoryRole))
    for (const { roleTemplateId, displayName } of page)
      if (roleTemplateId) held.set(roleTemplateId, displayName || roleTemplateId);
  return [...held]
    .map(([roleId, name]) => ({ roleId, name }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en') || a.roleId.localeCompare(b.roleId));
}

export async function readAccountRoles(
  workspace: WorkspaceStore,
  connectionId: string,
): Promise<AccountRolesDoc | undefined> {
  return (await readAs(workspace.workspace, accountRolesId(connectionId), accountRolesDoc))?.doc;
}

function accountRolesId(connectionId: string): string {
  return `accountRoles:${connectionId}`;
}

/**
 * `mayStepDown`: Global Administrator can simply go. `replaceFirst`: it can go once one of the two lesser roles is there.
 * `steppedDown`: as it should be. `lacksRole`: neither is there any more.
 */
export type StepDown = 'mayStepDown' | 'replaceFirst' | 'steppedDown' | 'lacksRole';

const lesserRoles: ReadonlySet<string> = new Set([
  roleIds.applicationAdministrator,
  roleIds.cloudApplicationAdministrator,
]);

/** How far the account has stepped down. Pure. */
export function stepDownOf(roles: AccountRolesDoc['roles']): StepDown {
  const hasLesser = roles.some(({ roleId }) => lesserRoles.has(roleId));
  if (roles.some(({ roleId }) => roleId === roleIds.globalAdministrator))
    return hasLesser ? 'mayStepDown' : 'replaceFirst';
  return hasLesser ? 'steppedDown' : 'lacksRole';
}

/** The words of each, for page and API. */
export const stepDownWords: Readonly<Record<StepDown, string>> = {
  mayStepDown:
    'The service account is still a Global Administrator. That was needed for connecting only: remove the role in Entra, the other one is enough.',
  replaceFirst:
    'The service account is still a Global Administrator. That was needed for connecting only: give it Application Administrator or Cloud Application Administrator, then remove Global Administrator.',
  steppedDown: 'The service account has stepped down from Global Administrator, as it should.',
  lacksRole:
    'The service account holds neither Application Administrator nor Cloud Application Administrator. Give it one of the two in Entra.',
};
