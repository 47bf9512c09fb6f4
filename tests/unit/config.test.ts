import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigError, type Environment, readConfig, settingNames } from '../../shared/read-config.ts';
import { localEnvironment } from '../fixtures/host-app.ts';

const good = localEnvironment('/data');
const key = (fill: number) => Buffer.alloc(32, fill).toString('base64');
const pem =
  '-----BEGIN CERTIFICATE-----\\nMIIB\\n-----END CERTIFICATE-----\\n-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----';
const cosmos = { TENANTRY_STORE: 'cosmos', TENANTRY_COSMOS_ENDPOINT: 'https://name.documents.azure.com:443/' };
const bus = 'Endpoint=sb://name.servicebus.windows.net/;SharedAccessKeyName=a;SharedAccessKey=b';

function failureOf(environment: Environment): ConfigError {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('The settings were taken');
}

describe('readConfig', () => {
  it('reads a deployment on one machine, with the vendor addresses by default', () => {
    const config = readConfig(good);
    expect(config).toMatchObject({
      publicUrl: 'http://127.0.0.1:7071',
      allowedTenants: 'any',
      microsoft: {
        loginOrigin: 'https://login.microsoftonline.com',
        graphOrigin: 'https://graph.microsoft.com',
        partnerCenterOrigin: 'https://api.partnercenter.microsoft.com',
      },
      partnerApp: { clientId: good['TENANTRY_PARTNER_APP_CLIENT_ID'], proof: { kind: 'secret' } },
      store: { kind: 'sqlite', file: '/data/store.db' },
      queue: { kind: 'sqlite', file: '/data/queue.db' },
    });
    expect(config.microsoft.productNamesUrl).toMatch(/^https:\/\/download\.microsoft\.com\/.+\.csv$/);
    expect(config.identityClientId).toBeUndefined();
  });

  it('reads a deployment on Azure, by managed identity', () => {
    const identity = '33333333-3333-4333-8333-333333333333';
    const config = readConfig({
      ...good,
      ...cosmos,
      TENANTRY_PUBLIC_URL: 'https://Portal.Example.com/',
      TENANTRY_ALLOWED_TENANTS: ' 44444444-4444-4444-8444-444444444444, AAAAAAAA-4444-4444-8444-444444444444 ',
      TENANTRY_KEYS: `new:${key(1)},old:${key(2)}`,
      TENANTRY_PARTNER_APP_SECRET: '',
      TENANTRY_PARTNER_APP_IDENTITY_CLIENT_ID: identity,
      TENANTRY_CUSTOMER_APP_SECRET: '',
      TENANTRY_CUSTOMER_APP_CERTIFICATE: pem,
      TENANTRY_QUEUE: 'servicebus',
      ServiceBusConnection__fullyQualifiedNamespace: 'name.servicebus.windows.net',
      TENANTRY_DATA_DIR: undefined,
      AZURE_CLIENT_ID: identity,
    });
    expect(config.publicUrl).toBe('https://portal.example.com');
    expect(config.allowedTenants).toEqual(
      new Set(['44444444-4444-4444-8444-444444444444', 'aaaaaaaa-4444-4444-8444-444444444444']),
    );
    expect(config.sealingKeys.map(({ kid }) => kid)).toEqual(['new', 'old']);
    expect(config.sealingKeys[1]?.key).toEqual(new Uint8Array(32).fill(2));
    expect(config.partnerApp.proof).toEqual({ kind: 'managedIdentity', clientId: identity });
    expect(config.customerApp.proof).toEqual({ kind: 'certificate', pem: pem.replaceAll('\\n', '\n') });
    expect(config.store).toEqual({
      kind: 'cosmos',
      endpoint: 'https://name.documents.azure.com',
      database: 'tenantry',
    });
    expect(config.queue).toEqual({ kind: 'serviceBus', namespace: 'name.servicebus.windows.net' });
    expect(config.identityClientId).toBe(identity);
  });

  it('keeps keys and connection strings where they are given', () => {
    const config = readConfig({
      ...good,
      ...cosmos,
      TENANTRY_COSMOS_KEY: 'c2VjcmV0',
      TENANTRY_COSMOS_DATABASE: 'other',
      TENANTRY_QUEUE: 'servicebus',
      ServiceBusConnection: bus,
    });
    expect(config.store).toMatchObject({ database: 'other', key: 'c2VjcmV0' });
    expect(config.queue).toEqual({ kind: 'serviceBus', connectionString: bus });
  });

  it('freezes what it gives, all the way down', () => {
    const config = readConfig(good);
    for (const part of [config, config.microsoft, config.partnerApp, config.partnerApp.proof, config.sealingKeys]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it('names every missing setting in one message', () => {
    const { message, problems } = failureOf({});
    expect(problems.map(({ setting }) => setting)).toEqual([
      'TENANTRY_PUBLIC_URL',
      'TENANTRY_ALLOWED_TENANTS',
      'TENANTRY_KEYS',
      'TENANTRY_PARTNER_APP_CLIENT_ID',
      'TENANTRY_PARTNER_APP_SECRET',
      'TENANTRY_CUSTOMER_APP_CLIENT_ID',
      'TENANTRY_CUSTOMER_APP_SECRET',
      'TENANTRY_STORE',
      'TENANTRY_QUEUE',
    ]);
    for (const { setting } of problems) expect(message).toContain(`${setting} `);
  });

  it.each<[setting: string, change: Record<string, string>, says: RegExp]>([
    ['TENANTRY_PUBLIC_URL', { TENANTRY_PUBLIC_URL: 'portal.example.com' }, /https:\/\/ address/],
    ['TENANTRY_PUBLIC_URL', { TENANTRY_PUBLIC_URL: 'http://portal.example.com' }, /loopback/],
    ['TENANTRY_PUBLIC_URL', { TENANTRY_PUBLIC_URL: 'http://127.0.0.1.example.com' }, /loopback/],
    ['TENANTRY_PUBLIC_URL', { TENANTRY_PUBLIC_URL: 'https://a.example.com/path' }, /write https:\/\/a\.example\.com/],
    ['TENANTRY_PUBLIC_URL', { TENANTRY_PUBLIC_URL: 'https://u:p@a.example.com' }, /user name or password/],
    ['TENANTRY_PUBLIC_URL', { TENANTRY_PUBLIC_URL: 'ftp://a.example.com' }, /https:\/\/ address/],
    ['TENANTRY_LOGIN_ORIGIN', { TENANTRY_LOGIN_ORIGIN: 'http://login.example.com' }, /loopback/],
    ['TENANTRY_GRAPH_ORIGIN', { TENANTRY_GRAPH_ORIGIN: 'https://graph.example.com/v1.0' }, /without a path/],
    ['TENANTRY_PARTNER_CENTER_ORIGIN', { TENANTRY_PARTNER_CENTER_ORIGIN: 'nowhere' }, /https:\/\/ address/],
    ['TENANTRY_PRODUCT_NAMES_URL', { TENANTRY_PRODUCT_NAMES_URL: 'http://example.com/x.csv' }, /loopback/],
    ['TENANTRY_ALLOWED_TENANTS', { TENANTRY_ALLOWED_TENANTS: 'contoso.com' }, /"contoso.com"/],
    ['TENANTRY_ALLOWED_TENANTS', { TENANTRY_ALLOWED_TENANTS: ',' }, /no tenant/],
    ['TENANTRY_KEYS', { TENANTRY_KEYS: key(1) }, /no usable name at key 1/],
    ['TENANTRY_KEYS', { TENANTRY_KEYS: `a:${key(1)},a:${key(2)}` }, /names a twice/],
    ['TENANTRY_KEYS', { TENANTRY_KEYS: `a:${key(1)},b:c2hvcnQ=` }, /key 2 \(b\)/],
    ['TENANTRY_KEYS', { TENANTRY_KEYS: `a:${key(1)}!` }, /key 1 \(a\)/],
    ['TENANTRY_KEYS', { TENANTRY_KEYS: ' , ' }, /names no key/],
    ['TENANTRY_PARTNER_APP_CLIENT_ID', { TENANTRY_PARTNER_APP_CLIENT_ID: 'my app' }, /GUID/],
    ['TENANTRY_PARTNER_APP_SECRET', { TENANTRY_PARTNER_APP_SECRET: '' }, /missing.*exactly one/],
    ['TENANTRY_PARTNER_APP_SECRET', { TENANTRY_PARTNER_APP_CERTIFICATE: pem }, /exactly one/],
    [
      'TENANTRY_CUSTOMER_APP_CERTIFICATE',
      { TENANTRY_CUSTOMER_APP_SECRET: '', TENANTRY_CUSTOMER_APP_CERTIFICATE: '-----BEGIN CERTIFICATE-----' },
      /private key/,
    ],
    [
      'TENANTRY_CUSTOMER_APP_IDENTITY_CLIENT_ID',
      { TENANTRY_CUSTOMER_APP_SECRET: '', TENANTRY_CUSTOMER_APP_IDENTITY_CLIENT_ID: 'identity' },
      /GUID/,
    ],
    ['TENANTRY_STORE', { TENANTRY_STORE: 'postgres' }, /sqlite .* or cosmos/],
    ['TENANTRY_DATA_DIR', { TENANTRY_DATA_DIR: '' }, /folder/],
    ['TENANTRY_COSMOS_ENDPOINT', { TENANTRY_STORE: 'cosmos' }, /missing/],
    ['TENANTRY_COSMOS_ENDPOINT', { ...cosmos, TENANTRY_COSMOS_ENDPOINT: 'http://name.example.com' }, /loopback/],
    ['TENANTRY_QUEUE', { TENANTRY_QUEUE: 'rabbit' }, /sqlite .* or servicebus/],
    ['ServiceBusConnection', { TENANTRY_QUEUE: 'servicebus' }, /missing/],
    ['ServiceBusConnection', { TENANTRY_QUEUE: 'servicebus', ServiceBusConnection: 'nonsense' }, /Endpoint=sb/],
    [
      'ServiceBusConnection',
      {
        TENANTRY_QUEUE: 'servicebus',
        ServiceBusConnection: bus,
        ServiceBusConnection__fullyQualifiedNamespace: 'name.servicebus.windows.net',
      },
      /both set/,
    ],
    [
      'ServiceBusConnection__fullyQualifiedNamespace',
      { TENANTRY_QUEUE: 'servicebus', ServiceBusConnection__fullyQualifiedNamespace: 'sb://name' },
      /host name/,
    ],
    ['AZURE_CLIENT_ID', { AZURE_CLIENT_ID: 'me' }, /GUID/],
  ])('says what is wrong with %s (case %#)', (setting, change, says) => {
    const { problems, message } = failureOf({ ...good, ...change });
    expect(problems.map((problem) => problem.setting)).toEqual([setting]);
    expect(problems[0]?.problem).toMatch(says);
    expect(message).toContain(setting);
  });

  it('never shows the value of a secret', () => {
    const secrets = {
      TENANTRY_KEYS: `a:${'U0VDUkVU'.repeat(3)}`,
      TENANTRY_PARTNER_APP_SECRET: 'SECRET-ONE',
      TENANTRY_PARTNER_APP_CERTIFICATE: 'SECRET-TWO',
      TENANTRY_QUEUE: 'servicebus',
      ServiceBusConnection: 'SharedAccessKey=SECRET-THREE',
      ServiceBusConnection__fullyQualifiedNamespace: '',
    };
    expect(failureOf({ ...good, ...secrets }).message).not.toMatch(/SECRET-|U0VDUkVU/);
  });

  it('takes plain http on loopback, by name and by address', () => {
    for (const origin of ['http://localhost:1', 'http://127.0.0.1:7071', 'http://127.3.2.1', 'http://[::1]:80']) {
      expect(readConfig({ ...good, TENANTRY_LOGIN_ORIGIN: origin }).microsoft.loginOrigin).toMatch(/^http:/);
    }
  });
});

describe("Microsoft's clouds", () => {
  it.each([
    ['', 'https://login.microsoftonline.com', 'https://graph.microsoft.com', 'https://admin.microsoft.com'],
    ['global', 'https://login.microsoftonline.com', 'https://graph.microsoft.com', 'https://admin.microsoft.com'],
    ['usgov', 'https://login.microsoftonline.us', 'https://graph.microsoft.us', 'https://portal.office365.us'],
    ['usgovdod', 'https://login.microsoftonline.us', 'https://dod-graph.microsoft.us', 'https://portal.apps.mil'],
  ])('TENANTRY_CLOUD "%s" chooses the addresses', (cloud, loginOrigin, graphOrigin, adminOrigin) => {
    const { microsoft, portals } = readConfig({ ...good, TENANTRY_CLOUD: cloud });
    const partnerCenterOrigin = 'https://api.partnercenter.microsoft.com';
    expect(microsoft).toMatchObject({ loginOrigin, graphOrigin, partnerCenterOrigin });
    expect(portals.adminOrigin).toBe(adminOrigin);
    expect(portals.entraOrigin).toBe(
      cloud.startsWith('usgov') ? 'https://entra.microsoft.us' : 'https://entra.microsoft.com',
    );
  });

  it('lets a single address differ', () => {
    const own = {
      TENANTRY_ADMIN_PORTAL_ORIGIN: 'https://admin.example',
      TENANTRY_PARTNER_CENTER_ORIGIN: 'https://pc.example',
    };
    const { microsoft, portals } = readConfig({ ...good, TENANTRY_CLOUD: 'usgov', ...own });
    expect(microsoft.partnerCenterOrigin).toBe('https://pc.example');
    expect(microsoft.graphOrigin).toBe('https://graph.microsoft.us');
    expect(portals).toEqual({ adminOrigin: 'https://admin.example', entraOrigin: 'https://entra.microsoft.us' });
  });

  it.each([
    ['TENANTRY_CLOUD', { TENANTRY_CLOUD: 'china' }, /one of global, usgov, usgovdod/],
    ['TENANTRY_ENTRA_PORTAL_ORIGIN', { TENANTRY_ENTRA_PORTAL_ORIGIN: 'http://entra.example' }, /https/],
    ['TENANTRY_PARTNER_APP_SECRET_ENDS', { TENANTRY_PARTNER_APP_SECRET_ENDS: '31.1.2027' }, /2027-01-31/],
  ])('refuses a wrong %s', (setting, wrong, words) => {
    expect(failureOf({ ...good, ...wrong }).problems).toContainEqual({
      setting,
      problem: expect.stringMatching(words),
    });
  });

  it('takes the day on which a secret ends', () => {
    const { partnerApp, customerApp } = readConfig({ ...good, TENANTRY_PARTNER_APP_SECRET_ENDS: '2027-01-31' });
    expect(partnerApp.secretEndsAtMs).toBe(Date.parse('2027-01-31T00:00:00Z'));
    expect(customerApp.secretEndsAtMs).toBeUndefined();
  });
});

describe('the sample settings', () => {
  const sample = JSON.parse(readFileSync('local.settings.sample.json', 'utf8'));
  const values: Record<string, string> = sample.Values;

  it('names every setting there is, and no other of ours', () => {
    const ours = Object.keys(values).filter((name) => /^(TENANTRY_|ServiceBus|AZURE_)/.test(name));
    expect(ours.sort()).toEqual([...settingNames].sort());
  });

  it('is a deployment that starts, on the queue that the Functions host listens to', () => {
    expect(readConfig(values).queue.kind).toBe('serviceBus');
  });

  it('holds what the Functions host itself needs', () => {
    expect(values).toMatchObject({ FUNCTIONS_WORKER_RUNTIME: 'node', AzureWebJobsDisableHomepage: 'true' });
    expect(values['AzureWebJobsStorage']).toBe('UseDevelopmentStorage=true');
  });

  it('is described in the README', () => {
    const readme = readFileSync('README.md', 'utf8');
    // The four settings of an app registration are told once for both.
    const told = settingNames.filter((name) => !/^TENANTRY_(PARTNER|CUSTOMER)_APP_/.test(name));
    expect(told.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });
});
