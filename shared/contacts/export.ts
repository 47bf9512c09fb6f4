// Contacts as a file for spreadsheets: every match, in parts of a size that one answer can carry.
import { setImmediate as letOthersWork } from 'node:timers/promises';
import { csvLine, csvOf } from '../csv.ts';
import { invalid } from '../errors.ts';
import type { WorkspaceStore } from '../store/scoped.ts';
import { type Contact, type ContactFilter, type ContactState, matcherOf } from './contact.ts';
import {
  type ContactPlace,
  type Cursor,
  type ExportPart,
  exportParts,
  fromToken,
  resume,
  selectPlaces,
  toToken,
} from './places.ts';
import { readPlaces } from './read-places.ts';
import { readAll } from './read-some.ts';

/** Contacts of one file, unless a single tenant has more. */
export const partContacts = 50_000;
const tenantsAtOnce = 8;

export interface ListedPart extends Omit<ExportPart, 'from' | 'until'> {
  /** What `exportContacts` takes. */
  from: string;
  until: string | null;
}

/** The files that an export under a filter consists of; none without any contact. @param places the workspace's */
export function listExportParts(places: readonly ContactPlace[], filter: ContactFilter): ListedPart[] {
  return exportParts(selectPlaces(places, filter), partContacts).map((part) => ({
    ...part,
    from: toToken(filter, part.from),
    until: part.until && toToken(filter, part.until),
  }));
}

export interface ExportRequest {
  filter: ContactFilter;
  /** Of a part; from the first tenant unless told. */
  from?: string | undefined;
  /** To where the next part begins; as far as one file goes unless told. */
  until?: string | undefined;
  /** User ids of the group's members, where the filter names a group. */
  members?: ReadonlySet<string> | undefined;
}

/**
 * One file. `next` is where the following one begins; null after the last.
 * @throws Problem 400 for a part of another filter; StoreError
 */
export async function exportContacts(
  workspace: WorkspaceStore,
  { filter, from, until, members }: ExportRequest,
): Promise<{ csv: string; next: string | null }> {
  const [start, end] = [from, until].map((token) => cursorOf(filter, token));
  const places = selectPlaces(await readPlaces(workspace), filter);
  const first = resume(places, start).at;
  const stop = end ?? exportParts(places.slice(first), partContacts)[0]?.until ?? undefined;
  const last = stop ? resume(places, stop).at : places.length;
  const search = { workspace, filter, matches: matcherOf(filter, members) };
  const lines: string[] = [];
  for (let at = first; at < last; at += tenantsAtOnce) {
    const wave = places.slice(at, Math.min(at + tenantsAtOnce, last));
    for (const contacts of await Promise.all(wave.map((place) => readAll(search, place))))
      lines.push(contacts.map((contact) => csvLine(cellsOf(contact))).join(''));
    await letOthersWork();
  }
  return {
    csv: csvOf(columns, []) + lines.join(''),
    next: last < places.length && stop ? toToken(filter, stop) : null,
  };
}

function cursorOf(filter: ContactFilter, token: string | undefined): Cursor | undefined {
  if (token === undefined) return undefined;
  const cursor = fromToken(filter, token);
  if (!cursor) throw invalid('This address does not lead to a part of the export.', 'Open the contacts again.');
  return cursor;
}

const columns = [
  'Customer',
  'Customer domain',
  'Name',
  'Mobile',
  'E-mail',
  'User name',
  'Department',
  'Office',
  'User type',
  'May sign in',
  'State',
  'Since',
  'Tenant id',
  'User id',
];

const stateWords: Record<ContactState, string> = { synced: 'synced', paused: 'paused', ended: 'no longer synced' };

function cellsOf(contact: Contact): readonly (string | null)[] {
  return [
    contact.customerName,
    contact.customerDomain,
    contact.displayName,
    contact.mobilePhone,
    contact.mail,
    contact.userPrincipalName,
    contact.department,
    contact.officeLocation,
    contact.userType,
    contact.accountEnabled ? 'yes' : 'no',
    stateWords[contact.state],
    contact.since,
    contact.tenantId,
    contact.userId,
  ];
}
