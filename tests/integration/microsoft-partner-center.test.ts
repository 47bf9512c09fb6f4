// The Partner Center client against a real HTTP server.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countingToken, json, openAt, type Stub, startStub } from './microsoft-stub.ts';

let stub: Stub;
beforeEach(async () => {
  stub = await startStub();
});
afterEach(() => stub.close());

function client() {
  const token = countingToken();
  return { partnerCenter: openAt(stub.origin).microsoft.partnerCenter(token), token };
}

const tenantOf = (index: number) => `6f2c1a52-4a8d-4a0e-9d5f-00000000000${index}`;
const item = (index: number) => ({
  id: tenantOf(index),
  companyProfile: { tenantId: tenantOf(index), companyName: `Customer ${index}`, domain: `c${index}.example` },
});

describe('whether the sign-in had MFA', () => {
  it.each([
    [200, 'true', true],
    [200, 'false', false],
    [403, 'True', true],
  ])('reads the header of a %i: %s', async (status, header, answer) => {
    stub.replies.push(json(status, { items: [] }, { isMfaCompliant: header }));
    expect(await client().partnerCenter.isMfaCompliant()).toBe(answer);
    expect(stub.asked[0]?.headers).toMatchObject({ validatemfa: 'true', authorization: 'Bearer t1' });
  });

  it('takes 401 with 900421 for a no, without asking for another token', async () => {
    stub.replies.push(json(401, { code: '900421', description: 'MFA is required.' }));
    const { partnerCenter, token } = client();
    expect(await partnerCenter.isMfaCompliant()).toBe(false);
    expect(token.renewals).toBe(0);
  });

  it('does not take silence for a yes', async () => {
    stub.replies.push(json(200, { items: [] }));
    await expect(client().partnerCenter.isMfaCompliant()).rejects.toMatchObject({ code: 'mfa_unknown' });
  });

  it.each([
    [401, 'interaction'],
    [500, 'transient'],
  ])('surfaces a %i without an answer to the question', async (status, kind) => {
    stub.replies.push(json(status, {}));
    await expect(client().partnerCenter.isMfaCompliant()).rejects.toMatchObject({ kind, source: 'partnerCenter' });
  });
});

describe('the list of customers', () => {
  const collect = async () => {
    const names: string[] = [];
    for await (const page of client().partnerCenter.customers()) names.push(...page.map(({ name }) => name));
    return names;
  };

  it('is read page by page, the continuation token in its header', async () => {
    stub.replies.push(
      json(200, { items: [item(1)], continuationToken: 'c1' }),
      json(200, {
        items: [item(2)],
        links: { next: { uri: '/x', headers: [{ key: 'MS-ContinuationToken', value: 'c2' }] } },
      }),
      json(200, { items: [{ id: tenantOf(3).toUpperCase(), companyProfile: { domain: 'c3.example' } }] }),
    );
    expect(await collect()).toEqual(['Customer 1', 'Customer 2', 'c3.example']);
    expect(stub.asked.map(({ headers }) => headers['ms-continuationtoken'])).toEqual([undefined, 'c1', 'c2']);
    expect(stub.asked[1]?.path).toContain('seekOperation=Next');
  });

  it('keeps the request id through a repetition, and the byte order mark out of the JSON', async () => {
    stub.replies.push(json(503, {}, { 'retry-after': '0' }), (_asked, response) => {
      response.end(`\uFEFF${JSON.stringify({ items: [item(1)] })}`);
    });
    expect(await collect()).toEqual(['Customer 1']);
    const ids = stub.asked.map(({ headers }) => headers['ms-requestid']);
    expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(ids[1]).toBe(ids[0]);
  });

  it('surfaces the 403 of an indirect reseller as a missing permission', async () => {
    stub.replies.push(json(403, { code: '600009', description: 'Not allowed.' }));
    await expect(collect()).rejects.toMatchObject({ kind: 'permission', status: 403 });
  });

  it('does not go round in circles', async () => {
    stub.replies.push(json(200, { items: [], continuationToken: 'same' }));
    await expect(collect()).rejects.toMatchObject({ code: 'unexpected_answer' });
    expect(stub.asked).toHaveLength(2);
  });
});
