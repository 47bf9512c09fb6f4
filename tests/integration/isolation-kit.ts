// Two workspaces in one deployment, for the isolation test: two MSPs of the scenario that share one customer, each with
// customers of its own, consents, links, members and synced data, all made over the real HTTP flows and workers.
import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import type { FunctionDefinition, HttpFunction, QueueFunction } from '../../functions/define.ts';
import { functionList } from '../../functions/list.ts';
import { createInvocation } from '../../infra/local/host/invocation.ts';
import { passMicrosoft } from '../../infra/local/journey/microsoft-pages.ts';
import type { Tenant } from '../../infra/local/microsoft/world.ts';
import { memberId } from '../../shared/access/members.ts';
import { newSession, type Session, sessionCookie } from '../../shared/access/session.ts';
import { openReceiver } from '../../shared/compose.ts';
import { partnerConnectionId } from '../../shared/connections/state.ts';
import { consentLinkDoc } from '../../shared/consent/documents.ts';
import { userSyncDoc } from '../../shared/contacts/user-sync-progress.ts';
import type { QueueReceiver } from '../../shared/queue/port.ts';
import { listAs, readAs } from '../../shared/store/scoped.ts';
import { startTestWorld, type TestWorld } from './kit/world.ts';

/** One MSP with its workspace, and what it owns there. */
export interface Party {
  msp: Tenant;
  workspaceId: string;
  connectionId: string;
  /** A draft with an app registration of the MSP's own. */
  ownAppConnectionId: string;
  /** A consented and synced customer that only this MSP has. */
  own: Tenant;
  /** The customer that both have; both were given consent and have synced it. */
  shared: Tenant;
  /** An open link of a customer that only this MSP has, the used one of the shared customer, and that of `own`. */
  links: { open: string; shared: string; own: string };
  /** A run of GDAP requests, for `own`. */
  gdapRunId: string;
  /** A campaign by links and a run, with all three customers in each. */
  campaigns: { links: string; run: string };
  /** SHA-256 of the open link's token, as it is stored. */
  openTokenHash: string;
  /** The sequence number of a dead letter of the queue `sync` that names this workspace. */
  deadLetter: string;
  /** A member with the role Reader. */
  readerId: string;
  /** A person of `own`, and the newest Sync users. */
  userId: string;
  syncRequestId: string;
  /** What only this workspace may show. */
  marks: readonly string[];
  people: { admin: Person; reader: Person; stranger: Person };
}

export interface Person {
  tenantId: string;
  objectId: string;
  name: string;
  username: string;
  roles: readonly string[];
}

export interface TwoWorkspaces {
  world: TestWorld;
  a: Party;
  b: Party;
  receiver: QueueReceiver;
  close(): Promise<void>;
}

/** Prepares both. Nothing runs by itself: workers and timers are run by the test. */
export async function startTwoWorkspaces(): Promise<TwoWorkspaces> {
  const world = await startTestWorld({ functions: functionList, workers: false, customers: 4, mix: 'all-active' });
  const receiver = await openReceiver(world.app.config, world.clock);
  const a = await prepareParty(world, receiver, 'northwindpartners.example', 'olivia.ordinary');
  const b = await prepareParty(world, receiver, 'southridge.example', 'sam.support');
  const close = async () => {
    await receiver.close();
    await world.close();
  };
  return { world, a, b, receiver, close };
}

