// Two workspaces in one deployment: every route, worker and timer of the function list is tried with the other one's ids.
// A new function is covered by itself; where it brings something unknown, the failure says what to add, and where.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { HttpFunction } from '../../functions/define.ts';
import { functionList } from '../../functions/list.ts';
import { createInvocation } from '../../infra/local/host/invocation.ts';
import { keepAliveMessage } from '../../shared/connections/keep-alive.ts';
import { removeMessage } from '../../shared/connections/removal/documents.ts';
import { settleSingleMessage } from '../../shared/connections/single/documents.ts';
import { consentMessage } from '../../shared/consent/messages.ts';
import { syncUsersMessage } from '../../shared/contacts/user-sync.ts';
import { discoverMessage, followGdapMessage, gdapRunMessage } from '../../shared/customers/messages.ts';
import { queueNames } from '../../shared/queue/port.ts';
import { syncMessage } from '../../shared/sync/messages.ts';
import { lookMessage } from '../../shared/timeline/messages.ts';
import {
  type Asking,
  ask,
  dump,
  dumpOf,
  isHttp,
  isWorker,
  type Party,
  startTwoWorkspaces,
  type TwoWorkspaces,
  work,
  workAll,
} from './isolation-kit.ts';

const here = 'tests/integration/isolation.test.ts';
let two: TwoWorkspaces;
beforeAll(async () => {
  two = await startTwoWorkspaces();
}, 120_000);
afterAll(() => two?.close());

/**
 * What a parameter can be filled with: ids of a party's. The secret token of a link is not among them: whoever holds it is
 * meant to open it.
 */
const idsOf: Readonly<Record<string, (party: Party) => readonly string[]>> = {
  tenantId: ({ own }) => [own.id],
  connectionId: ({ connectionId, ownAppConnectionId }) => [connectionId, ownAppConnectionId],
  gdapRunId: ({ gdapRunId }) => [gdapRunId],
  campaignId: ({ campaigns }) => [campaigns.links, campaigns.run],
  // A start of automatic consent: it is looked for at a customer of the workspace only.
  runId: ({ connectionId }) => [connectionId],
  linkId: ({ links }) => [links.open, links.shared, links.own],
  memberId: ({ readerId }) => [readerId],
  userId: ({ userId }) => [userId],
  requestId: ({ syncRequestId }) => [syncRequestId],
  sequenceNumber: ({ deadLetter }) => [deadLetter],
  token: ({ openTokenHash, links }) => [openTokenHash, links.open],
};
/** Parameters that name nothing of a workspace. */
const harmless: Readonly<Record<string, string>> = { ignored: '', name: 'tenantry.css', queue: 'sync' };

const ownAppFields = { domain: 'northwindpartners.example', clientId: randomUUID(), secret: 'a secret' };
/** A valid body for each route that needs one; the others are sent an empty one. */
const fieldsOf: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  addMember: { objectId: randomUUID(), name: 'Somebody', role: 'Reader' },
  addMemberForm: { objectId: randomUUID(), name: 'Somebody', role: 'Reader' },
  changeMember: { role: 'Admin' },
  changeMemberForm: { role: 'Admin' },
  changeRoleProfileForm: { preset: 'gradient' },
  changeConsentStrategy: { strategy: 'automatic' },
  changeConsentStrategyForm: { strategy: 'automatic' },
  startAutomaticConsent: { all: true },
  changeSettings: { expiringThresholdDays: 9 },
  advanceSetup: { step: 'connect' },
  changeSetup: { cspType: 'tier2' },
  prepareSetup: { cspType: 'tier2', distributor: 'none', confirmed: 'on' },
  beginGdapRun: { matching: {} },
  beginCampaignTask: { kind: 'markSent' },
  beginCampaignTaskForm: { kind: 'markSent' },
  changeCampaign: { name: 'Mine' },
  changeCampaignCustomer: { do: 'markSent' },
  changeCampaignCustomerForm: { do: 'markSent' },
  changeCampaignForm: { name: 'Mine', subject: 'Consent', text: '{link}' },
  startCampaign: { method: 'customerAdmin', name: 'Mine', choice: { matching: {} } },
  startCampaignForm: { name: 'Mine' },
  startRunForm: { name: 'Mine' },
  connectPartner: { name: 'Mine', prerequisites: true },
  configureOwnApp: ownAppFields,
  configureOwnAppForm: ownAppFields,
  draftOwnApp: { name: 'Mine' },
  startConnect: { name: 'Mine', prerequisites: 'on' },
  connectSingle: { name: 'Mine', domain: 'lucernemanaged.example' },
  startSingle: { name: 'Mine', domain: 'lucernemanaged.example' },
  removeAllConnections: { confirm: 'all' },
  removeAllConnectionsForm: { name: 'Northwind Partners' },
  startOwnApp: { name: 'Mine' },
};

