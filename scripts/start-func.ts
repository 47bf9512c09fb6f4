// npm run start:func: the official Functions host on this machine, with Azurite as its storage.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';

const azuriteFolder = '.data/azurite';

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

if (spawnSync('func', ['--version'], { stdio: 'ignore' }).error !== undefined) {
  fail(
    [
      'Azure Functions Core Tools (the command `func`) are not installed on this machine.',
      'Install version 4: https://learn.microsoft.com/azure/azure-functions/functions-run-local',
      'Or run Tenantry without them, with the same functions: npm start',
    ].join('\n'),
  );
}
if (!existsSync('local.settings.json')) {
  fail('There is no local.settings.json. Copy local.settings.sample.json to it and fill in your values.');
}

mkdirSync(azuriteFolder, { recursive: true });
const azurite = spawn('azurite', ['--silent', '--skipApiVersionCheck', '--location', azuriteFolder], {
  stdio: 'inherit',
});
azurite.on('error', (error) => fail(`Azurite does not start: ${error.message}`));
const host = spawn('func', ['start'], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => host.kill(signal));
host.on('exit', (code) => {
  azurite.kill();
  process.exitCode = code ?? 1;
});
