// A small world made by hand, served over real HTTP by the simulated Graph and Partner Center, with tokens signed by
// the world's own key. Shared by the tests of both.

import { generateKeyPairSync } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createFaults, type Faults } from '../../infra/local/microsoft/faults.ts';
import { createGraphHandler } from '../../infra/local/microsoft/graph/handler.ts';
import { listenSim, type SimContext } from '../../infra/local/microsoft/http.ts';
import { createPartnerCenterHandler } from '../../infra/local/microsoft/partner-center/handler.ts';
import { createStats } from '../../infra/local/microsoft/stats.ts';
import { GRAPH_AUDIENCE, PARTNER_CENTER_AUDIENCE, signJwt } from '../../infra/local/microsoft/tokens.ts';
import type { Group, Relationship, Tenant, User, World } from '../../infra/local/microsoft/world.ts';

export const PARTNER_ID = '11111111-1111-4111-8111-111111111111';
export const CUSTOMER_ID = '22222222-2222-4222-8222-222222222222';
export const OTHER_ID = '33333333-3333-4333-8333-333333333333';
export const APP_ID = 'aaaaaaaa-0000-4000-8000-00000000000a';
export const AGENT_ID = 'bbbbbbbb-0000-4000-8000-00000000000b';
export const CLERK_ID = 'cccccccc-0000-4000-8000-00000000000c';
export const SKU_ID = 'cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46';
export const SUBSCRIPTION_ID = 'dddddddd-0000-4000-8000-00000000000d';
export const RELATIONSHIP_ID = `${'e'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}-${'f'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}`;
export const AGENTS_GROUP_ID = '44444444-0000-4000-8000-000000000001';
export const GDAP_GROUP_ID = '44444444-0000-4000-8000-000000000002';
export const NESTED_GROUP_ID = '44444444-0000-4000-8000-000000000003';
export const APPLICATION_ADMINISTRATOR = '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3';
export const DIRECTORY_READERS = '88d8e3e3-8f55-4a1e-953a-9b9898b8876b';
export const PRIVILEGED_ROLE_ADMINISTRATOR = 'e8611ab8-c189-46e8-94e1-60213ab1f814';
export const GLOBAL_ADMINISTRATOR = '62e90394-69f5-4237-9190-012177145e10';
export const START_MS = Date.parse('2026-06-01T00:00:00Z');
export const DAY_MS = 86_400_000;

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

export interface Simulation {
  world: World;
  clock: { nowMs: number };
  faults: Faults;
  /** Values that the next calls of the seeded random give; 0.99 when it is empty. */
  randoms: number[];
  graph: string;
  partnerCenter: string;
  settings: SimContext['settings'];
  close(): Promise<void>;
}

/** Starts both origins on free ports. */
export async function startSimulation(): Promise<Simulation> {
  const world = makeWorld();
  const clock = { nowMs: START_MS };
  const randoms: number[] = [];
  const random = () => randoms.shift() ?? 0.99;
  const faults = createFaults(() => clock.nowMs, random);
  const origins = { login: 'http://localhost:1', graph: '', partnerCenter: '' };
  const settings = { propagationDelayMs: 0, rolePropagationDelayMs: 0, neverPropagate: false };
  const context: SimContext = {
    world,
    clock: { now: () => clock.nowMs },
    random,
    faults,
    origins,
    settings,
    log: () => {},
    granted: () => {},
    changed: () => {},
  };
  const stats = createStats();
  const graph = await listenSim({ name: 'graph', handler: createGraphHandler(), context, stats, port: 0 });
  const partner = await listenSim({
    name: 'partnerCenter',
    handler: createPartnerCenterHandler(),
    context,
    stats,
    port: 0,
  });
  const origin = (server: typeof graph) => `http://localhost:${(server.address() as AddressInfo).port}`;
  origins.graph = origin(graph);
  origins.partnerCenter = origin(partner);
  const stop = (server: typeof graph) =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    world,
    clock,
    faults,
    randoms,
    settings,
    graph: origins.graph,
    partnerCenter: origins.partnerCenter,
    close: async () => {
      await stop(graph);
      await stop(partner);
    },
  };
}

/** The tenant of the tests' world. */
export function tenantOf(simulation: Simulation, id: string): Tenant {
  const tenant = simulation.world.tenants.get(id);
  if (!tenant) throw new Error(`no tenant ${id}`);
  return tenant;
}

/** The relationship of the tests' world. */
export function relationshipOf(simulation: Simulation): Relationship {
  const relationship = simulation.world.relationships.get(RELATIONSHIP_ID);
  if (!relationship) throw new Error('no relationship');
  return relationship;
}

