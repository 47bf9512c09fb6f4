// Contacts over many tenants of a real store: every one is found once, whatever the size of the pages and the budget, and
// no partition is asked that is not the workspace's.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContactFilter } from '../../shared/contacts/contact.ts';
import { exportContacts } from '../../shared/contacts/export.ts';
import { exportParts, selectPlaces, toToken } from '../../shared/contacts/places.ts';
import { readPlaces } from '../../shared/contacts/read-places.ts';
import { pageBudget, type SearchBudget, searchContacts } from '../../shared/contacts/search.ts';
import { openWorkspaceStore, type WorkspaceStore } from '../../shared/store/scoped.ts';
import { openSqliteStore } from '../../shared/store/sqlite.ts';
import { type CountedStore, countedStore, keptContact, putCustomer, putFormer, user } from './kit/contacts.ts';

const workspaceId = 'e0000000-0000-4000-8000-00000000000a';
const otherId = 'e0000000-0000-4000-8000-00000000000b';
const tenant = (number: number) => `a0000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

let folder: string;
let counted: CountedStore;
let workspace: WorkspaceStore;
let nowMs = 1_000;
const app = { clock: { now: () => nowMs } };

/** 40 customers of 0 to 11 users each; of the last ones some are paused, some were removed, one is connected again. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenantry-contacts-'));
  counted = countedStore(openSqliteStore({ file: join(folder, 'store.db'), clock: app.clock }));
  workspace = openWorkspaceStore(counted.store, workspaceId);
  for (let number = 1; number <= 40; number += 1) {
    const users = Array.from({ length: number % 12 }, (_, index) => user(number, index));
    await putCustomer(
      workspace,
      { tenantId: tenant(number), name: `Customer ${String(41 - number).padStart(2, '0')}` },
      users,
    );
  }
  await putCustomer(workspace, { tenantId: tenant(41), name: 'Paused', status: 'Paused' }, [user(41, 0), user(41, 1)]);
  await putCustomer(workspace, { tenantId: tenant(42), name: 'Refused', status: 'AuthError' }, [user(42, 0)]);
  await putCustomer(workspace, { tenantId: tenant(43), name: 'Missing', missingSince: '2026-03-01T00:00:00.000Z' }, [
    user(43, 0),
  ]);
  await putFormer(workspace, { tenantId: tenant(44), name: 'Removed' }, [
    keptContact(44, 0),
    keptContact(44, 1),
    keptContact(44, 2),
  ]);
  // Connected again: two of its three users are back, one has left meanwhile.
  await putFormer(workspace, { tenantId: tenant(45), name: 'Back' }, [
    keptContact(45, 0),
    keptContact(45, 1),
    keptContact(45, 2),
  ]);
  await putCustomer(workspace, { tenantId: tenant(45), name: 'Back' }, [user(45, 0), user(45, 1), user(45, 3)]);
  // The first sync under way: users are stored, and not counted yet.
  await putCustomer(workspace, { tenantId: tenant(46), name: 'New', status: 'Pending', counted: false }, [user(46, 0)]);
  // Never synced, so no partition to look at.
  await putCustomer(workspace, { tenantId: tenant(47), name: 'Untouched', status: null }, []);
  const other = openWorkspaceStore(counted.store, otherId);
  await putCustomer(other, { tenantId: tenant(1), name: 'Of another workspace' }, [user(1, 90), user(1, 91)]);
});
afterAll(async () => {
  await counted.store.close();
  await rm(folder, { recursive: true, force: true });
});

/** Follows the cursor to the end. */
async function all(filter: ContactFilter, budget: Partial<SearchBudget> = {}, members?: ReadonlySet<string>) {
  const found: string[] = [];
  const sizes: number[] = [];
  let cursor: string | undefined;
  let page: Awaited<ReturnType<typeof searchContacts>>;
  let searched = 0;
  do {
    page = await searchContacts(app, workspace, { filter, cursor, members, budget: { ...pageBudget, ...budget } });
    found.push(...page.items.map(({ customerName, userPrincipalName }) => `${customerName} ${userPrincipalName}`));
    sizes.push(page.items.length);
    expect(page.searched).toBeGreaterThanOrEqual(searched);
    searched = page.searched;
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  expect(page.searched).toBe(page.customers);
  return { found, sizes, contacts: page.contacts };
}

const usersOfForty = Array.from({ length: 40 }, (_, index) => (index + 1) % 12).reduce((sum, users) => sum + users, 0);
/** Those, and 2 + 1 + 1 of customers that stand still, 3 + 1 kept, 3 + 1 of customers that are synced. */
const everyone = usersOfForty + 4 + 4 + 4;

describe('the whole list', () => {
  it.each<[string, Partial<SearchBudget>]>([
    ['in one go', { contacts: 10_000 }],
    ['a hundred at a time', {}],
    ['seven at a time', { contacts: 7 }],
    ['one at a time', { contacts: 1 }],
    ['three tenants at a time', { tenants: 3 }],
    ['a few documents at a time', { documents: 5 }],
    ['five contacts and two tenants at a time', { contacts: 5, tenants: 2 }],
  ])('MP-12 gives everyone once, in the same order: %s', async (_, budget) => {
    const { found, sizes } = await all({}, budget);
    expect(found).toHaveLength(everyone);
    expect(new Set(found).size).toBe(everyone);
    expect(found).toEqual((await all({}, { contacts: 10_000 })).found);
    for (const size of sizes) expect(size).toBeLessThanOrEqual(budget.contacts ?? 100);
  });

  it('goes by customer, then by user name, those who were kept last', async () => {
    const { found } = await all({ tenantId: tenant(45) });
    expect(found).toEqual([
      'Back u0000@t45.example',
      'Back u0001@t45.example',
      'Back u0003@t45.example',
      'Back u0002@t45.example',
    ]);
    const names = (await all({})).found.map((text) => text.replace(/ u\d+@.*/, ''));
    expect(names).toEqual([...names].sort((a, b) => a.localeCompare(b, 'en')));
  });

  it('asks no tenant that holds nothing, and none twice for a list that fits', async () => {
    counted.reset();
    await all({}, { contacts: 10_000 });
    const asked = counted.queries.filter(({ container }) => container === 'directory').map(({ pk }) => pk);
    // The one that is back is asked for its users and for those who were kept.
    expect(asked.filter((pk) => pk === `${workspaceId}|${tenant(45)}`)).toHaveLength(2);
    expect(new Set(asked).size).toBe(asked.length - 1);
    for (const number of [12, 24, 36, 47]) expect(asked).not.toContain(`${workspaceId}|${tenant(number)}`);
    expect(counted.queries.every(({ pk }) => pk.startsWith(workspaceId))).toBe(true);
  });

  it('fills a first page without reading ahead', async () => {
    counted.reset();
    await searchContacts(app, workspace, { filter: {}, budget: { ...pageBudget, contacts: 3 } });
    expect(counted.queries.filter(({ container }) => container === 'directory').length).toBeLessThanOrEqual(3);
  });

  it('counts what there is, or says that it does not know', async () => {
    expect((await all({})).contacts).toBeNull();
    expect((await all({ tenantId: tenant(11) })).contacts).toBe(11);
    expect((await all({ state: 'ended' })).contacts).toBe(6);
  });
});

describe('a search', () => {
  it.each<[ContactFilter, number]>([
    [{ text: 'u0010' }, 3],
    [{ text: 't41.example' }, 2],
    [{ customer: 'customer 40' }, 1],
    [{ customer: 'nobody' }, 0],
    [{ state: 'ended' }, 4],
    [{ state: 'paused' }, 4],
    [{ text: 'nobody' }, 0],
    [{ department: 'finance', customer: 'Removed' }, 1],
  ])('MP-12 SY-44 for %j finds %i, whatever the budget', async (filter, expected) => {
    for (const budget of [{}, { tenants: 4 }, { documents: 3 }, { contacts: 1 }]) {
      const { found } = await all(filter, budget);
      expect(found).toHaveLength(expected);
    }
  });

  it('says how far it has come when its budget is used up', async () => {
    const budget = { ...pageBudget, tenants: 10 };
    const first = await searchContacts(app, workspace, { filter: { text: 'nobody' }, budget });
    expect(first).toMatchObject({ items: [], searched: 10, customers: 43 });
    const second = await searchContacts(app, workspace, {
      filter: { text: 'nobody' },
      cursor: first.cursor ?? undefined,
      budget,
    });
    expect(second.searched).toBe(20);
  });

  it('ends when its time is over, after what it has begun', async () => {
    const slow = { clock: { now: () => (nowMs += 300) } };
    const page = await searchContacts(slow, workspace, {
      filter: { text: 'nobody' },
      budget: { ...pageBudget, durationMs: 1_000 },
    });
    expect(page.cursor).not.toBeNull();
    expect(page.searched).toBeGreaterThan(0);
    expect(page.searched).toBeLessThan(page.customers);
  });

  it('finds the members of a group', async () => {
    const members = new Set([user(11, 3).userId, user(11, 4).userId, 'somebody else']);
    expect((await all({ tenantId: tenant(11), groupId: 'g' }, {}, members)).found).toHaveLength(2);
  });

  it('refuses a cursor of another search', async () => {
    const { cursor } = await searchContacts(app, workspace, { filter: {}, budget: { ...pageBudget, contacts: 1 } });
    const again = searchContacts(app, workspace, { filter: { text: 'x' }, cursor: cursor ?? '' });
    await expect(again).rejects.toMatchObject({ status: 400 });
    await expect(searchContacts(app, workspace, { filter: {}, cursor: 'junk' })).rejects.toMatchObject({ status: 400 });
  });
});

describe('while things change', () => {
  it('goes on after a tenant that was removed between two pages', async () => {
    const extra = openWorkspaceStore(counted.store, 'e0000000-0000-4000-8000-00000000000c');
    for (const number of [1, 2, 3])
      await putCustomer(extra, { tenantId: tenant(number), name: `C${number}` }, [user(number, 0), user(number, 1)]);
    const budget = { ...pageBudget, contacts: 3 };
    const first = await searchContacts(app, extra, { filter: {}, budget });
    await extra.customers.delete(`customer:${tenant(2)}`);
    const second = await searchContacts(app, extra, { filter: {}, cursor: first.cursor ?? '', budget });
    expect(second.items.map(({ customerName }) => customerName)).toEqual(['C3', 'C3']);
    expect(second.cursor).toBeNull();
  });

  it('gives nobody twice when somebody is added before the place where it stopped', async () => {
    const extra = openWorkspaceStore(counted.store, 'e0000000-0000-4000-8000-00000000000d');
    await putCustomer(
      extra,
      { tenantId: tenant(1), name: 'C' },
      [2, 4, 6].map((index) => user(1, index)),
    );
    const budget = { ...pageBudget, contacts: 2 };
    const first = await searchContacts(app, extra, { filter: {}, budget });
    await putCustomer(
      extra,
      { tenantId: tenant(1), name: 'C' },
      [0, 1, 2, 3, 4, 5, 6].map((index) => user(1, index)),
    );
    const second = await searchContacts(app, extra, { filter: {}, cursor: first.cursor ?? '', budget });
    expect(second.items.map(({ userPrincipalName }) => userPrincipalName)).toEqual([
      'u0005@t1.example',
      'u0006@t1.example',
    ]);
  });

  it('gives everyone once who shares a user name', async () => {
    const extra = openWorkspaceStore(counted.store, 'e0000000-0000-4000-8000-00000000000e');
    const same = Array.from({ length: 250 }, (_, index) => ({
      ...user(1, index),
      userPrincipalName: 'same@t.example',
    }));
    await putCustomer(extra, { tenantId: tenant(1), name: 'C' }, same);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await searchContacts(app, extra, { filter: {}, cursor });
      seen.push(...page.items.map(({ userId }) => userId));
      cursor = page.cursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toHaveLength(250);
    expect(new Set(seen).size).toBe(250);
  });
});

describe('with 2,000 customers', () => {
  let many: WorkspaceStore;
  beforeAll(async () => {
    many = openWorkspaceStore(counted.store, 'e0000000-0000-4000-8000-00000000000f');
    for (let number = 1; number <= 2000; number += 1)
      await putCustomer(many, { tenantId: tenant(number), name: `C ${number}` }, [user(number, 0), user(number, 1)]);
  }, 120_000);

  it('a page reads what it shows, and the list of customers', async () => {
    counted.reset();
    const page = await searchContacts(app, many, { filter: {} });
    expect(page).toMatchObject({ customers: 2000, contacts: 4000 });
    expect(page.items).toHaveLength(100);
    expect(counted.queries.filter(({ container }) => container === 'directory').length).toBeLessThan(100);
    expect(counted.queries.filter(({ container }) => container === 'customers').length).toBeLessThan(10);
  });

  it('a search asks a thousand of them at most, and a second one the rest', async () => {
    counted.reset();
    const first = await searchContacts(app, many, { filter: { text: 'u0001@t7.' } });
    expect(first.searched).toBe(1000);
    expect(counted.queries.filter(({ container }) => container === 'directory')).toHaveLength(1000);
    const second = await searchContacts(app, many, { filter: { text: 'u0001@t7.' }, cursor: first.cursor ?? '' });
    expect(second).toMatchObject({ searched: 2000, cursor: null });
    expect([...first.items, ...second.items].map(({ customerName }) => customerName)).toEqual(['C 7']);
  });

  it('an export gives everyone once, customer by customer', async () => {
    const { csv, next } = await exportContacts(many, { filter: {} });
    expect(next).toBeNull();
    const ids = csv
      .split('\r\n')
      .slice(1, -1)
      .map((line) => line.split(',').at(-1));
    expect(ids).toHaveLength(4000);
    expect(new Set(ids).size).toBe(4000);
  });

  it('an export in parts gives the same as one file', async () => {
    const filter = { hasMobile: true };
    const whole = await exportContacts(many, { filter });
    const parts = exportParts(selectPlaces(await readPlaces(many), filter), 1_500);
    expect(parts.length).toBeGreaterThan(2);
    const files = await Promise.all(
      parts.map(({ from, until }) =>
        exportContacts(many, {
          filter,
          from: toToken(filter, from),
          until: until ? toToken(filter, until) : undefined,
        }),
      ),
    );
    const rows = files.flatMap(({ csv }) => csv.split('\r\n').slice(1, -1));
    expect(rows).toEqual(whole.csv.split('\r\n').slice(1, -1));
    expect(rows).toHaveLength(2000);
    expect(files.map(({ next }) => next === null)).toEqual(parts.map((_, index) => index === parts.length - 1));
  });
});

it('knows which tenants have contacts, and since when they stand still', async () => {
  const places = await readPlaces(workspace);
  expect(places).toHaveLength(47);
  const of = (number: number) => places.find(({ tenantId }) => tenantId === tenant(number));
  expect(of(1)).toMatchObject({ users: 1, kept: 0, state: 'synced', since: null });
  expect(of(41)).toMatchObject({ state: 'paused', since: '2026-02-01T00:00:00.000Z' });
  expect(of(43)).toMatchObject({ state: 'paused', since: '2026-03-01T00:00:00.000Z' });
  expect(of(44)).toMatchObject({ users: 0, kept: 3 });
  expect(of(45)).toMatchObject({ users: 3, kept: 3 });
  expect(of(46)).toMatchObject({ users: null });
  expect(of(47)).toMatchObject({ users: 0 });
});
