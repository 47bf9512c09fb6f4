// Removing connections over the simulated Microsoft: what goes, what stays, what happens when the work stops in the middle, and
// that nothing of another workspace is touched.
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { functionList } from '../../functions/list.ts';
import { discoverFunction } from '../../functions/workers/discover.ts';
import type { HttpBrowser } from '../../infra/local/journey/http-browser.ts';
import { passMicrosoft } from '../../infra/local/journey/microsoft-pages.ts';
import { CUSTOMER_APP_ID, PARTNER_APP_ID } from '../../infra/local/microsoft/scenario/apps.ts';
import type { Tenant } from '../../infra/local/microsoft/world.ts';
import { auditDoc } from '../../shared/access/audit.ts';
import type { App } from '../../shared/app.ts';
import { MINUTE_MS } from '../../shared/clock.ts';
import { openReceiver } from '../../shared/compose.ts';
import { connectionDoc } from '../../shared/connections/documents.ts';
import { removalDoc } from '../../shared/connections/removal/documents.ts';
import { runRemove } from '../../shared/connections/removal/work.ts';
import { singleConnectionId } from '../../shared/connections/single/rules.ts';
import { partnerConnectionId } from '../../shared/connections/state.ts';
import { contactDoc, formerCustomerDoc } from '../../shared/contacts/documents.ts';
import { readCustomer } from '../../shared/customers/list.ts';
import type { QueueReceiver } from '../../shared/queue/port.ts';
import type { Store } from '../../shared/store/port.ts';
import { listAs, readAs } from '../../shared/store/scoped.ts';
import { workSync } from '../../shared/sync/work-sync.ts';
import { dump, dumpOf, startTwoWorkspaces, work, workAll } from './isolation-kit.ts';
import { follow, setFaults } from './kit/automatic.ts';
import {
  connectAs,
  connectionIdOf,
  consentAs,
  discovered,
  linkOf,
  northwind,
  openConnected,
  serviceAccount,
} from './kit/connected.ts';
import { startTestWorld, type TestWorld, type TestWorldOptions, until } from './kit/world.ts';

let world: TestWorld;
let admin: HttpBrowser;
afterEach(() => world.close());

const must = <T>(value: T | null | undefined): T => {
  if (value === null || value === undefined) throw new Error('The scenario has no such thing.');
  return value;
};
const msp = () => world.tenant(northwind);
const here = () => world.workspace(msp());
const cspId = () => partnerConnectionId(msp().id);
const customers = () => world.customersOf(msp());
const adminOf = ({ defaultDomain }: Tenant) => `admin@${defaultDomain}`;
const message = () => ({ kind: 'remove', workspaceId: msp().id, connectionId: cspId(), attempt: 1 }) as const;
const removalOf = async (connectionId = cspId()) =>
  (await readAs(here().workspace, `removal:${connectionId}`, removalDoc))?.doc;

/** Northwind connected, its first customer consented and synced, a link open for the second. */
async function begin(options: TestWorldOptions = {}): Promise<void> {
  world = await startTestWorld({ functions: functionList, mix: 'all-active', ...options });
  admin = await openConnected(world);
  const first = must(customers()[0]);
  await consentAs(world, world.openBrowser(), await linkOf(world, admin, first), adminOf(first));
  await linkOf(world, admin, must(customers()[1]));
  await until(async () => (await readCustomer(world.app, here(), first.id))?.sync?.status === 'Success');
}

let receiver: QueueReceiver | undefined;
afterEach(async () => {
  await receiver?.close();
  receiver = undefined;
});

/** The same, but from here on messages are worked by the test alone. */
async function beginByHand(options: TestWorldOptions = {}): Promise<void> {
  world = await startTestWorld({ functions: functionList, mix: 'all-active', workers: false, ...options });
  receiver = await openReceiver(world.app.config, world.clock);
  admin = world.openBrowser();
  await world.signIn(admin, serviceAccount);
  await connectAs(world, admin);
  await workAll(world, receiver);
  const first = must(customers()[0]);
  await consentAs(world, world.openBrowser(), await linkOf(world, admin, first), adminOf(first));
  await linkOf(world, admin, must(customers()[1]));
  await workAll(world, receiver);
}

