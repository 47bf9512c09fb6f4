// GDAP of the scenario: the partner's security groups and, for each status, the relationships that lead to it.
// The role profile taken as required is Privileged Role Administrator and Application Administrator.
import { ROLE } from '../graph/directory-roles.ts';
import type { AccessAssignment, Group, Relationship, Tenant, World } from '../world.ts';
import type { Draws } from './draws.ts';
import type { StatusPlan } from './statuses.ts';

export const REQUIRED_ROLES: readonly string[] = [ROLE.privilegedRoleAdministrator, ROLE.applicationAdministrator];

const READER_ROLES: readonly string[] = [ROLE.directoryReaders, ROLE.licenseAdministrator, ROLE.reportsReader];
const DAY_MS = 86_400_000;

export interface PartnerGroups {
  adminAgents: Group;
  /** A security group for each role that relationships carry. */
  byRole: ReadonlyMap<string, Group>;
  /** Holds the accounts that work through GDAP; nested in the groups of byRole. */
  operators: Group;
  /** A group that none of the signing-in accounts is in. */
  strangers: Group;
}

/** Makes a partner's groups and puts them into its tenant. @param operatorIds users that work through GDAP */
export function addPartnerGroups(
  draws: Draws,
  partner: Tenant,
  operatorIds: string[],
  agentIds: string[],
): PartnerGroups {
  function group(displayName: string, memberIds: string[]): Group {
    const made: Group = { id: draws.guid(), displayName, securityEnabled: true, memberIds };
    partner.groups.set(made.id, made);
    return made;
  }
  const operators = group('GDAP Tenantry', operatorIds);
  return {
    adminAgents: group('AdminAgents', agentIds),
    operators,
    strangers: group('GDAP - Former engineers', []),
    byRole: new Map([
      [ROLE.privilegedRoleAdministrator, group('GDAP - Privileged Role Administrator', [operators.id])],
      [ROLE.applicationAdministrator, group('GDAP - Application Administrator', [operators.id])],
      [ROLE.directoryReaders, group('GDAP - Directory Readers', [operators.id])],
      [ROLE.licenseAdministrator, group('GDAP - License Administrator', [operators.id])],
      [ROLE.reportsReader, group('GDAP - Reports Reader', [operators.id])],
    ]),
  };
}

interface RelationshipShape {
  status: Relationship['status'];
  roles: readonly string[];
  /** Days from the scenario's start; null while never activated. */
  activatedDay: number | null;
  endDay: number | null;
  autoExtend?: boolean;
  unreadable?: number;
  /** Role to group id; a role that is missing here is in the relationship but assigned to no group. */
  assigned: readonly { groupId: string; roles: readonly string[] }[];
}

export interface GdapInput {
  world: World;
  draws: Draws;
  partner: Tenant;
  customer: Tenant;
  groups: PartnerGroups;
  plan: StatusPlan;
}

/** Adds the relationships that make the customer show the planned status to this partner. */
export function addRelationships(input: GdapInput): void {
  shapes(input).forEach((shape, position) => {
    addRelationship(input, shape, position);
  });
}