const targets = functionList
  .filter(isHttp)
  .flatMap((route) => route.methods.map((method) => ({ route, method, title: `${route.name} ${method}` })));
type Target = (typeof targets)[number];
const parameter = /\{\*?(\w+)[^}]*\}/g;
const parametersOf = ({ route }: HttpFunction): string[] => [...route.matchAll(parameter)].map(([, name = '']) => name);
const ownParameters = (route: HttpFunction) => parametersOf(route).filter((name) => !(name in harmless));
const isWrite = (method: string) => method !== 'GET' && method !== 'HEAD';

type Filling = Readonly<Record<string, string>>;

/** Every way to fill a route's parameters with ids, one at least the other party's; the shared customer is neither's. */
function foreignFillings(route: HttpFunction, mine: Party, theirs: Party): Filling[] {
  let fillings: { values: Filling; foreign: boolean }[] = [{ values: {}, foreign: false }];
  for (const name of ownParameters(route)) {
    const choices = [
      ...requireIds(name, route)(theirs).map((value) => ({ value, foreign: true })),
      ...requireIds(name, route)(mine).map((value) => ({ value, foreign: false })),
      ...(name === 'tenantId' ? [{ value: mine.shared.id, foreign: false }] : []),
    ];
    fillings = fillings.flatMap(({ values, foreign }) =>
      choices.map((choice) => ({ values: { ...values, [name]: choice.value }, foreign: foreign || choice.foreign })),
    );
  }
  return fillings.filter(({ foreign }) => foreign).map(({ values }) => values);
}

function requireIds(name: string, { name: route }: HttpFunction): (party: Party) => readonly string[] {
  const ids = idsOf[name];
  if (ids) return ids;
  throw new Error(
    `The route of ${route} has a parameter {${name}} that this test does not know. Add to \`idsOf\` in ${here} what it names of a workspace, or to \`harmless\` if it names nothing.`,
  );
}

function pathOf(route: HttpFunction, values: Filling): string {
  const path = route.route.replace(parameter, (_, name: string) =>
    encodeURIComponent(values[name] ?? harmless[name] ?? ''),
  );
  return `/${path}`;
}

/** Routes that are there for one kind of what a parameter can name. */
const kindOf: Readonly<Record<string, (party: Party) => Filling>> = {
  ownAppPage: ({ ownAppConnectionId }) => ({ connectionId: ownAppConnectionId }),
  readOwnApp: ({ ownAppConnectionId }) => ({ connectionId: ownAppConnectionId }),
};

/** Filled with the party's own ids. */
function ownPath(route: HttpFunction, party: Party): string {
  const values = ownParameters(route).map((name) => [name, requireIds(name, route)(party)[0] ?? ''] as const);
  return pathOf(route, { ...Object.fromEntries(values), ...kindOf[route.name]?.(party) });
}