async function remove(connectionId = cspId()): Promise<void> {
  const { status } = await world.api(admin, 'DELETE', `/api/v1/connections/${connectionId}`);
  expect(status).toBe(202);
}
const done = (connectionId = cspId()) =>
  until(async () => {
    const removal = await removalOf(connectionId);
    return removal?.status === 'done' && (await gone(connectionId)) && removal;
  });
const gone = async (connectionId: string) => !(await here().workspace.read(`connection:${connectionId}`));

/** Documents of a workspace, as `container type`, with how many there are. */
function stored(workspaceId = msp().id): Record<string, number> {
  const { store } = world.app.config;
  if (store.kind !== 'sqlite') throw new Error('The test world is on SQLite.');
  const file = new DatabaseSync(store.file, { readOnly: true });
  const counts: Record<string, number> = {};
  for (const row of file.prepare('SELECT container, pk, body FROM docs').all()) {
    const body = JSON.parse(String(row['body']));
    const mine = String(row['pk']).includes(workspaceId) || body.workspaceId === workspaceId;
    const key = `${row['container']} ${body.type}`;
    if (mine) counts[key] = (counts[key] ?? 0) + 1;
  }
  file.close();
  return counts;
}

/** What may still be there of a workspace whose only connection is gone. */
const mayStay =
  /^(workspaces (workspace|settings|member|removal|setup)|customers (formerCustomer|timeline|access)|directory (contact|syncState)|events .*|audit audit|schedule scheduleEntry)$/;

function expectNothingLeft(): void {
  const counts = stored();
  expect(Object.keys(counts).filter((key) => !mayStay.test(key))).toEqual([]);
  // The hourly look at the workspace itself goes on; nothing else does.
  expect(counts['schedule scheduleEntry'] ?? 0).toBeLessThanOrEqual(1);
}

async function expectContacts(tenant: Tenant): Promise<void> {
  const contacts = await listAs(here().directory(tenant.id), { type: 'contact', limit: 1000 }, contactDoc);
  const users = [...tenant.users.values()].filter(({ deletedDateTime }) => deletedDateTime === null);
  expect(contacts.map(({ userId }) => userId).sort()).toEqual(users.map(({ id }) => id).sort());
  const [user] = users;
  expect(contacts.find(({ userId }) => userId === user?.id)).toMatchObject({
    displayName: user?.displayName,
    userPrincipalName: user?.userPrincipalName,
    mail: user?.mail,
    mobilePhone: user?.mobilePhone,
  });
}

