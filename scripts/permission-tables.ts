// node scripts/permission-tables.ts [--write]: the permissions of the two app registrations as README.md shows them. With
// --write it brings README.md up to date; a test fails while it is not.
import { readFileSync, writeFileSync } from 'node:fs';
import {
  automaticConsentPermissions,
  customerAppPermissions,
  customerAppSignInPermissions,
  type PermissionRow,
  partnerAppPermissions,
} from '../shared/microsoft/permissions.ts';

interface TableRow extends PermissionRow {
  /** Where it is granted, and for how long. */
  where: string;
}

const resources: Record<PermissionRow['resource'], string> = { graph: 'Graph', partnerCenter: 'Partner Center' };

const rowsWith = (where: string, rows: readonly PermissionRow[]): TableRow[] => rows.map((row) => ({ ...row, where }));

const tables: Readonly<Record<string, readonly TableRow[]>> = {
  'partner app': [
    ...rowsWith("delegated, in the MSP's tenant", partnerAppPermissions),
    ...rowsWith("delegated, in a customer's tenant, while automatic consent works there", automaticConsentPermissions),
  ],
  'customer app': [
    ...rowsWith('application, in each customer tenant', customerAppPermissions),
    ...rowsWith('delegated, at the sign-in of who consents', customerAppSignInPermissions),
  ],
};

const cell = (text: string): string => text.replaceAll('|', '\\|');

function tableOf(rows: readonly TableRow[]): string {
  const lines = rows.map(({ permission, resource, where, feature, why, endpoints, gdapRole }) => {
    const requests = endpoints.map((endpoint) => `\`${endpoint}\``).join('<br>');
    const name = `\`${permission}\` (${resources[resource]})`;
    return `| ${[name, where, feature, why, requests, gdapRole ?? '–'].map(cell).join(' | ')} |`;
  });
  return [
    '| permission | granted | feature | why | requests | GDAP role beside it |',
    '|---|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

const begin = (name: string) => `<!-- begin permissions of the ${name}: node scripts/permission-tables.ts --write -->`;
const end = (name: string) => `<!-- end permissions of the ${name} -->`;

/** The text with its tables of permissions as they are now. @throws Error where a table's place is missing */
export function withPermissionTables(markdown: string): string {
  let text = markdown;
  for (const [name, rows] of Object.entries(tables)) {
    const from = text.indexOf(begin(name));
    const to = text.indexOf(end(name));
    if (from < 0 || to < from) throw new Error(`README.md has no place for the permissions of the ${name}.`);
    text = `${text.slice(0, from)}${begin(name)}\n${tableOf(rows)}\n${text.slice(to)}`;
  }
  return text;
}

if (import.meta.main) {
  const markdown = readFileSync('README.md', 'utf8');
  if (process.argv.includes('--write')) writeFileSync('README.md', withPermissionTables(markdown));
  else for (const [name, rows] of Object.entries(tables)) console.log(`## ${name}\n\n${tableOf(rows)}\n`);
}