/** An app-only token of Graph, with these application roles. */
export function appToken(simulation: Simulation, tenantId: string, roles: string[], lifetimeMs = 3_600_000): string {
  return token(simulation, { aud: GRAPH_AUDIENCE, tid: tenantId, oid: 'app-object', idtyp: 'app', roles }, lifetimeMs);
}

export interface UserTokenOptions {
  tenantId?: string;
  userId?: string;
  scopes: string[];
  mfa?: boolean;
  audience?: string;
}

/** A delegated token of a user of the partner, in the partner's tenant or (GDAP) in a customer's. */
export function userToken(simulation: Simulation, options: UserTokenOptions): string {
  const tenantId = options.tenantId ?? PARTNER_ID;
  const guest = tenantId === PARTNER_ID ? {} : { idp: `https://sts.windows.net/${PARTNER_ID}/` };
  return token(simulation, {
    aud: options.audience ?? GRAPH_AUDIENCE,
    tid: tenantId,
    oid: options.userId ?? AGENT_ID,
    scp: options.scopes.join(' '),
    amr: (options.mfa ?? true) ? ['pwd', 'mfa'] : ['pwd'],
    ...guest,
  });
}

/** A token of Partner Center for a user of the partner. */
export function partnerToken(simulation: Simulation, options: Partial<UserTokenOptions> = {}): string {
  return userToken(simulation, { scopes: ['user_impersonation'], audience: PARTNER_CENTER_AUDIENCE, ...options });
}

function token(simulation: Simulation, claims: Record<string, unknown>, lifetimeMs = 3_600_000): string {
  const now = Math.floor(simulation.clock.nowMs / 1000);
  return signJwt(simulation.world.signingKeys, {
    iss: `https://sts.windows.net/${String(claims['tid'])}/`,
    appid: APP_ID,
    iat: now,
    nbf: now,
    exp: now + lifetimeMs / 1000,
    ...claims,
  });
}

export interface Reply {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests read into answers of many shapes and check them with schemas
  body: any;
}

