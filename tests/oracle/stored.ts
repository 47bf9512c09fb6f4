// Reads everything that the app stored, straight from the SQLite file, and parses every document by the schema of its type.
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { auditDoc } from '../../shared/access/audit.ts';
import { memberDoc, settingsDoc, workspaceDoc } from '../../shared/access/documents.ts';
import { accountRolesDoc } from '../../shared/connections/account-roles.ts';
import { connectionDoc, credentialDoc, discoveryDoc, ownAppDoc } from '../../shared/connections/documents.ts';
import { leavingDoc, removalDoc } from '../../shared/connections/removal/documents.ts';
import { singleSignInDoc } from '../../shared/connections/single/documents.ts';
import { expiryToldDoc } from '../../shared/connections/tell-expiry.ts';
import { paceDoc } from '../../shared/consent/automatic/pace.ts';
import { automaticBatchDoc } from '../../shared/consent/automatic/state.ts';
import { campaignDoc, campaignEntryDoc } from '../../shared/consent/campaign-documents.ts';
import { consentDoc, consentLinkDoc, consentLookupDoc } from '../../shared/consent/documents.ts';
import { contactDoc, formerCustomerDoc } from '../../shared/contacts/documents.ts';
import { userSyncDoc } from '../../shared/contacts/user-sync-progress.ts';
import { customerDoc, gdapDoc, partnerGroupsDoc } from '../../shared/customers/documents.ts';
import { gdapRunDoc, gdapRunItemDoc } from '../../shared/customers/gdap-run-documents.ts';
import { setupDoc } from '../../shared/setup/documents.ts';
import {
  eventDoc,
  type LicenceDoc,
  licenceDoc,
  type OrganizationDoc,
  type OutboxDoc,
  organizationDoc,
  outboxDoc,
  type SubscriptionDoc,
  type SyncEvent,
  type SyncRowDoc,
  type SyncStateDoc,
  subscriptionDoc,
  syncRowDoc,
  syncStateDoc,
  type UserDoc,
  userDoc,
} from '../../shared/sync/documents.ts';
import { scheduleEntryDoc, scheduleKindDoc } from '../../shared/sync/schedule.ts';
import { accessDoc, accessEventDoc, timelineDoc } from '../../shared/timeline/documents.ts';
import type { Difference } from './difference.ts';

const envelope = z.looseObject({ id: z.string(), type: z.string(), schemaVersion: z.literal(1) });

const directorySchema = z.discriminatedUnion('type', [
  syncStateDoc,
  organizationDoc,
  licenceDoc,
  subscriptionDoc,
  userDoc,
  outboxDoc,
  contactDoc,
]);

/** Every type that is stored elsewhere. A new one is a difference until it is added here. */
const schemas: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ...[auditDoc, memberDoc, settingsDoc, workspaceDoc, connectionDoc, credentialDoc, discoveryDoc].map(byType),
  ...[consentDoc, consentLinkDoc, consentLookupDoc, customerDoc, gdapDoc, partnerGroupsDoc].map(byType),
  ...[eventDoc, syncRowDoc, scheduleEntryDoc, scheduleKindDoc, setupDoc].map(byType),
  ...[accessDoc, timelineDoc, accessEventDoc, gdapRunDoc, gdapRunItemDoc, accountRolesDoc].map(byType),
  ...[campaignDoc, campaignEntryDoc].map(byType),
  ...[ownAppDoc, expiryToldDoc].map(byType),
  ...[formerCustomerDoc, userSyncDoc].map(byType),
  ...[removalDoc, leavingDoc, singleSignInDoc].map(byType),
  ...[automaticBatchDoc, paceDoc].map(byType),
  ['watermark', envelope.extend({ minute: z.int() })],
  ['usedState', envelope.extend({ ttl: z.int() })],
  ['signedOut', envelope.extend({ ttl: z.int() })],
  ['productNames', envelope.extend({ rows: z.array(z.tuple([z.string(), z.string(), z.string()])) })],
]);

function byType(schema: z.ZodType & { shape: { type: z.ZodLiteral<string> } }): [string, z.ZodType] {
  return [schema.shape.type.value, schema];
}

