// Reads the settings of a deployment from the environment, once, into a frozen Config.
// Everything wrong is told at once, by the name of the setting and with what to do; values of secrets are never shown.
import { join } from 'node:path';
import { z } from 'zod';
import type { AppCredential, AppProof, Config } from './config.ts';
import { cloudNames, clouds } from './microsoft/clouds.ts';
import {
  addressOr,
  optionalDay,
  optionalGuid,
  optionalOrigin,
  optionalText,
  pemPair,
  requiredGuid,
  requiredOrigin,
  requiredText,
  sealingKeys,
  tenantList,
} from './setting-values.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** One wrong setting: `problem` completes the sentence that its name begins. */
export interface SettingProblem {
  setting: string;
  problem: string;
}

/** Thrown when the settings do not make a deployment; the message names each wrong one. */
export class ConfigError extends Error {
  readonly problems: readonly SettingProblem[];

  constructor(problems: readonly SettingProblem[]) {
    const lines = problems.map(({ setting, problem }) => `  ${setting} ${problem}`);
    super(`Tenantry cannot start: ${problems.length} of its settings must be mended.\n${lines.join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

// https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference
const productNamesUrl =
  'https://download.microsoft.com/download/e/3/e/e3e9faf2-f28b-490a-9ada-c6089a1fc5b0/Product%20names%20and%20service%20plan%20identifiers%20for%20licensing.csv';

const portalGroup = z.object({
  publicUrl: requiredOrigin('set the origin of the portal, such as https://portal.example.com'),
  allowedTenants: tenantList,
  keys: sealingKeys,
  identityClientId: optionalGuid("the client id of the app's user-assigned managed identity"),
});
const portalNames = {
  publicUrl: 'TENANTRY_PUBLIC_URL',
  allowedTenants: 'TENANTRY_ALLOWED_TENANTS',
  keys: 'TENANTRY_KEYS',
  identityClientId: 'AZURE_CLIENT_ID',
};

const microsoftGroup = z
  .object({
    cloud: optionalText
      .transform((value) => value ?? 'global')
      .pipe(z.enum(cloudNames, { error: `must be one of ${cloudNames.join(', ')}; an empty one is global` })),
    loginOrigin: optionalOrigin,
    graphOrigin: optionalOrigin,
    partnerCenterOrigin: optionalOrigin,
    adminPortalOrigin: optionalOrigin,
    entraPortalOrigin: optionalOrigin,
    productNamesUrl: addressOr(productNamesUrl),
  })
  .transform(({ cloud, productNamesUrl, ...given }) => {
    const usual = clouds[cloud];
    const microsoft = {
      loginOrigin: given.loginOrigin ?? usual.loginOrigin,
      graphOrigin: given.graphOrigin ?? usual.graphOrigin,
      partnerCenterOrigin: given.partnerCenterOrigin ?? usual.partnerCenterOrigin,
      productNamesUrl,
    };
    const portals = {
      adminOrigin: given.adminPortalOrigin ?? usual.adminPortalOrigin,
      entraOrigin: given.entraPortalOrigin ?? usual.entraPortalOrigin,
    };
    return { microsoft, portals };
  });
const microsoftNames = {
  cloud: 'TENANTRY_CLOUD',
  loginOrigin: 'TENANTRY_LOGIN_ORIGIN',
  graphOrigin: 'TENANTRY_GRAPH_ORIGIN',
  partnerCenterOrigin: 'TENANTRY_PARTNER_CENTER_ORIGIN',
  adminPortalOrigin: 'TENANTRY_ADMIN_PORTAL_ORIGIN',
  entraPortalOrigin: 'TENANTRY_ENTRA_PORTAL_ORIGIN',
  productNamesUrl: 'TENANTRY_PRODUCT_NAMES_URL',
};

const clientIdGroup = z.object({
  clientId: requiredGuid('the application (client) id of the app registration'),
  secretEndsAtMs: optionalDay,
});

/** Exactly one of the three ways in which an app registration proves itself. */
const proofGroup = z
  .object({
    secret: optionalText,
    certificate: pemPair,
    identityClientId: optionalGuid('the client id of a user-assigned managed identity'),
  })
  .transform((given, context): AppProof => {
    const { secret, certificate, identityClientId } = given;
    const count = [secret, certificate, identityClientId].filter((value) => value !== undefined).length;
    if (count === 1 && secret !== undefined) return { kind: 'secret', secret };
    if (count === 1 && certificate !== undefined) return { kind: 'certificate', pem: certificate };
    if (count === 1 && identityClientId !== undefined) return { kind: 'managedIdentity', clientId: identityClientId };
    const advice = 'set exactly one of …_SECRET, …_CERTIFICATE and …_IDENTITY_CLIENT_ID';
    const problem = count === 0 ? `is missing: ${advice}` : `is not the only proof of its app: ${advice}`;
    const path = secret !== undefined || count === 0 ? 'secret' : 'certificate';
    context.addIssue({ code: 'custom', path: [path], message: problem });
    return z.NEVER;
  });

const storeGroup = z.discriminatedUnion(
  'kind',
  [
    z
      .object({ kind: z.literal('sqlite'), dataDir: requiredText('set the folder that holds the data on one machine') })
      .transform(({ kind, dataDir }): Config['store'] => ({ kind, file: join(dataDir, 'store.db') })),
    z
      .object({
        kind: z.literal('cosmos'),
        endpoint: requiredOrigin('set the Cosmos DB endpoint, such as https://NAME.documents.azure.com'),
        database: optionalText.transform((value) => value ?? 'tenantry'),
        key: optionalText,
      })
      .transform(({ key, ...store }): Config['store'] => ({ ...store, ...(key === undefined ? {} : { key }) })),
  ],
  { error: 'must be sqlite (one machine) or cosmos (Azure Cosmos DB): set one of the two' },
);
const storeNames = {
  kind: 'TENANTRY_STORE',
  dataDir: 'TENANTRY_DATA_DIR',
  endpoint: 'TENANTRY_COSMOS_ENDPOINT',
  database: 'TENANTRY_COSMOS_DATABASE',
  key: 'TENANTRY_COSMOS_KEY',
};

const queueGroup = z.discriminatedUnion(
  'kind',
  [
    z
      .object({ kind: z.literal('sqlite'), dataDir: requiredText('set the folder that holds the data on one machine') })
      .transform(({ kind, dataDir }): Config['queue'] => ({ kind, file: join(dataDir, 'queue.db') })),
    z
      .object({ kind: z.literal('servicebus'), connectionString: optionalText, namespace: optionalText })
      .transform(readServiceBus),
  ],
  { error: 'must be sqlite (one machine) or servicebus (Azure Service Bus): set one of the two' },
);
const queueNames = {
  kind: 'TENANTRY_QUEUE',
  dataDir: 'TENANTRY_DATA_DIR',
  // The Functions host reads these two as well, by these very names.
  connectionString: 'ServiceBusConnection',
  namespace: 'ServiceBusConnection__fullyQualifiedNamespace',
};

function readServiceBus(
  { connectionString, namespace }: { connectionString?: string | undefined; namespace?: string | undefined },
  context: z.RefinementCtx,
): Config['queue'] {
  const fail = (path: string, message: string) => {
    context.addIssue({ code: 'custom', path: [path], message });
    return z.NEVER;
  };
  const other = queueNames.namespace;
  if (connectionString !== undefined && namespace !== undefined) {
    return fail('connectionString', `and ${other} are both set: remove one of them`);
  }
  if (namespace !== undefined) {
    const usable = /^[a-z0-9][a-z0-9-]*(\.[a-z0-9-]+)+$/i.test(namespace);
    return usable
      ? { kind: 'serviceBus', namespace }
      : fail('namespace', 'must be a host name such as NAME.servicebus.windows.net, without sb:// or https://');
  }
  if (connectionString === undefined) return fail('connectionString', `is missing: set it, or ${other}`);
  return /(^|;)\s*Endpoint=sb:\/\//i.test(connectionString)
    ? { kind: 'serviceBus', connectionString }
    : fail('connectionString', 'must be a Service Bus connection string that begins with Endpoint=sb://');
}

/**
 * Reads and checks the settings; the result is frozen.
 *
 * @param environment by name, as in `process.env`; empty values count as absent
 * @throws ConfigError that names every wrong setting
 */
export function readConfig(environment: Environment): Config {
  const problems: SettingProblem[] = [];
  const read = <T>(group: z.ZodType<T>, names: Readonly<Record<string, string>>): T | undefined => {
    const values = Object.entries(names).map(([field, setting]) => [field, environment[setting]]);
    const parsed = group.safeParse(Object.fromEntries(values));
    if (parsed.success) return parsed.data;
    for (const { path, message } of parsed.error.issues) {
      problems.push({ setting: names[String(path[0])] ?? Object.values(names).join(', '), problem: message });
    }
    return undefined;
  };
  const app = (prefix: string): AppCredential | undefined => {
    const id = read(clientIdGroup, {
      clientId: `${prefix}_CLIENT_ID`,
      secretEndsAtMs: `${prefix}_SECRET_ENDS`,
    });
    const proof = read(proofGroup, {
      secret: `${prefix}_SECRET`,
      certificate: `${prefix}_CERTIFICATE`,
      identityClientId: `${prefix}_IDENTITY_CLIENT_ID`,
    });
    if (!id || !proof) return undefined;
    const { clientId, secretEndsAtMs } = id;
    return { clientId, proof, ...(secretEndsAtMs === undefined ? {} : { secretEndsAtMs }) };
  };
  const portal = read(portalGroup, portalNames);
  const microsoft = read(microsoftGroup, microsoftNames);
  const partnerApp = app('TENANTRY_PARTNER_APP');
  const customerApp = app('TENANTRY_CUSTOMER_APP');
  const store = read(storeGroup, storeNames);
  const queue = read(queueGroup, queueNames);
  if (!(portal && microsoft && partnerApp && customerApp && store && queue)) throw new ConfigError(unique(problems));
  const { keys, identityClientId, ...rest } = portal;
  const identity = identityClientId === undefined ? {} : { identityClientId };
  return deepFreeze({ ...rest, sealingKeys: keys, ...microsoft, partnerApp, customerApp, store, queue, ...identity });
}

/** Every setting that {@link readConfig} knows, for the sample file and the README. */
export const settingNames: readonly string[] = [
  ...new Set([
    ...[portalNames, microsoftNames, storeNames, queueNames].flatMap((names) => Object.values(names)),
    ...['TENANTRY_PARTNER_APP', 'TENANTRY_CUSTOMER_APP'].flatMap((prefix) =>
      ['CLIENT_ID', 'SECRET', 'SECRET_ENDS', 'CERTIFICATE', 'IDENTITY_CLIENT_ID'].map((name) => `${prefix}_${name}`),
    ),
  ]),
];

/** Store and queue share the data folder: it is told once. */
function unique(problems: readonly SettingProblem[]): SettingProblem[] {
  return [...new Map(problems.map((each) => [`${each.setting} ${each.problem}`, each])).values()];
}

function deepFreeze<T>(value: T): T {
  // A view of bytes cannot be frozen, and a Set's contents do not freeze with it: their types are read-only instead.
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || value instanceof Set) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}
