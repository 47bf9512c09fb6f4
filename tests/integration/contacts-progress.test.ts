// Sync users step by step, its messages worked by hand: its progress is true at each of them, and a message that comes
// twice changes nothing.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { functionList } from '../../functions/list.ts';
import type { HttpBrowser } from '../../infra/local/journey/http-browser.ts';
import { passMicrosoft } from '../../infra/local/journey/microsoft-pages.ts';
import { MINUTE_MS } from '../../shared/clock.ts';
import { openReceiver } from '../../shared/compose.ts';
import type { QueueReceiver } from '../../shared/queue/port.ts';
import { isWorker, work, workAll } from './isolation-kit.ts';
import { linkOf, northwind, serviceAccount } from './kit/connected.ts';
import { startTestWorld, type TestWorld } from './kit/world.ts';

let world: TestWorld;
let msp: HttpBrowser;
let receiver: QueueReceiver;
const progress = async () => Object((await world.api(msp, 'GET', '/api/v1/contacts/sync')).body).users;
const statuses = async () => {
  const { body } = await world.api(msp, 'GET', '/api/v1/customers');
  return Object(body).rows.map(({ sync }: { sync: { status: string } | null }) => sync?.status);
};

/** Works one message of a queue and gives it, so that it can be worked again. */
async function workOne(queue: 'discover' | 'sync') {
  const [message] = await receiver.receive(queue, 1, 0);
  if (!message) throw new Error(`Nothing waits in ${queue}.`);
  const worker = functionList.filter(isWorker).find((each) => each.queue === queue);
  if (!worker) throw new Error(`Nobody works ${queue}.`);
  await work(world, worker, message.body, message.messageId);
  await receiver.complete(queue, message);
  return { again: () => work(world, worker, message.body, message.messageId) };
}

beforeAll(async () => {
  world = await startTestWorld({ functions: functionList, workers: false, mix: 'all-active', customers: 3 });
  receiver = await openReceiver(world.app.config, world.clock);
  msp = world.openBrowser();
  await world.signIn(msp, serviceAccount);
  await world.postForm(msp, '/connect/start', { name: 'Northwind', prerequisites: 'on' });
  await passMicrosoft(msp, serviceAccount);
  await workAll(world, receiver);
  for (const tenant of world.customersOf(world.tenant(northwind))) {
    const customer = world.openBrowser();
    await customer.post(`${world.publicUrl}${await linkOf(world, msp, tenant)}/start`, {});
    await passMicrosoft(customer, `admin@${tenant.defaultDomain}`);
  }
  await workAll(world, receiver);
  world.clock.advance(MINUTE_MS);
}, 120_000);
afterAll(async () => {
  await receiver?.close();
  await world?.close();
});

it('MP-11 tells how many customers are done, one after the other', async () => {
  expect(await statuses()).toEqual(['Success', 'Success', 'Success']);
  expect(await progress()).toBeNull();
  const asked = await world.api(msp, 'POST', '/api/v1/contacts/sync-users');
  expect(asked).toMatchObject({ status: 202, body: { underWay: true, total: 0, done: 0 } });
  const page = await msp.get(`${world.publicUrl}/contacts`);
  expect(page.document?.querySelector('#progress')?.textContent).toContain('Syncing users…');
  // Pressed again while it works: that goes on with the one that there is.
  await world.api(msp, 'POST', '/api/v1/contacts/sync-users');

  const asking = await workOne('discover');
  expect(await receiver.receive('discover', 1, 0)).toEqual([]);
  expect(await progress()).toMatchObject({ underWay: true, total: 3, done: 0 });
  expect(await statuses()).toEqual(['Pending', 'Pending', 'Pending']);

  await workOne('sync');
  expect(await progress()).toMatchObject({ underWay: true, total: 3, done: 1, failed: 0 });
  const half = await msp.get(`${world.publicUrl}/contacts`);
  expect(half.document?.querySelector('#progress')?.textContent).toContain('Syncing users: 1 of 3 customers');
  expect(half.document?.querySelector('#progress')?.hasAttribute('data-poll')).toBe(true);

  // The message that asked comes a second time, as after a crash: who is done stays done.
  await asking.again();
  expect(await progress()).toMatchObject({ total: 3, done: 1 });

  await workOne('sync');
  await workOne('sync');
  expect(await progress()).toMatchObject({ underWay: false, total: 3, done: 3, failed: 0 });
  expect(await receiver.receive('sync', 1, 0)).toEqual([]);
  expect(await statuses()).toEqual(['Success', 'Success', 'Success']);
  const done = await msp.get(`${world.publicUrl}/contacts`);
  expect(done.document?.querySelector('#sync-times')?.textContent).toContain('Users of 3 customers asked for just now');
});