/** Sends a request with a token. @param address absolute, or below `/v1.0` of Graph */
export async function ask(
  simulation: Simulation,
  bearer: string | null,
  address: string,
  init: { method?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Reply> {
  const url = address.startsWith('http') ? address : `${simulation.graph}/v1.0${address}`;
  const headers: Record<string, string> = { ...init.headers };
  if (bearer !== null) headers['authorization'] = `Bearer ${bearer}`;
  if (init.body !== undefined) headers['content-type'] = 'application/json';
  const response = await fetch(url, {
    method: init.method ?? 'GET',
    headers,
    redirect: 'manual',
    ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** A user with sensible values. */
export function makeUser(position: number, part: Partial<User> = {}): User {
  const id = `55555555-0000-4000-8000-${position.toString(16).padStart(12, '0')}`;
  return {
    id,
    userPrincipalName: `user${position}@contoso.example`,
    displayName: `User ${position}`,
    givenName: 'User',
    surname: String(position),
    mail: `user${position}@contoso.example`,
    mobilePhone: null,
    businessPhones: [],
    jobTitle: null,
    department: position % 2 === 0 ? 'Sales' : null,
    officeLocation: null,
    preferredLanguage: null,
    usageLocation: 'GB',
    userType: 'Member',
    accountEnabled: true,
    createdDateTime: '2025-01-01T00:00:00Z',
    deletedDateTime: null,
    assignedLicenses: [],
    proxyAddresses: [],
    signInActivity: null,
    directoryRoles: [],
    mfa: true,
    ...part,
  };
}

function makeWorld(): World {
  const agent = makeUser(1, {
    id: AGENT_ID,
    userPrincipalName: 'agent@msp.example',
    directoryRoles: [GLOBAL_ADMINISTRATOR],
  });
  const clerk = makeUser(2, { id: CLERK_ID, userPrincipalName: 'clerk@msp.example' });
  const partner = makeTenant(PARTNER_ID, 'MSP', 'msp', 'partner', [agent, clerk]);
  const groups: Group[] = [
    { id: AGENTS_GROUP_ID, displayName: 'AdminAgents', securityEnabled: true, memberIds: [NESTED_GROUP_ID] },
    { id: GDAP_GROUP_ID, displayName: 'GDAP', securityEnabled: true, memberIds: [NESTED_GROUP_ID] },
    { id: NESTED_GROUP_ID, displayName: 'Engineers', securityEnabled: true, memberIds: [AGENT_ID] },
  ];
  partner.groups = new Map(groups.map((group) => [group.id, group]));
  const customer = makeTenant(CUSTOMER_ID, 'Contoso', 'contoso', 'customer', [
    makeUser(10),
    makeUser(11),
    makeUser(12),
  ]);
  addSku(customer);
  const relationship = makeRelationship();
  return {
    seed: 1,
    startMs: START_MS,
    tenants: new Map(
      [partner, customer, makeTenant(OTHER_ID, 'Fabrikam', 'fabrikam', 'customer', [])].map((tenant) => [
        tenant.id,
        tenant,
      ]),
    ),
    apps: new Map([[APP_ID, makeApp()]]),
    relationships: new Map([[relationship.id, relationship]]),
    resellerRelations: [CUSTOMER_ID, OTHER_ID].map((customerTenantId, position) => ({
      contractId: `66666666-0000-4000-8000-00000000000${position}`,
      partnerTenantId: PARTNER_ID,
      customerTenantId,
      contractType: 'ResellerPartner',
      displayName: `Old name ${position}`,
      defaultDomainName: `customer${position}.example`,
    })),
    sessions: new Map(),
    codes: new Map(),
    refreshTokens: new Map(),
    signingKeys: [
      {
        kid: 'test',
        privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
        use: 'tenants',
        publicJwk: { ...publicKey.export({ format: 'jwk' }) },
      },
    ],
    scenarioStatuses: [],
  };
}

function makeApp(): World['apps'] extends Map<string, infer App> ? App : never {
  return {
    appId: APP_ID,
    displayName: 'Tenantry',
    homeTenantId: PARTNER_ID,
    multiTenant: true,
    redirectUris: ['https://127.0.0.1/callback'],
    secrets: [],
    certificates: [],
    requiredResourceAccess: [],
    groupMembershipClaims: 'None',
  };
}

function makeTenant(id: string, displayName: string, label: string, kind: Tenant['kind'], users: User[]): Tenant {
  return {
    id,
    displayName,
    defaultDomain: `${label}.example`,
    initialDomain: `${label}.onmicrosoft.com`,
    kind,
    countryLetterCode: 'GB',
    createdDateTime: '2020-01-01T00:00:00Z',
    organizationVersion: 1,
    hasEntraP1: true,
    skus: new Map(),
    subscriptions: new Map(),
    users: new Map(users.map((user) => [user.id, user])),
    userChanges: [],
    deltaResetBefore: 0,
    groups: new Map(),
    servicePrincipals: new Map(),
  };
}

function addSku(tenant: Tenant): void {
  tenant.skus.set(SKU_ID, {
    skuId: SKU_ID,
    skuPartNumber: 'SPB',
    appliesTo: 'User',
    prepaid: { enabled: 25, suspended: 0, warning: 0, lockedOut: 0 },
    servicePlans: [
      {
        servicePlanId: '9aaf7827-d63c-4b61-89c3-182f06f82e5c',
        servicePlanName: 'EXCHANGE_S_STANDARD',
        provisioningStatus: 'Success',
        appliesTo: 'User',
      },
    ],
    subscriptionIds: [SUBSCRIPTION_ID],
  });
  tenant.subscriptions.set(SUBSCRIPTION_ID, {
    id: SUBSCRIPTION_ID,
    commerceSubscriptionId: '77777777-0000-4000-8000-000000000001',
    skuId: SKU_ID,
    skuPartNumber: 'SPB',
    status: 'Enabled',
    totalLicenses: 25,
    isTrial: false,
    createdDateTime: '2025-01-01T00:00:00Z',
    nextLifecycleDateTime: '2027-01-01T00:00:00Z',
    ownerId: AGENT_ID,
    ownerTenantId: PARTNER_ID,
    ownerType: 'User',
  });
}

function makeRelationship(): Relationship {
  const roles = [APPLICATION_ADMINISTRATOR, DIRECTORY_READERS, PRIVILEGED_ROLE_ADMINISTRATOR];
  const at = '2026-01-01T00:00:00.0000000Z';
  return {
    id: RELATIONSHIP_ID,
    displayName: 'Contoso 1',
    partnerTenantId: PARTNER_ID,
    customerTenantId: CUSTOMER_ID,
    duration: 'P365D',
    autoExtendDuration: 'PT0S',
    status: 'active',
    roleDefinitionIds: roles,
    createdDateTime: at,
    lastModifiedDateTime: at,
    activatedDateTime: at,
    endDateTime: '2027-01-01T00:00:00.0000000Z',
    version: 1,
    accessAssignments: new Map([
      [
        '88888888-0000-4000-8000-000000000001',
        {
          id: '88888888-0000-4000-8000-000000000001',
          status: 'active',
          groupId: GDAP_GROUP_ID,
          roleDefinitionIds: roles,
          createdDateTime: at,
          lastModifiedDateTime: at,
          version: 1,
        },
      ],
    ]),
  };
}
