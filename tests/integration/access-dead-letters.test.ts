// Dead letters belong to the deployment; a workspace sees and resubmits its own.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openReceiver } from '../../shared/compose.ts';
import { startTestWorld, type TestWorld } from './kit/world.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await startTestWorld({ workers: false });
});
afterAll(() => world.close());

it('shows and resubmits only what names the workspace', async () => {
  const [own, other] = [world.tenant('northwindpartners.example').id, world.tenant('southridge.example').id];
  const messages = [own, other].map((workspaceId) => ({
    messageId: workspaceId,
    body: { kind: 'verify', workspaceId },
  }));
  await world.app.queue.send('consent', messages);
  const receiver = await openReceiver(world.app.config, world.clock);
  const [one, two] = await receiver.receive('consent', 2, 1_000);
  for (const message of [one, two]) if (message) await receiver.deadLetter('consent', message, 'Bug', 'secret detail');

  const browser = world.openBrowser();
  await world.signIn(browser, 'svc-tenantry@northwindpartners.example');
  const list = await world.api(browser, 'GET', '/api/v1/dead-letters');
  expect(list.body).toMatchObject({ items: [{ queue: 'consent', messageId: own, kind: 'verify', reason: 'Bug' }] });
  expect(JSON.stringify(list.body)).not.toContain('secret detail');
  const letters = await world.app.deadLetters.list('consent', 10);
  const resubmit = (workspaceId: string) => {
    const sequenceNumber = letters.find(({ messageId }) => messageId === workspaceId)?.sequenceNumber;
    return world.api(browser, 'POST', `/api/v1/dead-letters/consent/${sequenceNumber}/resubmit`);
  };
  expect((await resubmit(other)).status).toBe(404);
  expect((await resubmit(own)).status).toBe(202);
  expect((await resubmit(own)).status).toBe(404);
  expect((await world.app.deadLetters.list('consent', 10)).map(({ messageId }) => messageId)).toEqual([other]);
  const again = await receiver.receive('consent', 2, 1_000);
  expect(again.map(({ body }) => body)).toEqual([{ kind: 'verify', workspaceId: own }]);
  await receiver.close();
});
