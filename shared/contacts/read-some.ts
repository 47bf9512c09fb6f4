// Reads contacts of one tenant: a page at a time in the order of user names for lists, all of them for an export.
import type { z } from 'zod';
import type { Query } from '../store/port.ts';
import { type Partition, queryAs, type WorkspaceStore } from '../store/scoped.ts';
import { type UserDoc, userDoc } from '../sync/documents.ts';
import { ofType } from '../sync/load-docs.ts';
import { type Contact, type ContactFilter, contactOf } from './contact.ts';
import { type ContactDoc, contactDoc } from './documents.ts';
import { type ContactPlace, type PlacePhase, phasesOf, type Within } from './places.ts';

type StoredContact = UserDoc | ContactDoc;
type Matches = ((contact: Contact) => boolean) | undefined;

const schemas: Readonly<Record<PlacePhase, z.ZodType<StoredContact>>> = { user: userDoc, contact: contactDoc };

/** A list that leaves nobody out needs a page of its own size and the one before it; a search looks at many at once. */
const listed = 101;
const searched = 1000;

export interface Reading {
  /** With where to go on after each. */
  found: readonly { contact: Contact; place: Within }[];
  /** How many were looked at. */
  documents: number;
  /** Where the tenant goes on; undefined at its end. */
  rest: Within | undefined;
}

/** A store's page of one tenant, from `within` on or from its start. @throws StoreError */
export async function readSome(
  asked: { workspace: WorkspaceStore; filter: ContactFilter; matches: Matches },
  place: ContactPlace,
  within: Within | undefined,
): Promise<Reading> {
  const phases = phasesOf(place, asked.filter);
  const phase = within?.phase ?? phases[0];
  if (phase === undefined) return { found: [], documents: 0, rest: undefined };
  const directory = asked.workspace.directory(place.tenantId);
  const { docs, more } = await readPage(directory, phase, within?.after, asked.matches ? searched : listed);
  const last = docs.at(-1);
  const next = phases[phases.indexOf(phase) + 1];
  const found = await onlyCurrent(directory, place, matching(place, docs, asked.matches));
  return {
    found: found.map(({ contact, doc }) => ({ contact, place: { phase, after: placeOf(doc) } })),
    documents: docs.length,
    rest: more && last ? { phase, after: placeOf(last) } : next && { phase: next },
  };
}

/** Every contact of one tenant that matches, by user name; those that were kept last. @throws StoreError */
export async function readAll(
  asked: { workspace: WorkspaceStore; filter: ContactFilter; matches: Matches },
  place: ContactPlace,
): Promise<Contact[]> {
  const directory = asked.workspace.directory(place.tenantId);
  const contacts: Contact[] = [];
  for (const phase of phasesOf(place, asked.filter)) {
    const docs: StoredContact[] = [];
    // In the order of ids, which every store has at hand: nothing is sorted anew for each page.
    const query = { ...ofType(phase, `${phase}:`), limit: 1000 };
    for await (const { doc } of queryAs(directory, query, schemas[phase])) docs.push(doc);
    docs.sort((a, b) => compare(a.userPrincipalName, b.userPrincipalName) || compare(a.id, b.id));
    const found = await onlyCurrent(directory, place, matching(place, docs, asked.matches));
    for (const { contact } of found) contacts.push(contact);
  }
  return contacts;
}

const placeOf = ({ userPrincipalName, id }: StoredContact) => ({ userPrincipalName, id });
const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

function matching(place: ContactPlace, docs: readonly StoredContact[], matches: Matches) {
  const all = docs.map((doc) => ({ doc, contact: contactOf(place, doc) }));
  return matches ? all.filter(({ contact }) => matches(contact)) : all;
}

/** Documents after a place in the order of user names; several may have the same one for a while. */
async function readPage(directory: Partition, phase: PlacePhase, after: Within['after'], limit: number) {
  const query: Query = {
    type: phase,
    orderBy: { field: 'userPrincipalName', direction: 'asc' },
    limit,
    where: after ? [{ field: 'userPrincipalName', op: 'ge', value: after.userPrincipalName }] : [],
  };
  const isNew = ({ id, userPrincipalName }: StoredContact) =>
    !after || userPrincipalName !== after.userPrincipalName || id > after.id;
  let continuation: string | undefined;
  for (;;) {
    const page = await directory.query({ ...query, ...(continuation === undefined ? {} : { continuation }) });
    const docs = page.items.map(({ doc }) => schemas[phase].parse(doc)).filter(isNew);
    continuation = page.continuation;
    if (docs.length > 0 || continuation === undefined) return { docs, more: continuation !== undefined };
  }
}

/** A tenant that was connected again has its users back: who is among them is not shown a second time. */
async function onlyCurrent<T extends { doc: StoredContact }>(directory: Partition, place: ContactPlace, found: T[]) {
  if (place.users === 0) return found;
  const stays = await Promise.all(
    found.map(async ({ doc }) => doc.type === 'user' || (await directory.read(`user:${doc.userId}`)) === undefined),
  );
  return found.filter((_, index) => stays[index]);
}
