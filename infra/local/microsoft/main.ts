// The simulated Microsoft as a process of its own:
//   node infra/local/microsoft/main.ts '{"seed":1,"customers":12,"dataDir":".data/microsoft","partnerApp":{…},"customerApp":{…}}'
// Options are one JSON argument, or the path of a JSON file after `--options`. Prints one JSON line when it is ready.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { CUSTOMER_APP_ID, PARTNER_APP_ID } from './scenario/apps.ts';
import { MIXES } from './scenario/statuses.ts';
import { type MicrosoftOptions, startMicrosoft } from './start.ts';

const Port = z.int().min(0).max(65_535);
const App = z.strictObject({
  redirectUris: z.array(z.url()),
  secrets: z.array(z.strictObject({ value: z.string().min(1), expiresMs: z.number() })).optional(),
  certificates: z
    .array(z.strictObject({ thumbprint: z.string().min(1), pem: z.string().min(1), expiresMs: z.number() }))
    .optional(),
  requiredResourceAccess: z
    .array(z.strictObject({ resourceAppId: z.string(), scopes: z.array(z.string()), roles: z.array(z.string()) }))
    .optional(),
  groupMembershipClaims: z.enum(['None', 'DirectoryRole', 'SecurityGroup', 'All']).optional(),
  multiTenant: z.boolean().optional(),
  allowsPersonalAccounts: z.boolean().optional(),
});
const Options = z.strictObject({
  ports: z
    .strictObject({
      login: Port.optional(),
      graph: Port.optional(),
      partnerCenter: Port.optional(),
      control: Port.optional(),
    })
    .optional(),
  seed: z.int().default(1),
  customers: z.int().min(0).optional(),
  usersPerCustomer: z.int().min(1).optional(),
  exactUsers: z.boolean().optional(),
  mix: z.enum(MIXES).optional(),
  preconsented: z.boolean().optional(),
  startMs: z.number().optional(),
  dataDir: z.string().optional(),
  reset: z.boolean().optional(),
  clockFile: z.string().optional(),
  settings: z
    .strictObject({
      propagationDelayMs: z.number().min(0).optional(),
      rolePropagationDelayMs: z.number().min(0).optional(),
      neverPropagate: z.boolean().optional(),
    })
    .optional(),
  fixedLatencyMs: z.number().min(0).optional(),
  partnerApp: App,
  customerApp: App,
});

/** Drops what is undefined, which zod leaves in for optional keys. */
function defined(value: z.infer<typeof Options>): MicrosoftOptions {
  const plain: MicrosoftOptions = JSON.parse(JSON.stringify(value));
  return plain;
}

function readOptions(args: readonly string[]): MicrosoftOptions {
  const [first, second] = args;
  const text = first === '--options' ? readFileSync(second ?? '', 'utf8') : (first ?? '{}');
  return defined(Options.parse(JSON.parse(text)));
}

async function main(): Promise<void> {
  const running = await startMicrosoft({
    ...readOptions(process.argv.slice(2)),
    log: (message, fields) => process.stderr.write(`${JSON.stringify({ message, ...fields })}\n`),
  });
  const { origins, control, world } = running;
  const ready = {
    ...origins,
    control,
    pid: process.pid,
    productNames: `${origins.graph}/download/product-names.csv`,
    partnerAppId: PARTNER_APP_ID,
    customerAppId: CUSTOMER_APP_ID,
    seed: world.seed,
    startMs: world.startMs,
    tenants: world.tenants.size,
  };
  process.stdout.write(`${JSON.stringify(ready)}\n`);
  const stop = () => {
    running.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

main().catch((error: unknown) => {
  const message =
    error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : String(error);
  process.stderr.write(`The simulated Microsoft cannot start: ${message}\n`);
  process.exit(1);
});
