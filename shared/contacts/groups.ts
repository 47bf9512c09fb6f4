// Groups of a customer and their members, read from Microsoft when somebody looks: they are not kept.
// https://learn.microsoft.com/graph/api/group-list, https://learn.microsoft.com/graph/api/group-list-transitivemembers
import { z } from 'zod';
import type { App } from '../app.ts';
import { customerTokens } from '../connections/own-app.ts';
import { notFound, Problem } from '../errors.ts';
import { type GraphClient, MicrosoftError } from '../microsoft/microsoft.ts';
import type { WorkspaceStore } from '../store/scoped.ts';
import { readFacts } from '../sync/facts.ts';
import { syncPermission } from '../sync/permission.ts';

export interface CustomerGroup {
  groupId: string;
  name: string;
}

export interface CustomerGroups {
  /** By name. */
  items: readonly CustomerGroup[];
  /** False where the tenant has more groups than are read for a choice. */
  complete: boolean;
}

/** Pages of 999, which Graph gives at most. A choice among more groups than these is none. */
const groupPages = 5;
const memberPages = 100;

const group = z.object({ id: z.string(), displayName: z.string().nullish() });
const member = z.object({ id: z.string().toLowerCase() });

type Needs = Pick<App, 'store' | 'clock' | 'microsoft' | 'sealer'>;

/**
 * The groups of a customer.
 * @throws Problem 404 for no such customer, 409 with what stands in the way where its tenant may not be read now or its
 * consent does not cover groups; MicrosoftError
 */
export async function listGroups(app: Needs, workspace: WorkspaceStore, tenantId: string): Promise<CustomerGroups> {
  const graph = await openTenant(app, workspace, tenantId);
  const items: CustomerGroup[] = [];
  let pages = 0;
  let complete = true;
  try {
    for await (const page of graph.pages('/groups?$select=id,displayName&$top=999', group)) {
      complete = pages < groupPages;
      if (!complete) break;
      items.push(...page.map(({ id, displayName }) => ({ groupId: id, name: displayName || id })));
      pages += 1;
    }
  } catch (error) {
    throw inWords(error);
  }
  items.sort((a, b) => a.name.localeCompare(b.name, 'en') || a.groupId.localeCompare(b.groupId));
  return { items, complete };
}

/**
 * The ids of everyone in a group of a customer, through other groups too, in lower case; those of groups and devices among
 * them, which no contact has.
 * @throws as `listGroups`; Problem 404 for no such group, 422 for one that is too large to search
 */
export async function readMembers(
  app: Needs,
  workspace: WorkspaceStore,
  { tenantId, groupId }: { tenantId: string; groupId: string },
): Promise<ReadonlySet<string>> {
  const graph = await openTenant(app, workspace, tenantId);
  const ids = new Set<string>();
  let pages = 0;
  try {
    const path = `/groups/${encodeURIComponent(groupId)}/transitiveMembers?$select=id&$top=999`;
    for await (const page of graph.pages(path, member)) {
      for (const { id } of page) ids.add(id);
      pages += 1;
      if (pages > memberPages) throw tooLarge();
    }
  } catch (error) {
    throw inWords(error);
  }
  return ids;
}

/** Each look at a tenant rests on evidence that stands now, as each sync does. */
async function openTenant(app: Needs, workspace: WorkspaceStore, tenantId: string): Promise<GraphClient> {
  const facts = await readFacts(app, workspace.workspaceId, tenantId);
  if (!facts.customer) throw notFound('customer');
  const permission = syncPermission(facts, app.clock.now());
  if (!permission.allowed) throw new Problem(409, permission.explanation);
  const ownAppConnectionId = facts.consent?.ownAppConnectionId ?? null;
  return app.microsoft.graph(customerTokens(app, workspace, { tenantId, ownAppConnectionId }));
}

function inWords(error: unknown): unknown {
  if (!(error instanceof MicrosoftError)) return error;
  if (error.status === 404) return notFound('group');
  if (error.kind !== 'permission') return error;
  return new Problem(
    409,
    {
      code: 'groups_not_consented',
      meaning: "The customer's consent does not cover its groups: it is older than this filter.",
      whoActs: 'customer',
      whatToDo: 'Send the customer a new consent link. Until then leave the group out.',
      retryHelps: false,
    },
    { cause: error },
  );
}

function tooLarge(): Problem {
  return new Problem(422, {
    code: 'group_too_large',
    meaning: 'The group has more members than can be searched.',
    whoActs: 'msp',
    whatToDo: 'Choose a smaller group, or filter by department or office.',
    retryHelps: false,
  });
}