describe('the removal of a partner connection', () => {
  it('SY-42 SY-44 SY-45 takes its customers and their data, keeps contacts and the record, withdraws the app', async () => {
    await begin();
    const [first, second] = customers();
    const usersBefore = must(first).users.size;
    const { body } = await world.api(admin, 'GET', `/api/v1/connections/${cspId()}/removal`);
    const preview = { customers: customers().length, users: usersBefore, links: 2, mappings: 0 };
    expect(Object(body)).toMatchObject({ state: 'Connected', removal: null, preview });
    expect(Object(body).preview.licences).toBeGreaterThan(0);
    await remove();
    const removal = await done();
    expect(removal).toMatchObject({ done: preview.customers, total: preview.customers, contacts: usersBefore });
    expectNothingLeft();
    await expectContacts(must(first));
    const former = await readAs(here().customers, `formerCustomer:${must(first).id}`, formerCustomerDoc);
    expect(former?.doc).toMatchObject({
      name: must(first).displayName,
      domain: must(first).defaultDomain,
      connectionName: 'Northwind',
      contacts: usersBefore,
      app: 'withdrawn',
    });
    expect(must(first).servicePrincipals.has(CUSTOMER_APP_ID)).toBe(false);
    expect(must(first).users.size).toBe(usersBefore);
    const neverAsked = await readAs(here().customers, `formerCustomer:${must(second).id}`, formerCustomerDoc);
    expect(neverAsked?.doc).toMatchObject({ app: 'notThere', contacts: 0 });
    const month = new Date(world.clock.now()).toISOString().slice(0, 7);
    const actions = (await listAs(here().audit(month), { limit: 1000 }, auditDoc)).map(({ action }) => action);
    expect(actions).toEqual(
      expect.arrayContaining(['consent.granted', 'connection.removalRequested', 'connection.removed']),
    );
    expect(world.errors).toEqual([]);
  });

  it('SY-44 takes back what automatic consent gave the partner app before it was stopped on its way', async () => {
    await begin();
    const second = must(customers()[1]);
    const assignments = { origin: 'graph', method: 'POST', pathPrefix: '/v1.0/servicePrincipals', tenantId: second.id };
    await setFaults(world, { match: assignments, kind: '503', rate: 1 });
    await world.api(admin, 'POST', `/api/v1/customers/${second.id}/automatic-consent`);
    await follow(world, second, ({ automatic }) => automatic?.authorised === true);
    expect(second.servicePrincipals.has(PARTNER_APP_ID)).toBe(true);
    await remove();
    await done();
    expect(second.servicePrincipals.has(PARTNER_APP_ID)).toBe(false);
    expect(second.servicePrincipals.has(CUSTOMER_APP_ID)).toBe(false);
    expect(world.errors).toEqual([]);
  });

  it('SY-46 can be connected again afterwards, and syncs as if for the first time', async () => {
    await begin();
    const first = must(customers()[0]);
    await remove();
    await done();
    world.clock.advance(2 * MINUTE_MS);
    await connectAs(world, admin);
    await discovered(world, admin);
    const path = await linkOf(world, admin, first);
    await consentAs(world, world.openBrowser(), path, adminOf(first));
    const row = await until(async () => {
      const customer = await readCustomer(world.app, here(), first.id);
      return customer?.sync?.status === 'Success' && customer;
    }, 25_000);
    expect(row.sync?.counts?.users).toBe(first.users.size);
    // Those who are synced again are still known as contacts of before: lists show each person once.
    await expectContacts(first);
  });

  it('SY-46 says Removing at once, and refuses Connect, Reauthorize and Refresh with words until it is done', async () => {
    await beginByHand();
    await remove();
    const { body } = await world.api(admin, 'GET', `/api/v1/connections/${cspId()}`);
    expect(Object(body)).toMatchObject({ state: 'Removing' });
    for (const path of [`/connections/${cspId()}/reauthorize`, `/connections/${cspId()}/refresh`])
      expect((await world.postForm(admin, path)).status).toBe(409);
    const again = await world.postForm(admin, '/connect/start', { name: 'Again', prerequisites: 'on' });
    expect(again.status).toBe(409);
    expect(again.text).toContain('The connection is being removed.');
    // Asking a second time changes nothing.
    const before = await removalOf();
    await remove();
    expect((await removalOf())?.removalId).toBe(before?.removalId);
  });

  it('a sign-in that was under way does not bring the connection back', async () => {
    await begin();
    await world.postForm(admin, `/connections/${cspId()}/reauthorize`);
    const answer = await passMicrosoft(admin, serviceAccount, {
      stopBefore: (url) => url.pathname === '/connect/callback',
    });
    const callback = must(answer.headers.get('location'));
    await remove();
    await done();
    await admin.get(callback);
    expect(await gone(cspId())).toBe(true);
    expectNothingLeft();
  });
});

