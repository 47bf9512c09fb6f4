// The Graph client against a real HTTP server: tokens, retries, paging, batches, and what it refuses to do.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { BatchItem } from '../../shared/microsoft/microsoft.ts';
import { countingToken, json, openAt, reset, type Stub, startStub } from './microsoft-stub.ts';

const user = z.object({ id: z.string() });
let stub: Stub;
let elsewhere: Stub;

beforeEach(async () => {
  stub = await startStub();
  elsewhere = await startStub();
});
afterEach(() => Promise.all([stub.close(), elsewhere.close()]));

function client() {
  const token = countingToken();
  const { microsoft, logged } = openAt(stub.origin);
  return { graph: microsoft.graph(token), token, logged };
}

const denied = { error: { code: 'Authorization_RequestDenied', message: 'Insufficient privileges.' } };

describe('a request', () => {
  it('goes to v1.0 with the token, a client-request-id and Prefer, and is parsed', async () => {
    stub.replies.push(json(200, { id: 'u1' }));
    const { graph } = client();
    expect(await graph.get("/users/u1?$filter=name eq 'a'&$select=id", user)).toEqual({ id: 'u1' });
    expect(stub.asked[0]).toMatchObject({
      method: 'GET',
      path: '/v1.0/users/u1?$filter=name%20eq%20%27a%27&$select=id',
    });
    expect(stub.asked[0]?.headers).toMatchObject({
      authorization: 'Bearer t1',
      prefer: 'include-unknown-enum-members',
      'client-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it('writes with body and headers, and gives undefined for an answer without content', async () => {
    stub.replies.push((_asked, response) => response.writeHead(204).end());
    const { graph } = client();
    expect(await graph.send('PATCH', '/things/1', { a: 1 }, { 'If-Match': 'W/"1"' })).toBeUndefined();
    expect(stub.asked[0]).toMatchObject({ method: 'PATCH', body: '{"a":1}' });
    expect(stub.asked[0]?.headers).toMatchObject({ 'if-match': 'W/"1"', 'content-type': 'application/json' });
  });

  it('renews the token once after a 401', async () => {
    stub.replies.push(json(401, { error: { code: 'InvalidAuthenticationToken' } }), json(200, { id: 'u1' }));
    const { graph, token } = client();
    await graph.get('/me', user);
    expect(stub.asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer t1', 'Bearer t2']);
    expect(token.renewals).toBe(1);
  });

  it('gives up after the second 401', async () => {
    stub.replies.push(json(401, { error: { code: 'InvalidAuthenticationToken' } }));
    await expect(client().graph.get('/me', user)).rejects.toMatchObject({ kind: 'credential', status: 401 });
    expect(stub.asked).toHaveLength(2);
  });

  it('tries a denial with a fresh token, once a client', async () => {
    stub.replies.push(json(403, denied));
    const { graph, token } = client();
    await expect(graph.get('/users', user)).rejects.toMatchObject({ kind: 'permission' });
    await expect(graph.get('/users', user)).rejects.toMatchObject({ kind: 'permission' });
    expect(token.renewals).toBe(1);
    expect(stub.asked).toHaveLength(3);
  });

  it('does not fetch a token because a licence is missing', async () => {
    const code = 'Authentication_RequestFromNonPremiumTenantOrB2CTenant';
    stub.replies.push(json(403, { error: { code, message: 'no premium' } }));
    const { graph, token } = client();
    await expect(graph.get('/users?$select=signInActivity', user)).rejects.toMatchObject({ kind: 'unlicensed' });
    expect(token.renewals).toBe(0);
    expect(stub.asked).toHaveLength(1);
  });

  it('never logs the token, nor the query of an address', async () => {
    stub.replies.push(json(400, { error: { code: 'Request_BadRequest' } }, { 'request-id': 'r-1' }));
    const { graph, logged } = client();
    await expect(graph.get('/users?$skiptoken=abc', user)).rejects.toMatchObject({ kind: 'other' });
    expect(logged()).toContain('r-1');
    expect(logged()).not.toMatch(/t1|Bearer|skiptoken/);
  });
});

describe('failures on the way', () => {
  it.each([429, 503, 502, 504])('sits out a short %i', async (status) => {
    stub.replies.push(json(status, {}, { 'retry-after': '0' }), json(200, { id: 'u1' }));
    await expect(client().graph.get('/me', user)).resolves.toEqual({ id: 'u1' });
    expect(stub.asked).toHaveLength(2);
  });

  it('hands a long Retry-After to the caller at once', async () => {
    stub.replies.push(json(429, { error: { code: 'TooManyRequests' } }, { 'retry-after': '17' }));
    await expect(client().graph.get('/me', user)).rejects.toMatchObject({ kind: 'throttled', retryAfterMs: 17_000 });
    expect(stub.asked).toHaveLength(1);
  });

  it('tries three times at most', async () => {
    stub.replies.push(json(503, {}, { 'retry-after': '0' }));
    await expect(client().graph.get('/me', user)).rejects.toMatchObject({ kind: 'transient', status: 503 });
    expect(stub.asked).toHaveLength(3);
  });

  it('repeats a lost read, but not a lost write', async () => {
    stub.replies.push(reset, json(200, { id: 'u1' }));
    await expect(client().graph.get('/me', user)).resolves.toEqual({ id: 'u1' });
    stub.asked.length = 0;
    stub.replies.splice(0, 1, reset);
    await expect(client().graph.send('POST', '/things', {})).rejects.toMatchObject({ kind: 'transient', status: 0 });
    expect(stub.asked).toHaveLength(1);
  });

  it('takes JSON that breaks off for a passing failure', async () => {
    stub.replies.push((_asked, response) => response.end('{"id":"u'));
    await expect(client().graph.get('/me', user)).rejects.toMatchObject({ kind: 'transient', code: 'broken_answer' });
  });

  it('takes a body that breaks off for a passing failure', async () => {
    stub.replies.push((_asked, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"id":');
      setImmediate(() => response.destroy());
    });
    await expect(client().graph.get('/me', user)).rejects.toMatchObject({ kind: 'transient', status: 0 });
  });

  it('tells an answer of another shape from one that broke off', async () => {
    stub.replies.push(json(200, { name: 'no id' }));
    await expect(client().graph.get('/me', user)).rejects.toMatchObject({ kind: 'other', code: 'unexpected_answer' });
  });

  it('refuses a body beyond all reason, announced or not', async () => {
    stub.replies.push((_asked, response) => response.writeHead(200, { 'content-length': String(2 ** 31) }).write('{'));
    await expect(client().graph.get('/me', user)).rejects.toMatchObject({ code: 'answer_too_large' });
    const megabyte = 'x'.repeat(2 ** 20);
    stub.replies.splice(0, 1, (_asked, response) => {
      for (let sent = 0; sent < 40; sent += 1) response.write(megabyte);
      response.end();
    });
    await expect(client().graph.get('/me', user)).rejects.toMatchObject({ code: 'answer_too_large' });
  });

  it('follows no redirect', async () => {
    stub.replies.push((_asked, response) => response.writeHead(302, { location: `${elsewhere.origin}/x` }).end());
    await expect(client().graph.get('/me', user)).rejects.toMatchObject({ status: 302 });
    expect(elsewhere.asked).toHaveLength(0);
  });
});

describe('pages', () => {
  const collect = async (path: string) => {
    const ids: string[][] = [];
    for await (const page of client().graph.pages(path, user)) ids.push(page.map(({ id }) => id));
    return ids;
  };

  it('follows next links to the letter, through empty pages', async () => {
    const next = '/v1.0/users?$skiptoken=a%2Bb==&$select=id&$top=1&zzz';
    stub.replies.push(
      json(200, { value: [{ id: 'a' }], '@odata.nextLink': `${stub.origin}${next}` }),
      json(200, { value: [], '@odata.nextLink': `${stub.origin}/v1.0/users?$skiptoken=c` }),
      json(200, { value: [{ id: 'b' }] }),
    );
    expect(await collect('/users')).toEqual([['a'], [], ['b']]);
    expect(stub.asked[1]?.path).toBe(next);
  });

  it('sends no token to another origin', async () => {
    stub.replies.push(
      json(200, { value: [{ id: 'a' }], '@odata.nextLink': `${elsewhere.origin}/v1.0/users?$skiptoken=x` }),
    );
    await expect(collect('/users')).rejects.toMatchObject({ code: 'foreign_link' });
    await expect(collect(`${elsewhere.origin}/v1.0/users`)).rejects.toMatchObject({ code: 'foreign_link' });
    expect(elsewhere.asked).toHaveLength(0);
  });

  it('does not go round in circles', async () => {
    stub.replies.push(json(200, { value: [], '@odata.nextLink': `${stub.origin}/v1.0/users?$skiptoken=same` }));
    await expect(collect('/users')).rejects.toMatchObject({ code: 'foreign_link' });
    expect(stub.asked).toHaveLength(2);
  });
});

describe('batches', () => {
  const requests = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ id: `r${index}`, url: `/users/${index}` }));
  const idsOf = (body: string) =>
    z
      .object({ requests: z.array(z.object({ id: z.string() })) })
      .parse(JSON.parse(body))
      .requests.map(({ id }) => id);
  const ok = (id: string) => ({ id, status: 200, body: { id } });
  const answerAll = (): void => {
    stub.replies.push(({ body }, response) => {
      response.end(JSON.stringify({ responses: idsOf(body).map(ok).reverse() }));
    });
  };
  const kinds = (outcomes: ReadonlyMap<string, BatchItem>) =>
    Object.fromEntries([...outcomes].map(([id, item]) => [id, item.ok ? 'ok' : item.error.kind]));

  it('splits by twenty and gives each its own outcome, in whatever order the answers come', async () => {
    answerAll();
    const outcomes = await client().graph.batch(requests(45));
    expect(stub.asked.map(({ body }) => idsOf(body).length)).toEqual([20, 20, 5]);
    expect(outcomes.size).toBe(45);
    expect(outcomes.get('r44')).toEqual({ ok: true, status: 200, body: { id: 'r44' } });
  });

  it('asks nothing for nothing', async () => {
    expect((await client().graph.batch([])).size).toBe(0);
    expect(stub.asked).toHaveLength(0);
  });

  it('sees a 429 inside a 200, sits out a short one for that item alone', async () => {
    stub.replies.push(
      json(200, { responses: [ok('r0'), { id: 'r1', status: 429, headers: { 'Retry-After': '0' }, body: {} }] }),
      json(200, { responses: [ok('r1')] }),
    );
    expect(kinds(await client().graph.batch(requests(2)))).toEqual({ r0: 'ok', r1: 'ok' });
    expect(stub.asked.map(({ body }) => idsOf(body))).toEqual([['r0', 'r1'], ['r1']]);
  });

  it('hands a long one to the caller with its Retry-After', async () => {
    const refused = {
      id: 'r1',
      status: 429,
      headers: { 'retry-after': '30' },
      body: { error: { code: 'TooManyRequests' } },
    };
    stub.replies.push(json(200, { responses: [ok('r0'), refused] }));
    const item = (await client().graph.batch(requests(2))).get('r1');
    expect(item).toMatchObject({ ok: false, error: { kind: 'throttled', retryAfterMs: 30_000 } });
    expect(stub.asked).toHaveLength(1);
  });

  it('takes a missing item for a passing failure of that item', async () => {
    stub.replies.push(json(200, { responses: [ok('r0'), ok('somebody else')] }));
    expect(kinds(await client().graph.batch(requests(2)))).toEqual({ r0: 'ok', r1: 'transient' });
  });

  it('tries denied items with a fresh token, once a client', async () => {
    const refused = { id: 'r1', status: 403, body: denied };
    stub.replies.push(json(200, { responses: [ok('r0'), refused] }), json(200, { responses: [ok('r1')] }));
    const { graph, token } = client();
    expect(kinds(await graph.batch(requests(2)))).toEqual({ r0: 'ok', r1: 'ok' });
    expect(stub.asked[1]?.headers.authorization).toBe('Bearer t2');
    stub.replies.splice(0, 1, json(200, { responses: [ok('r0'), refused] }));
    expect(kinds(await graph.batch(requests(2)))).toEqual({ r0: 'ok', r1: 'permission' });
    expect(token.renewals).toBe(1);
  });

  it('knows a delta reset by the link of the item', async () => {
    const body = {
      error: { code: 'Request_UnsupportedQuery', message: 'DeltaLink older than 30 days is not supported.' },
    };
    stub.replies.push(json(200, { responses: [{ id: 'users', status: 400, body }] }));
    const url = `${stub.origin}/v1.0/users/delta?$deltatoken=old`;
    expect(kinds(await client().graph.batch([{ id: 'users', url }]))).toEqual({ users: 'reset' });
    expect(stub.asked[0]?.body).toContain('"url":"/users/delta?$deltatoken=old"');
  });

  it('sends no item of another origin or version, and the others all the same', async () => {
    answerAll();
    const outcomes = await client().graph.batch([
      { id: 'own', url: `${stub.origin}/v1.0/users` },
      { id: 'foreign', url: `${elsewhere.origin}/v1.0/users` },
      { id: 'lookalike', url: `${stub.origin}.evil.example/v1.0/users` },
      { id: 'schemeless', url: '//evil.example/users' },
      { id: 'beta', url: `${stub.origin}/beta/users` },
    ]);
    expect(kinds(outcomes)).toEqual({
      own: 'ok',
      foreign: 'other',
      lookalike: 'other',
      schemeless: 'other',
      beta: 'other',
    });
    expect(stub.asked.map(({ body }) => idsOf(body))).toEqual([['own']]);
  });

  it('fails as a whole when every call failed, and item by item when one succeeded', async () => {
    stub.replies.push(json(503, {}, { 'retry-after': '60' }));
    await expect(client().graph.batch(requests(2))).rejects.toMatchObject({ kind: 'transient', retryAfterMs: 60_000 });
    stub.replies.splice(
      0,
      1,
      json(200, { responses: requests(20).map(({ id }) => ok(id)) }),
      json(503, {}, { 'retry-after': '60' }),
    );
    const outcomes = kinds(await client().graph.batch(requests(21)));
    expect(outcomes).toMatchObject({ r0: 'ok', r19: 'ok', r20: 'transient' });
  });

  it('refuses two requests of one id', async () => {
    await expect(client().graph.batch([...requests(1), ...requests(1)])).rejects.toThrow(TypeError);
  });

  it('sends bodies and headers of writes', async () => {
    stub.replies.push(json(200, { responses: [{ id: 'w', status: 201, body: { id: 'new' } }] }));
    await client().graph.batch([{ id: 'w', method: 'POST', url: '/things', body: { a: 1 }, headers: { Prefer: 'x' } }]);
    expect(JSON.parse(stub.asked[0]?.body ?? '')).toEqual({
      requests: [
        {
          id: 'w',
          method: 'POST',
          url: '/things',
          body: { a: 1 },
          headers: { 'Content-Type': 'application/json', Prefer: 'x' },
        },
      ],
    });
  });
});
