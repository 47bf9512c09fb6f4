// The tables of permissions: README.md shows them as they are, and every request that the code can make is in them.
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { withPermissionTables } from '../../../scripts/permission-tables.ts';
import {
  automaticConsentPermissions,
  customerAppPermissions,
  type PermissionRow,
  partnerAppPermissions,
} from '../../../shared/microsoft/permissions.ts';

const rows: readonly PermissionRow[] = [
  ...partnerAppPermissions,
  ...automaticConsentPermissions,
  ...customerAppPermissions,
].filter(({ feature }) => feature !== 'Sign-in');

it('README.md shows them as they are: node scripts/permission-tables.ts --write', () => {
  const readme = readFileSync('README.md', 'utf8');
  expect(withPermissionTables(readme)).toBe(readme);
});

describe('each row', () => {
  it.each(rows)('$permission says why, for what, and with which requests', ({ why, feature, endpoints, id }) => {
    for (const text of [why, feature]) expect(text.trim()).not.toBe('');
    expect(endpoints.length).toBeGreaterThan(0);
    for (const endpoint of endpoints) expect(endpoint).toMatch(/^(GET|POST|PATCH|DELETE) \/[^\s]+$/);
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each(customerAppPermissions)('$permission of the customer app only reads', ({ permission, kind, endpoints }) => {
    expect(permission).toMatch(/\.Read\.All$/);
    expect(kind).toBe('application');
    for (const endpoint of endpoints) expect(endpoint).toMatch(/^GET /);
  });
});

/** First segments of what Graph offers beside what is used: a request to one of these would be seen. */
const roots = [
  ...[
    'admin',
    'applications',
    'appRoleAssignments',
    'auditLogs',
    'contacts',
    'contracts',
    'deviceManagement',
    'devices',
  ],
  ...[
    'directory',
    'directoryObjects',
    'directoryRoles',
    'domains',
    'groups',
    'identity',
    'identityGovernance',
    'invitations',
  ],
  ...[
    'me',
    'oauth2PermissionGrants',
    'organization',
    'policies',
    'reports',
    'roleManagement',
    'security',
    'servicePrincipals',
  ],
  ...['sites', 'subscribedSkus', 'subscriptions', 'teams', 'tenantRelationships', 'users', 'v1'],
];
// Text in quotes or backticks that begins with one of these, as it stands in the code.
const literal = new RegExp(`['"\`](/(?:${roots.join('|')})(?![A-Za-z])[^'"\`\\n]*)`, 'g');

/** The path of a request without its query, each inserted value as `{id}`, Graph's casts left out. */
function pathOf(text: string): string {
  const path = text.replace(/\$\{[^}]*\}?/g, '{id}').split('?')[0] ?? '';
  return path.replace(/\/microsoft\.graph\.\w+/, '').replace(/\/$/, '');
}

describe('every request that the code can make', () => {
  const sources = globSync('shared/**/*.ts').filter((file) => !file.endsWith('shared/microsoft/permissions.ts'));
  const made = sources.flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => !/^\s*(\/\/|\*|\/\*)/.test(line))
      .flatMap((line) => [...line.matchAll(literal)].map(([, text = '']) => ({ file, path: pathOf(text) }))),
  );
  const listed = new Set(
    rows.flatMap(({ endpoints }) => endpoints.map((endpoint) => pathOf(endpoint.split(' ')[1] ?? ''))),
  );

  it('is found', () => {
    expect(new Set(made.map(({ path }) => path)).size).toBeGreaterThan(12);
  });
  it.each([...new Map(made.map((each) => [each.path, each])).values()])('$path is in a table', ({ path }) => {
    // An address may be put together from a beginning that stands here and the rest.
    const isIn = [...listed].some((each) => each === path || each.startsWith(path.endsWith('=') ? path : `${path}/`));
    expect(isIn, `${path} is in no table of shared/microsoft/permissions.ts`).toBe(true);
  });
});