describe('the work of a removal', () => {
  it('SY-44 goes on where it stood, however often it is killed, and ends the same', async () => {
    await beginByHand({ customers: 5, usersPerCustomer: 60 });
    await remove();
    let lives = 0;
    for (let finished = false; !finished; lives += 1) {
      expect(lives).toBeLessThan(400);
      const mortal = dyingAfter(world.app, 4 + ((lives * 7) % 13));
      finished = await runRemove(mortal, message(), `remove:life:${lives}`).then(
        async () => (await removalOf())?.status === 'done' && (await gone(cspId())),
        (error: unknown) => {
          if (error instanceof Killed) return false;
          throw error;
        },
      );
    }
    expect(lives).toBeGreaterThan(5);
    const removal = await removalOf();
    expect(removal).toMatchObject({ done: 5, total: 5, contacts: must(customers()[0]).users.size });
    expectNothingLeft();
    await expectContacts(must(customers()[0]));
  });

  it('is the same for a message that two workers have at once, and for one that comes late', async () => {
    await beginByHand({ customers: 5, usersPerCustomer: 120 });
    await remove();
    await Promise.all([1, 2, 3].map((turn) => runRemove(world.app, message(), `remove:turn:${turn}`)));
    await runRemove(world.app, message(), 'remove:last');
    expect(await removalOf()).toMatchObject({ status: 'done', contacts: must(customers()[0]).users.size });
    expectNothingLeft();
    const before = dump(world);
    await runRemove(world.app, message(), 'remove:late');
    expect(documentsOf(dump(world))).toEqual(documentsOf(before));
  });

  it('tries again what Microsoft refused in passing, and leaves to a person what it never lets us do', async () => {
    await beginByHand({ customers: 3 });
    const first = must(customers()[0]);
    await remove();
    world.microsoft.context.faults.setRules([
      { match: { origin: 'partnerCenter', method: 'DELETE' }, kind: '503', rate: 1 },
    ]);
    await runRemove(world.app, message(), 'remove:try');
    expect(await removalOf()).toMatchObject({ status: 'running', done: 2, total: 3 });
    await runRemove(world.app, { ...message(), attempt: 8 }, 'remove:try#8');
    expect(await removalOf()).toMatchObject({ status: 'done', done: 3 });
    const { body } = await world.api(admin, 'GET', `/api/v1/connections/${cspId()}/removal`);
    expect(Object(body).byHand).toMatchObject([{ tenantId: first.id, name: first.displayName }]);
    expect(Object(body).byHand[0].address).toContain(`/${first.id}`);
    expect(first.servicePrincipals.has(CUSTOMER_APP_ID)).toBe(true);
  });

  it('lets no run and no discovery that were under way bring anything back', async () => {
    await beginByHand({ customers: 3, usersPerCustomer: 30 });
    const first = must(customers()[0]);

    world.clock.advance(31 * MINUTE_MS);
    for (const user of first.users.values()) user.displayName = `${user.displayName} II`;
    world.microsoft.context.faults.fixedLatencyMs = 150;
    const run = { kind: 'run', workspaceId: msp().id, tenantId: first.id, trigger: 'manual', attempt: 1 };
    const discover = { kind: 'discover', workspaceId: msp().id, connectionId: cspId(), attempt: 1, everything: true };
    const underWay = [
      workSync(world.app, run, 'run:under-way'),
      work(world, discoverFunction, discover, 'discover:under-way'),
    ];
    await remove();
    await runRemove(world.app, message(), 'remove:meanwhile');
    await Promise.all(underWay);
    world.microsoft.context.faults.fixedLatencyMs = 0;
    // The discovery has asked for the removal to go on.
    await runRemove(world.app, message(), 'remove:again');
    expect(await gone(cspId())).toBe(true);
    expectNothingLeft();
    expect(world.errors).toEqual([]);
  });

  it('comes back by itself within the hour when its message got lost', async () => {
    await beginByHand({ customers: 3 });
    await remove();
    const discover = { kind: 'discover', workspaceId: msp().id, connectionId: cspId(), attempt: 1 };
    const before = queued();
    await work(world, discoverFunction, discover, 'discover:hourly');
    expect(queued().filter((body) => !before.includes(body) || body.includes('"remove"')).length).toBeGreaterThan(0);
    expect(queued().filter((body) => body.includes('"remove"')).length).toBe(
      before.filter((body) => body.includes('"remove"')).length + 1,
    );
  });
});