async function prepareParty(
  world: TestWorld,
  receiver: QueueReceiver,
  domain: string,
  readerMailbox: string,
): Promise<Party> {
  const msp = world.tenant(domain);
  const browser = world.openBrowser();
  const service = `svc-tenantry@${domain}`;
  await world.signIn(browser, service);
  await world.postForm(browser, '/connect/start', { name: `Connection of ${domain}`, prerequisites: 'on' });
  await passMicrosoft(browser, service);
  await workAll(world, receiver);
  const [shared, own, waiting] = world.customersOf(msp);
  if (!shared || !own || !waiting) throw new Error(`${domain} has too few customers.`);
  const link = async ({ id }: Tenant) => {
    const { body } = await world.api(browser, 'POST', `/api/v1/customers/${id}/consent-links`, {});
    return { linkId: String(Object(body).linkId), path: new URL(String(Object(body).address)).pathname };
  };
  const links = { open: await link(waiting), shared: await link(shared), own: await link(own) };
  for (const [tenant, { path }] of [[shared, links.shared] as const, [own, links.own] as const]) {
    const customer = world.openBrowser();
    await customer.post(`${world.publicUrl}${path}/start`, {});
    await passMicrosoft(customer, `admin@${tenant.defaultDomain}`);
  }
  const reader = personOf(msp, `${readerMailbox}@${domain}`);
  const { objectId, name, username } = reader;
  await world.api(browser, 'POST', '/api/v1/members', { objectId, name, username, role: 'Reader' });
  await workAll(world, receiver);
  await world.api(browser, 'POST', '/api/v1/contacts/sync-users');
  await workAll(world, receiver);
  const userSync = await readAs(world.workspace(msp).workspace, 'userSync', userSyncDoc);
  const [person] = own.users.keys();
  if (!person || !userSync) throw new Error(`${domain} has no user, or no Sync users.`);
  const connectionId = partnerConnectionId(msp.id);
  const draft = await world.api(browser, 'POST', '/api/v1/connections/own-app', { name: `Own app of ${domain}` });
  const ownAppConnectionId = String(Object(draft.body).connectionId);
  const deadLetter = await buryOne(world, receiver, { workspaceId: msp.id, tenantId: own.id });
  const openTokenHash = createHash('sha256')
    .update(links.open.path.split('/')[2] ?? '')
    .digest('hex');
  const tenantIds = [shared.id, own.id, waiting.id];
  const campaign = async (method: string) => {
    const asked = { method, name: `Campaign of ${domain}`, choice: { tenantIds } };
    const { body } = await world.api(browser, 'POST', '/api/v1/consent-campaigns', asked);
    return String(Object(body).campaignId);
  };
  const campaigns = { links: await campaign('customerAdmin'), run: await campaign('gdapAccount') };
  const begun = await world.api(browser, 'POST', '/api/v1/gdap/requests', { tenantIds: [own.id] });
  const gdapRunId = String(Object(begun.body).gdapRunId);
  await workAll(world, receiver);
  const stored = await listAs(world.workspace(msp).customers, { type: 'consentLink' }, consentLinkDoc);
  return {
    msp,
    workspaceId: msp.id,
    connectionId,
    ownAppConnectionId,
    own,
    shared,
    links: { open: links.open.linkId, shared: links.shared.linkId, own: links.own.linkId },
    gdapRunId,
    campaigns,
    openTokenHash,
    deadLetter,
    readerId: memberId(reader),
    userId: person,
    syncRequestId: userSync.doc.requestId,
    marks: [
      ...[msp.id, msp.displayName, connectionId, own.id, waiting.id, own.displayName, waiting.displayName],
      ...[service, username, reader.objectId, `Connection of ${domain}`, openTokenHash],
      ...[ownAppConnectionId, `Own app of ${domain}`],
      gdapRunId,
      ...[campaigns.links, campaigns.run, `Campaign of ${domain}`],
      ...stored.map(({ linkId }) => linkId),
    ],
    people: {
      admin: personOf(msp, service),
      reader,
      stranger: { ...reader, objectId: '99999999-9999-4999-8999-999999999999' },
    },
  };
}

/** A message that no worker could handle, as a bug would leave it. Gives its sequence number. */
async function buryOne(
  world: TestWorld,
  receiver: QueueReceiver,
  about: { workspaceId: string; tenantId: string },
): Promise<string> {
  const body = { kind: 'run', ...about, trigger: 'manual', attempt: 1 };
  await world.app.queue.send('sync', [{ messageId: `buried:${about.workspaceId}`, body }]);
  const [message] = await receiver.receive('sync', 1, 0);
  if (!message) throw new Error('The message did not arrive.');
  await receiver.deadLetter('sync', message, 'Bug', 'For the test.');
  return message.sequenceNumber;
}

