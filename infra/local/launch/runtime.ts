// The simulated Microsoft and the app, each in a process of its own, wired to each other.
import { createHash, X509Certificate } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { DataFolder } from './data-folder.ts';
import { StartError } from './options.ts';
import { type Child, startChild, waitUntilReady } from './processes.ts';

/** What the simulator says once it listens. */
const simulatorReady = z.object({
  login: z.url(),
  graph: z.url(),
  partnerCenter: z.url(),
  control: z.url(),
  productNames: z.url(),
  partnerAppId: z.guid(),
  customerAppId: z.guid(),
});
type Simulator = z.infer<typeof simulatorReady>;

export interface Runtime {
  portal: string;
  simulator: Simulator;
  /** Rejects when one of the processes ends by itself. */
  failed: Promise<never>;
  /** Stops the app, letting running work finish, then the simulator. */
  stop(): Promise<void>;
}

const here = dirname(fileURLToPath(import.meta.url));
const START_LIMIT_MS = 120_000;
const STOP_GRACE_MS = 30_000;

/**
 * Starts both. `onLog` hears each line that the app logs.
 * @throws StartError when one of them does not start, with what it said
 */
export async function startRuntime(folder: DataFolder, onLog: (line: string) => void): Promise<Runtime> {
  const { ports } = folder.settings;
  const portal = `http://127.0.0.1:${ports.portal}`;
  const simulator = await startSimulator(folder, portal);
  const app = startChild({
    name: 'app',
    entry: join(here, 'app.mjs'),
    env: appEnvironment(folder, portal, simulator.ready),
    onLine: onLog,
  });
  const stop = async () => {
    await app.stop(STOP_GRACE_MS);
    await simulator.child.stop(STOP_GRACE_MS);
  };
  try {
    await waitUntilReady(app, () => answers(`${portal}/health`), START_LIMIT_MS);
  } catch (error) {
    await stop();
    throw error;
  }
  const failed = Promise.race([app, simulator.child].map(endedByItself));
  failed.catch(() => undefined);
  return { portal, simulator: simulator.ready, failed, stop };
}

async function endedByItself(child: Child): Promise<never> {
  const how = await child.ended;
  throw new StartError(`The ${child.name} ended (${how}).\n${child.lastErrors()}`);
}

async function startSimulator(folder: DataFolder, portal: string): Promise<{ child: Child; ready: Simulator }> {
  const heard: { ready?: Simulator } = {};
  const child = startChild({
    name: 'simulated Microsoft',
    entry: join(here, 'microsoft.mjs'),
    args: [JSON.stringify(simulatorOptions(folder, portal))],
    onLine: (line) => {
      const parsed = simulatorReady.safeParse(parseJson(line));
      if (parsed.success) heard.ready = parsed.data;
    },
  });
  await waitUntilReady(child, async () => heard.ready !== undefined, START_LIMIT_MS);
  if (!heard.ready) throw new StartError('The simulated Microsoft did not say where it listens.');
  return { child, ready: heard.ready };
}

function simulatorOptions({ path, settings }: DataFolder, portal: string) {
  const { ports, customerCertificate } = settings;
  const certificate = new X509Certificate(customerCertificate.certificatePem);
  return {
    ports: { login: ports.login, graph: ports.graph, partnerCenter: ports.partnerCenter, control: ports.control },
    seed: settings.seed,
    customers: settings.customers,
    usersPerCustomer: settings.users,
    mix: settings.mix,
    dataDir: join(path, 'microsoft'),
    clockFile: join(path, 'clock-offset'),
    partnerApp: {
      redirectUris: [`${portal}/auth/callback`, `${portal}/connect/callback`],
      secrets: [{ value: settings.partnerSecret, expiresMs: customerCertificate.expiresMs }],
    },
    customerApp: {
      redirectUris: [
        `${portal}/consent/callback`,
        `${portal}/consent/sign-in-callback`,
        `${portal}/connect/single/callback`,
      ],
      certificates: [
        {
          // The thumbprint that a signed assertion names: SHA-256 over the certificate's DER.
          thumbprint: createHash('sha256').update(certificate.raw).digest('base64url'),
          pem: customerCertificate.certificatePem,
          expiresMs: customerCertificate.expiresMs,
        },
      ],
    },
  };
}

function appEnvironment({ path, settings }: DataFolder, portal: string, simulator: Simulator): Record<string, string> {
  return {
    TENANTRY_PORT: String(settings.ports.portal),
    TENANTRY_PUBLIC_URL: portal,
    TENANTRY_ALLOWED_TENANTS: '*',
    TENANTRY_KEYS: settings.keys,
    TENANTRY_DATA_DIR: path,
    TENANTRY_STORE: process.env['TENANTRY_STORE'] ?? 'sqlite',
    TENANTRY_QUEUE: process.env['TENANTRY_QUEUE'] ?? 'sqlite',
    TENANTRY_LOGIN_ORIGIN: simulator.login,
    TENANTRY_GRAPH_ORIGIN: simulator.graph,
    TENANTRY_PARTNER_CENTER_ORIGIN: simulator.partnerCenter,
    TENANTRY_PRODUCT_NAMES_URL: simulator.productNames,
    TENANTRY_PARTNER_APP_CLIENT_ID: simulator.partnerAppId,
    TENANTRY_PARTNER_APP_SECRET: settings.partnerSecret,
    TENANTRY_CUSTOMER_APP_CLIENT_ID: simulator.customerAppId,
    TENANTRY_CUSTOMER_APP_CERTIFICATE: settings.customerCertificate.pem,
  };
}

async function answers(address: string): Promise<boolean> {
  try {
    return (await fetch(address)).ok;
  } catch {
    return false;
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