function shapes({ draws, groups, plan }: GdapInput): RelationshipShape[] {
  const roles = [...REQUIRED_ROLES, ...READER_ROLES];
  const toGroups = (list: readonly string[]) =>
    list.flatMap((role) => {
      const group = groups.byRole.get(role);
      return group ? [{ groupId: group.id, roles: [role] }] : [];
    });
  const running = (part: Partial<RelationshipShape> = {}): RelationshipShape => {
    const carried = part.roles ?? roles;
    const activatedDay = -draws.int(20, 300);
    return {
      status: 'active',
      roles: carried,
      activatedDay,
      endDay: activatedDay + 730,
      assigned: toGroups(carried),
      ...part,
    };
  };
  const ended = (status: Relationship['status'], endDay: number): RelationshipShape =>
    running({ status, activatedDay: endDay - 180, endDay });
  const open = (status: Relationship['status']): RelationshipShape =>
    running({ status, activatedDay: null, endDay: null, assigned: [] });
  const [first, second] = [[ROLE.privilegedRoleAdministrator], [ROLE.applicationAdministrator, ...READER_ROLES]];
  const strangersOnly = [{ groupId: groups.strangers.id, roles }];

  const byVariant: Record<string, () => RelationshipShape[]> = {
    single: () => [running()],
    autoExtend: () => [running({ activatedDay: -176, endDay: 4, autoExtend: true })],
    rolesSplitOverTwo: () => [running({ roles: first }), running({ roles: second })],
    withEndedHistory: () => [ended('expired', -40), ended('terminated', -90), running()],
    nextRequestOpen: () => [running(), open('approvalPending')],
    fiveDays: () => [running({ activatedDay: -725, endDay: 5 })],
    oneRoleOnly: () => [running({ roles: first, activatedDay: -177, endDay: 3 }), running({ roles: second })],
    expired: () => [ended('expired', -12)],
    pastEndStillExpiring: () => [ended('expiring', -0.5)],
    renewalRequested: () => [ended('expired', -3), open('approvalPending')],
    approvalPending: () => [open('approvalPending')],
    created: () => [open('created')],
    approved: () => [open('approved')],
    activating: () => [open('activating')],
    resellerOnly: () => [],
    terminated: () => [ended('terminated', -30)],
    requestLapsed: () => [open('expired')],
    oneRole: () => [running({ roles: second })],
    readersOnly: () => [running({ roles: READER_ROLES })],
    notMember: () => [running({ assigned: strangersOnly })],
    groupLacksRole: () => [running({ assigned: toGroups(second) })],
    groupDeleted: () => [running({ assigned: [{ groupId: draws.guid(), roles }] })],
    unreadable: () => [running({ unreadable: 403 })],
    notAnswering: () => [running({ unreadable: 503 })],
  };
  const make = byVariant[plan.variant];
  if (!make) throw new Error(`unknown variant ${plan.variant}`);
  return make();
}

function addRelationship(input: GdapInput, shape: RelationshipShape, position: number): void {
  const { world, draws, partner, customer } = input;
  const at = (day: number) => new Date(world.startMs + day * DAY_MS).toISOString();
  const createdDay = (shape.activatedDay ?? -draws.int(1, 20)) - 1;
  const id = `${draws.guid()}-${draws.guid()}`;
  const days = shape.activatedDay !== null && shape.endDay !== null ? shape.endDay - shape.activatedDay : 730;
  world.relationships.set(id, {
    id,
    displayName: `${customer.defaultDomain.slice(0, 40)} ${position + 1}`,
    partnerTenantId: partner.id,
    customerTenantId: customer.id,
    duration: `P${Math.round(days)}D`,
    autoExtendDuration: shape.autoExtend ? 'P180D' : 'PT0S',
    status: shape.status,
    roleDefinitionIds: [...shape.roles],
    createdDateTime: at(createdDay),
    lastModifiedDateTime: at(shape.activatedDay ?? createdDay),
    activatedDateTime: shape.activatedDay === null ? null : at(shape.activatedDay),
    endDateTime: shape.endDay === null ? null : at(shape.endDay),
    version: 1,
    accessAssignments: new Map(
      shape.assigned.map(({ groupId, roles }) => {
        const assignment: AccessAssignment = {
          id: draws.guid(),
          status: 'active',
          groupId,
          roleDefinitionIds: [...roles],
          createdDateTime: at(shape.activatedDay ?? createdDay),
          lastModifiedDateTime: at(shape.activatedDay ?? createdDay),
          version: 1,
        };
        return [assignment.id, assignment];
      }),
    ),
    ...(shape.unreadable === undefined ? {} : { unreadable: shape.unreadable }),
  });
}