function asking({ route, method }: Target, path: string, more: Partial<Asking> = {}): Asking {
  const respond = route.route.startsWith('api/') || route.route === 'health' ? 'json' : 'page';
  const fields = fieldsOf[route.name];
  return { path, method, respond, ...(fields ? { fields } : {}), ...more };
}

const needsBody = (route: HttpFunction) =>
  `${route.name} refuses an empty body: add a valid one to \`fieldsOf\` in ${here}`;

function expectNoMark(text: string, party: Party): void {
  for (const mark of party.marks) expect(text, `"${mark}" of the other workspace shows`).not.toContain(mark);
}

describe('every route with ids of the other workspace', () => {
  const foreign = targets.filter(({ route }) => ownParameters(route).length > 0);

  it.each(foreign)('answers 404 and changes nothing: $title', async (target) => {
    const before = dump(two.world);
    for (const [mine, theirs] of [[two.a, two.b] as const, [two.b, two.a] as const]) {
      for (const filling of foreignFillings(target.route, mine, theirs)) {
        const path = pathOf(target.route, filling);
        const answer = await ask(two.world, asking(target, path, { as: mine.people.admin }));
        expect(answer.status, `${path}: ${needsBody(target.route)}`).not.toBe(400);
        expect(answer.status, path).toBe(404);
        // The address itself may be repeated; nothing else of the other's may be told.
        expectNoMark(answer.text.replaceAll(path, ''), {
          ...theirs,
          marks: theirs.marks.filter((mark) => !path.includes(mark)),
        });
      }
    }
    expect(dump(two.world)).toEqual(before);
  });

  it.each(foreign.filter(({ method, route }) => method === 'GET' && route.access !== 'public'))(
    'but finds what is there: $title',
    async (target) => {
      const answer = await ask(two.world, asking(target, ownPath(target.route, two.a), { as: two.a.people.admin }));
      expect(answer.status).toBe(200);
    },
  );

  it.each(foreign.filter(({ method, route }) => method === 'GET' && ownParameters(route).includes('tenantId')))(
    'shows of the shared customer what is its own: $title',
    async ({ route, method, title }) => {
      const [userId = ''] = two.a.shared.users.keys();
      const path = pathOf(route, { tenantId: two.a.shared.id, linkId: two.a.links.shared, userId });
      for (const [mine, theirs] of [[two.a, two.b] as const, [two.b, two.a] as const]) {
        const answer = await ask(two.world, asking({ route, method, title }, path, { as: mine.people.admin }));
        expect(answer.status).toBe(200);
        expect(answer.text).toContain(mine.shared.id);
        expectNoMark(answer.text, theirs);
      }
    },
  );

  it.each(targets.filter(({ route, method }) => ownParameters(route).length === 0 && method === 'GET'))(
    'shows nothing of the other where there is no id: $title',
    async (target) => {
      const before = dump(two.world);
      for (const [mine, theirs] of [[two.a, two.b] as const, [two.b, two.a] as const]) {
        const answer = await ask(two.world, asking(target, pathOf(target.route, {}), { as: mine.people.admin }));
        expect(answer.status).toBeLessThan(500);
        expectNoMark(answer.text, theirs);
      }
      expect(dump(two.world)).toEqual(before);
    },
  );
});