function personOf(tenant: Tenant, upn: string): Person {
  const user = [...tenant.users.values()].find(({ userPrincipalName }) => userPrincipalName === upn);
  if (!user) throw new Error(`There is no ${upn}.`);
  return { tenantId: tenant.id, objectId: user.id, name: user.displayName, username: upn, roles: [] };
}

/** Works every message that can be received, and those that working them sends. */
export async function workAll(world: TestWorld, receiver: QueueReceiver): Promise<void> {
  for (let worked = -1; worked !== 0; ) {
    worked = 0;
    for (const worker of functionList.filter(isWorker)) {
      for (const message of await receiver.receive(worker.queue, 16, 0)) {
        await work(world, worker, message.body, message.messageId);
        await receiver.complete(worker.queue, message);
        worked += 1;
      }
    }
  }
}

/** Runs a worker on one body, as the host would. */
export async function work(world: TestWorld, worker: QueueFunction, body: unknown, messageId: string): Promise<void> {
  const { context, app } = createInvocation(worker.name, world.app, { messageId });
  await worker.run(body, context, app);
}

export const isHttp = (each: FunctionDefinition): each is HttpFunction => each.kind === 'http';
export const isWorker = (each: FunctionDefinition): each is QueueFunction => each.kind === 'queue';

export interface Asking {
  path: string;
  method: string;
  respond: 'json' | 'page';
  as?: Person;
  fields?: Readonly<Record<string, unknown>>;
  /** The session's own unless told. */
  csrf?: string;
  /** Of another site instead of our own page. */
  crossSite?: boolean;
}

/** One request over HTTP; follows no redirect. */
export async function ask(
  world: TestWorld,
  asking: Asking,
): Promise<{ status: number; location: string; text: string }> {
  const session = asking.as ? newSession(world.app, asking.as) : undefined;
  const changes = asking.method !== 'GET' && asking.method !== 'HEAD';
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(asking.fields ?? {})) form.append(name, String(value));
  const body = asking.respond === 'json' ? JSON.stringify(asking.fields ?? {}) : form.toString();
  const response = await fetch(`${world.publicUrl}${asking.path}`, {
    method: asking.method,
    redirect: 'manual',
    headers: {
      'content-type': asking.respond === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
      origin: asking.crossSite ? 'https://evil.example' : world.publicUrl,
      'sec-fetch-site': asking.crossSite ? 'cross-site' : 'same-origin',
      ...(session ? await sessionHeaders(world, session, asking.csrf) : {}),
    },
    ...(changes ? { body } : {}),
  });
  return { status: response.status, location: response.headers.get('location') ?? '', text: await response.text() };
}

async function sessionHeaders(world: TestWorld, session: Session, csrf = session.csrfToken) {
  const { name, value } = await sessionCookie(world.app, session);
  return { cookie: `${name}=${value}`, 'x-csrf-token': csrf };
}

/** Everything that is stored and queued, by key: two of these are equal when nothing changed. */
export function dump(world: TestWorld): Map<string, string> {
  const { store, queue } = world.app.config;
  if (store.kind !== 'sqlite' || queue.kind !== 'sqlite') throw new Error('The test world is on SQLite.');
  const rows = new Map<string, string>();
  const documents = new DatabaseSync(store.file, { readOnly: true });
  for (const row of documents.prepare('SELECT container, pk, id, etag, body FROM docs').all())
    rows.set(`${row['container']} ${row['pk']} ${row['id']}`, `${row['etag']} ${row['body']}`);
  documents.close();
  const messages = new DatabaseSync(queue.file, { readOnly: true });
  for (const row of messages.prepare('SELECT queue, sequence, body FROM queue_messages').all())
    rows.set(`queue ${row['queue']} ${row['sequence']}`, String(row['body']));
  for (const row of messages.prepare('SELECT queue, sequence, body FROM queue_dead_letters').all())
    rows.set(`dead ${row['queue']} ${row['sequence']}`, String(row['body']));
  messages.close();
  return rows;
}

/** The part of a dump that belongs to a workspace. */
export function dumpOf(rows: ReadonlyMap<string, string>, { workspaceId }: Party): Map<string, string> {
  return new Map([...rows].filter(([key, value]) => key.includes(workspaceId) || value.includes(workspaceId)));
}