describe('beside others', () => {
  it('touches nothing of another workspace, and leaves the app to a tenant that both look after', async () => {
    const two = await startTwoWorkspaces();
    world = two.world;
    const theirs = dumpOf(dump(world), two.b);
    const browser = world.openBrowser();
    await world.signIn(browser, serviceAccount);
    const answer = await world.api(browser, 'DELETE', `/api/v1/connections/${two.a.connectionId}`);
    expect(answer.status).toBe(202);
    await workAll(world, two.receiver);
    expect((await removalOf())?.status).toBe('done');
    expect(dumpOf(dump(world), two.b)).toEqual(theirs);
    expect(two.a.shared.servicePrincipals.has(CUSTOMER_APP_ID)).toBe(true);
    expect(two.a.own.servicePrincipals.has(CUSTOMER_APP_ID)).toBe(false);
    for (const type of ['customer', 'gdap', 'consent', 'consentLink', 'sync', 'leaving', 'campaignEntry'])
      expect(stored()[`customers ${type}`], type).toBeUndefined();
    const report = await world.api(browser, 'GET', `/api/v1/connections/${two.a.connectionId}/removal`);
    expect(Object(report.body).byHand).toMatchObject([{ tenantId: two.a.shared.id }]);
    await two.receiver.close();
  });

  it('SY-41 removes a single tenant alone, and names where its app is removed by hand', async () => {
    await begin({ customers: 3 });
    const single = must(
      world.customersOf(world.tenant('southridge.example')).find((one) => !customers().includes(one)),
    );
    await world.postForm(admin, '/connect/single/start', { name: 'Alone', domain: single.defaultDomain });
    await passMicrosoft(admin, adminOf(single));
    await passMicrosoft(admin, adminOf(single));
    const id = singleConnectionId(msp().id, single.id);
    await until(async () => (await readCustomer(world.app, here(), single.id))?.sync?.status === 'Success');
    await remove(id);
    await done(id);
    expect(await readCustomer(world.app, here(), single.id)).toBeUndefined();
    expect(await readCustomer(world.app, here(), must(customers()[0]).id)).toMatchObject({
      readiness: { ready: true },
    });
    expect(single.servicePrincipals.has(CUSTOMER_APP_ID)).toBe(true);
    await expectContacts(single);
    const { body } = await world.api(admin, 'GET', `/api/v1/connections/${id}/removal`);
    expect(Object(body)).toMatchObject({ state: 'NotConnected', byHand: [{ tenantId: single.id }] });
  });

  it('SY-43 removes everything, once the name of the workspace was typed', async () => {
    await begin({ customers: 3 });
    const wrong = await world.postForm(admin, '/connections/remove-all', { name: 'northwind' });
    expect(wrong.status).toBe(400);
    expect(wrong.text).toContain('Type &quot;Northwind Partners&quot; to confirm.');
    const right = await world.postForm(admin, '/connections/remove-all', { name: 'northwind partners' });
    expect(right.url.pathname).toBe('/connections');
    await done();
    expectNothingLeft();
    const refused = await world.api(admin, 'POST', '/api/v1/connections/removals', {});
    expect(refused.status).toBe(400);
  });

  it('shows numbers first, wants the name, and then how far it is', async () => {
    await begin({ customers: 3 });
    const path = `/connections/${await connectionIdOf(world, admin)}/remove`;
    const page = await admin.get(`${world.publicUrl}${path}`);
    expect(page.document?.querySelector('#what-goes')?.text).toMatch(/3 customers.*2 consent links.*0 mappings/s);
    const wrong = await world.postForm(admin, path, { name: 'North' });
    expect(wrong.status).toBe(400);
    expect(wrong.document?.querySelector('#name-error')?.text).toBe('Type "Northwind" to confirm.');
    expect((await readAs(here().workspace, `connection:${cspId()}`, connectionDoc))?.doc.state).toBe('Connected');
    const begun = await world.postForm(admin, path, { name: 'NORTHWIND ' });
    expect(begun.url.pathname).toBe(path);
    expect(begun.document?.querySelector('#removal')).not.toBeNull();
    await done();
    const after = await admin.get(`${world.publicUrl}${path}`);
    expect(after.document?.querySelector('#removal')?.text).toContain('3 customers removed, 4 users kept as contacts.');
  });
});

class Killed extends Error {}

/** The app as a process has it that dies after so many writes: some of what was begun is stored, nothing after it is. */
function dyingAfter(app: App, writes: number): App {
  let left = writes;
  const { store } = app;
  const write = <A extends unknown[], R>(call: (...given: A) => Promise<R>) => {
    return async (...given: A): Promise<R> => {
      left -= 1;
      if (left < 0) throw new Killed();
      return call(...given);
    };
  };
  const mortal: Store = {
    ...store,
    read: (...given) => store.read(...given),
    query: (...given) => store.query(...given),
    create: write((...given) => store.create(...given)),
    replace: write((...given) => store.replace(...given)),
    upsert: write((...given) => store.upsert(...given)),
    delete: write((...given) => store.delete(...given)),
    batch: write((...given) => store.batch(...given)),
    bulkUpsert: write((...given) => store.bulkUpsert(...given)),
  };
  return { ...app, store: mortal };
}

function queued(): string[] {
  return [...dump(world)].filter(([key]) => key.startsWith('queue ')).map(([, body]) => body);
}

function documentsOf(rows: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...rows].filter(([key]) => !key.startsWith('queue ')));
}