describe('every route without the right to it', () => {
  const closed = targets.filter(({ route }) => route.access !== 'public');

  it.each(closed)('wants a session: $title', async (target) => {
    const before = dump(two.world);
    const question = asking(target, ownPath(target.route, two.a));
    const answer = await ask(two.world, question);
    if (question.respond === 'json') expect(answer.status).toBe(401);
    else {
      expect(answer.status).toBe(303);
      expect(answer.location).toMatch(/^\/sign-in(\?|$)/);
    }
    expect(dump(two.world)).toEqual(before);
  });

  it.each(closed.filter(({ route }) => route.access !== 'signedIn'))('wants a member: $title', async (target) => {
    const before = dump(two.world);
    const question = asking(target, ownPath(target.route, two.a), { as: two.a.people.stranger });
    expect((await ask(two.world, question)).status).toBe(403);
    expect(dump(two.world)).toEqual(before);
  });

  it.each(closed.filter(({ route }) => route.access === 'admin'))('wants an Admin: $title', async (target) => {
    const before = dump(two.world);
    const question = asking(target, ownPath(target.route, two.a), { as: two.a.people.reader });
    expect((await ask(two.world, question)).status).toBe(403);
    expect(dump(two.world)).toEqual(before);
  });

  it.each(closed.filter(({ method }) => isWrite(method)))('wants the token of the session: $title', async (target) => {
    const before = dump(two.world);
    for (const csrf of ['', 'wrong', 'A'.repeat(43)]) {
      const question = asking(target, ownPath(target.route, two.a), { as: two.a.people.admin, csrf });
      expect((await ask(two.world, question)).status).toBe(403);
    }
    expect(dump(two.world)).toEqual(before);
  });

  it.each(targets.filter(({ method }) => isWrite(method)))('refuses another site: $title', async (target) => {
    const before = dump(two.world);
    const question = asking(target, ownPath(target.route, two.a), { as: two.a.people.admin, crossSite: true });
    expect((await ask(two.world, question)).status).toBe(403);
    expect(dump(two.world)).toEqual(before);
  });
});

/** The messages of each worker, by its name. */
const messagesOf: Readonly<Record<string, readonly z.ZodType[]>> = {
  discover: [
    removeMessage,
    settleSingleMessage,
    discoverMessage,
    keepAliveMessage,
    followGdapMessage,
    syncUsersMessage,
    lookMessage,
    gdapRunMessage,
  ],
  consent: [consentMessage],
  sync: [syncMessage],
};

const objectShape = z.object({ properties: z.record(z.string(), z.looseObject({})) });
const unionShape = z.object({ anyOf: z.array(objectShape) }).or(z.object({ oneOf: z.array(objectShape) }));

/** The fields of every kind of message that a schema takes. */
function shapesOf(schema: z.ZodType): z.infer<typeof objectShape>[] {
  const described = z.toJSONSchema(schema, { io: 'input' });
  const union = unionShape.safeParse(described);
  if (!union.success) return [objectShape.parse(described)];
  return 'anyOf' in union.data ? union.data.anyOf : union.data.oneOf;
}

/** Every message of a kind that pairs `mine` with ids of `theirs`, the shared customer among them where another id is theirs. */
function foreignMessages(shape: z.infer<typeof objectShape>, mine: string, theirs: Party): Record<string, unknown>[] {
  let messages: Record<string, unknown>[] = [{}];
  for (const [field, described] of Object.entries(shape.properties)) {
    const values = valuesOf(field, described, mine, theirs);
    messages = messages.flatMap((message) => values.map((value) => ({ ...message, [field]: value })));
  }
  return messages;
}

function valuesOf(field: string, described: Record<string, unknown>, mine: string, theirs: Party): readonly unknown[] {
  if (field === 'workspaceId') return [mine];
  if (field === 'attempt') return [1, 2];
  const ids = idsOf[field];
  if (ids) return ids(theirs);
  if ('const' in described) return [described['const']];
  if (Array.isArray(described['enum'])) return described['enum'];
  if (described['type'] === 'boolean') return [true, false];
  throw new Error(
    `A message has a field ${field} that this test does not know. Add to \`idsOf\` in ${here} what it names of a workspace.`,
  );
}

