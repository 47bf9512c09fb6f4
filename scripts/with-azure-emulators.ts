// Runs a command with stand-ins for Cosmos DB and Service Bus up, and their addresses in its environment:
// node scripts/with-azure-emulators.ts FOLDER_OF_THE_STAND_INS COMMAND [ARGUMENTS]
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { queueNames, queueSettings } from '../shared/queue/port.ts';

/** Tests wait for locks to run out; a minute each, as on Azure, would only make them slow. */
const lockMs = 10_000;

const addresses = z.object({
  cosmosEndpoint: z.string(),
  cosmosKey: z.string(),
  serviceBusConnectionString: z.string(),
});

function queuesFile(folder: string): string {
  const { maxDeliveryCount, duplicateWindowMs, defaultTtlMs } = queueSettings;
  const queue = { lockMs, maxDeliveryCount, dedupMs: duplicateWindowMs, defaultTtlMs, deadLetterOnExpire: true };
  const file = join(folder, 'queues.json');
  writeFileSync(file, JSON.stringify(Object.fromEntries(queueNames.map((name) => [name, queue]))));
  return file;
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('The stand-ins have no output');
  for await (const line of createInterface(child.stdout)) return line;
  throw new Error('The stand-ins ended before they said where they are');
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}

const [tool, command, ...commandArguments] = process.argv.slice(2);
if (tool === undefined || command === undefined) throw new Error('Name the folder of the stand-ins and a command');

const folder = mkdtempSync(join(tmpdir(), 'tenantry-azure-'));
const standIns = spawn(
  process.execPath,
  [join(tool, 'start.mjs'), '--queues', queuesFile(folder), '--data', join(folder, 'data')],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
const ended = exitOf(standIns);
try {
  const { cosmosEndpoint, cosmosKey, serviceBusConnectionString } = addresses.parse(
    JSON.parse(await firstLine(standIns)),
  );
  const env = {
    ...process.env,
    TENANTRY_COSMOS_ENDPOINT: cosmosEndpoint,
    TENANTRY_COSMOS_KEY: cosmosKey,
    TENANTRY_COSMOS_DATABASE: 'tenantry',
    TENANTRY_SERVICE_BUS: serviceBusConnectionString,
    ServiceBusConnection: serviceBusConnectionString,
  };
  process.exitCode = await exitOf(spawn(command, commandArguments, { stdio: 'inherit', env }));
} finally {
  standIns.kill();
  await ended;
  rmSync(folder, { recursive: true, force: true });
}
