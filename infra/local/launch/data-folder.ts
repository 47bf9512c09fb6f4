// The data folder of the one-machine runtime: scenario, ports, keys and certificates, made once and kept.
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import selfsigned from 'selfsigned';
import { z } from 'zod';
import { MIXES, usualCustomers } from '../microsoft/scenario/statuses.ts';
import { StartError, type StartOptions, startDefaults } from './options.ts';

const port = z.number().int().min(1).max(65_535);

const folderSchema = z.object({
  version: z.literal(1),
  customers: z.number().int(),
  users: z.number().int(),
  seed: z.number().int(),
  mix: z.enum(MIXES).default('default'),
  ports: z.object({ portal: port, login: port, graph: port, partnerCenter: port, control: port }),
  /** `kid:base64`, as TENANTRY_KEYS wants it. */
  keys: z.string(),
  partnerSecret: z.string(),
  /** Certificate and private key of the customer app. */
  customerCertificate: z.object({ pem: z.string(), certificatePem: z.string(), expiresMs: z.number() }),
});
export type FolderSettings = z.infer<typeof folderSchema>;

export interface DataFolder {
  path: string;
  settings: FolderSettings;
  /** Whether this start made it. */
  fresh: boolean;
  /** Whether it is to be thrown away at the end. */
  temporary: boolean;
}

/**
 * Opens the data folder, or makes it with the options given and the defaults for the rest.
 * @throws StartError when the folder is in use, or was made for another scenario than the one asked for.
 */
export async function openDataFolder(options: StartOptions): Promise<DataFolder> {
  const temporary = options.once && options.dataDir === undefined;
  const path = temporary ? await mkdtemp(join(tmpdir(), 'tenantry-')) : resolve(options.dataDir ?? '.data');
  await mkdir(path, { recursive: true });
  await lock(path);
  if (options.reset) await clear(path);
  const file = join(path, 'folder.json');
  const stored = await readStored(file);
  if (stored) {
    refuseOther(stored, options, path);
    const settings = options.port ? { ...stored, ports: { ...stored.ports, portal: options.port } } : stored;
    if (options.port) await writeAtomically(file, settings);
    return { path, settings, fresh: false, temporary };
  }
  const settings = await newSettings(options);
  await writeAtomically(file, settings);
  return { path, settings, fresh: true, temporary };
}

/** Gives the folder free for the next start, and removes it where it was temporary. */
export async function closeDataFolder(folder: DataFolder): Promise<void> {
  await rm(join(folder.path, 'pid'), { force: true });
  if (folder.temporary) await rm(folder.path, { recursive: true, force: true });
}

async function lock(path: string): Promise<void> {
  const file = join(path, 'pid');
  const running = Number(await readFile(file, 'utf8').catch(() => ''));
  if (running > 0 && running !== process.pid && isAlive(running)) {
    throw new StartError(
      `The data folder ${path} is in use by process ${running}. Stop that one (Ctrl-C), or give another folder with --data DIR.`,
    );
  }
  await writeFile(file, String(process.pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Only what Tenantry itself makes is removed, in case the folder was the wrong one. */
async function clear(path: string): Promise<void> {
  const files = ['store.db', 'queue.db'].flatMap((name) => [name, `${name}-wal`, `${name}-shm`]);
  const ours = ['folder.json', 'clock-offset', 'timers.json', 'app.log', 'microsoft', ...files];
  for (const name of ours) await rm(join(path, name), { recursive: true, force: true });
}

async function readStored(file: string): Promise<FolderSettings | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const parsed = folderSchema.safeParse(parseJson(text));
  if (!parsed.success)
    throw new StartError(`${file} cannot be read as this version's settings. Begin anew with --reset.`);
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refuseOther(stored: FolderSettings, options: StartOptions, path: string): void {
  const differing = (['customers', 'users', 'seed', 'mix'] as const).filter(
    (name) => options[name] !== undefined && options[name] !== stored[name],
  );
  if (differing.length === 0) return;
  const was = differing.map((name) => `--${name} ${stored[name]}`).join(' ');
  throw new StartError(
    `The data folder ${path} was made with ${was}. Add --reset to begin anew, or give another folder with --data DIR.`,
  );
}

async function newSettings(options: StartOptions): Promise<FolderSettings> {
  const [login, graph, partnerCenter, control, spare] = await freePorts(5);
  if (!login || !graph || !partnerCenter || !control || !spare) throw new StartError('This machine has no free ports.');
  return {
    version: 1,
    customers: options.customers ?? usualCustomers(options.mix),
    users: options.users ?? startDefaults.users,
    seed: options.seed ?? startDefaults.seed,
    mix: options.mix ?? startDefaults.mix,
    // One run beside another (--once) must not fight for the portal's usual port.
    ports: {
      portal: options.port ?? (options.once ? spare : startDefaults.port),
      login,
      graph,
      partnerCenter,
      control,
    },
    keys: `local-1:${randomBytes(32).toString('base64')}`,
    partnerSecret: randomBytes(24).toString('base64url'),
    customerCertificate: await newCertificate(),
  };
}

const CERTIFICATE_DAYS = 3650;

async function newCertificate(): Promise<FolderSettings['customerCertificate']> {
  const made = await selfsigned.generate([{ name: 'commonName', value: 'tenantry-customer-app' }], {
    keySize: 2048,
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + CERTIFICATE_DAYS * 86_400_000),
  });
  return {
    pem: `${made.cert.trim()}\n${made.private.trim()}\n`,
    certificatePem: made.cert,
    expiresMs: Date.now() + CERTIFICATE_DAYS * 86_400_000,
  };
}

/** Ports that nobody listens on now; held together so that all differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((done, fail) => {
          const server = createServer();
          server.once('error', fail);
          server.listen(0, '127.0.0.1', () => done(server));
        }),
    ),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address ? address.port : 0;
  });
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

async function writeAtomically(file: string, settings: FolderSettings): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