describe('every worker with a workspace and ids of the other', () => {
  it.each(functionList.filter(isWorker))('completes and changes nothing: $name', async (worker) => {
    const schemas = messagesOf[worker.name];
    if (!schemas) throw new Error(`Add the messages of the worker ${worker.name} to \`messagesOf\` in this file.`);
    const before = dump(two.world);
    for (const [mine, theirs] of [[two.a, two.b] as const, [two.b, two.a] as const]) {
      for (const workspaceId of [mine.workspaceId, randomUUID()]) {
        const messages = schemas.flatMap(shapesOf).flatMap((shape) => foreignMessages(shape, workspaceId, theirs));
        expect(messages.length).toBeGreaterThan(0);
        for (const message of messages) {
          await work(two.world, worker, message, `isolation:${randomUUID()}`);
          expect(dump(two.world), JSON.stringify(message)).toEqual(before);
        }
      }
    }
  });

  it('confirms no consent by a link of the other workspace, also for the customer that both have', async () => {
    const consent = functionList.filter(isWorker).find(({ queue }) => queue === 'consent');
    if (!consent) throw new Error('There is no worker of the queue consent.');
    const before = dump(two.world);
    const message = { kind: 'confirm', workspaceId: two.a.workspaceId, tenantId: two.a.shared.id, attempt: 1 };
    await work(two.world, consent, { ...message, linkId: two.b.links.shared }, 'isolation:shared');
    expect(dump(two.world)).toEqual(before);
  });
});

const targetOf = z.looseObject({
  workspaceId: z.guid(),
  tenantId: z.guid().optional(),
  connectionId: z.guid().optional(),
});

describe('every timer', () => {
  it('sends only messages that pair a workspace with its own, and mixes nothing in working them', async () => {
    two.world.clock.advance(30 * 60_000);
    for (const timer of functionList.filter(({ kind }) => kind === 'timer')) {
      if (timer.kind !== 'timer') continue;
      const { context, app } = createInvocation(timer.name, two.world.app);
      await timer.run({ isPastDue: false, schedule: { adjustForDST: false }, scheduleStatus: noStatus }, context, app);
    }
    let seen = 0;
    for (const queue of queueNames) {
      for (const message of await two.receiver.receive(queue, 1000, 0)) {
        const { workspaceId, tenantId, connectionId } = targetOf.parse(message.body);
        const owner = [two.a, two.b].find((party) => party.workspaceId === workspaceId);
        const owns = [owner?.own.id, owner?.shared.id, owner?.connectionId, ...waitingOf(owner)];
        expect(owns).toContain(tenantId ?? connectionId);
        await two.receiver.abandon(queue, message);
        seen += 1;
      }
    }
    expect(seen).toBeGreaterThanOrEqual(4);
    await workAll(two.world, two.receiver);
    for (const [mine, theirs] of [[two.a, two.b] as const, [two.b, two.a] as const]) {
      const documents = [...dump(two.world)].filter(([key]) => key.includes(mine.workspaceId));
      // A subscription of the shared customer names the partner that sold it: that is what Microsoft says of the customer.
      const foreign = [`${theirs.workspaceId}|`, theirs.connectionId, theirs.own.id];
      for (const [key, body] of documents) for (const id of foreign) expect(`${key} ${body}`).not.toContain(id);
    }
  });
});

const noStatus = { last: '', next: '', lastUpdated: '' };

function waitingOf(party: Party | undefined): readonly string[] {
  return party ? two.world.customersOf(party.msp).map(({ id }) => id) : [];
}

describe('every write without an id', () => {
  it.each(targets.filter(({ route, method }) => ownParameters(route).length === 0 && isWrite(method)))(
    'leaves the other workspace as it is: $title',
    async (target) => {
      const before = dumpOf(dump(two.world), two.b);
      const question = asking(target, pathOf(target.route, {}), { as: two.a.people.admin });
      const answer = await ask(two.world, question);
      expect(answer.status, needsBody(target.route)).not.toBe(400);
      // 409: what was asked for is so already; a refusal would prove nothing.
      expect(answer.status < 400 || answer.status === 409, `it answered ${answer.status}`).toBe(true);
      expect(dumpOf(dump(two.world), two.b)).toEqual(before);
    },
  );
});