export interface StoredTenant {
  state: SyncStateDoc | undefined;
  row: SyncRowDoc | undefined;
  organization: OrganizationDoc | undefined;
  licences: LicenceDoc[];
  subscriptions: SubscriptionDoc[];
  users: UserDoc[];
  outbox: OutboxDoc[];
  /** Every event document, with the partition that it is in. */
  events: { pk: string; id: string; event: SyncEvent }[];
}

export interface StoredAll {
  documents: number;
  /** By tenant id. */
  tenants: ReadonlyMap<string, StoredTenant>;
  /** The customers of each workspace, by its id. */
  workspaces: ReadonlyMap<string, ReadonlySet<string>>;
  /** Documents that do not parse. */
  torn: Difference[];
}

/** After a kill the next process to open the file mends it; others wait meanwhile. */
function openForReading(file: string): DatabaseSync {
  return new DatabaseSync(file, { readOnly: true, timeout: 10_000 });
}

/** @throws Error when the file cannot be read */
export function readStored(file: string): StoredAll {
  const database = openForReading(file);
  const rows = database.prepare('SELECT container, pk, id, body FROM docs').all();
  database.close();
  const tenants = new Map<string, StoredTenant>();
  const torn: Difference[] = [];
  for (const row of rows) {
    const place = { container: String(row['container']), pk: String(row['pk']), id: String(row['id']) };
    try {
      sort(tenants, place, JSON.parse(String(row['body'])));
    } catch (error) {
      const found = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
      torn.push({ tenant: place.pk, dataset: place.container, object: place.id, field: '', expected: 'whole', found });
    }
  }
  return { documents: rows.length, tenants, workspaces: customersBy(rows), torn };
}

function customersBy(rows: readonly Record<string, unknown>[]): Map<string, Set<string>> {
  const workspaces = new Map<string, Set<string>>();
  for (const { container, pk, id } of rows) {
    const [type, tenantId = ''] = String(id).split(':');
    if (container !== 'customers' || type !== 'customer') continue;
    workspaces.set(String(pk), (workspaces.get(String(pk)) ?? new Set()).add(tenantId));
  }
  return workspaces;
}

interface Place {
  container: string;
  pk: string;
  id: string;
}

function sort(tenants: Map<string, StoredTenant>, { container, pk }: Place, body: unknown): void {
  const { type } = envelope.parse(body);
  if (container === 'directory') {
    addDirectory(tenantOf(tenants, pk.split('|')[1] ?? ''), directorySchema.parse(body));
    return;
  }
  const schema = schemas.get(type);
  if (!schema)
    throw new Error(`a document of type ${type}, which tests/oracle/stored.ts does not know: add its schema`);
  schema.parse(body);
  if (type === 'event') {
    const { id, event } = eventDoc.parse(body);
    tenantOf(tenants, event.tenantId).events.push({ pk, id, event });
  } else if (type === 'sync') {
    const row = syncRowDoc.parse(body);
    tenantOf(tenants, row.tenantId).row = row;
  }
}

function addDirectory(tenant: StoredTenant, doc: z.infer<typeof directorySchema>): void {
  switch (doc.type) {
    case 'syncState':
      tenant.state = doc;
      break;
    case 'organization':
      tenant.organization = doc;
      break;
    case 'licence':
      tenant.licences.push(doc);
      break;
    case 'subscription':
      tenant.subscriptions.push(doc);
      break;
    case 'user':
      tenant.users.push(doc);
      break;
    case 'outbox':
      tenant.outbox.push(doc);
      break;
    case 'contact':
      // Kept of a removed connection: nothing is compared with what Microsoft says now.
      break;
  }
}

function tenantOf(tenants: Map<string, StoredTenant>, tenantId: string): StoredTenant {
  const known = tenants.get(tenantId);
  if (known) return known;
  const empty: StoredTenant = {
    state: undefined,
    row: undefined,
    organization: undefined,
    licences: [],
    subscriptions: [],
    users: [],
    outbox: [],
    events: [],
  };
  tenants.set(tenantId, empty);
  return empty;
}

/** Where each tenant's sync stands; documents that are not there yet are left out. */
export function readStates(file: string): SyncStateDoc[] {
  const database = openForReading(file);
  const rows = database.prepare("SELECT body FROM docs WHERE container = 'directory' AND id = 'state'").all();
  database.close();
  return rows.map((row) => syncStateDoc.parse(JSON.parse(String(row['body']))));
}
