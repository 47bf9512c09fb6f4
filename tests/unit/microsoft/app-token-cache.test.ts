// The cache of app-only tokens: on our clock, bounded, shared while under way, never set back by an older answer.
import { describe, expect, it } from 'vitest';
import { MINUTE_MS, manualClock } from '../../../shared/clock.ts';
import { explainEntra } from '../../../shared/microsoft/catalogue.ts';
import { openAppTokenCache } from '../../../shared/microsoft/identity/app-token-cache.ts';
import type { OwnApp } from '../../../shared/microsoft/microsoft.ts';

interface Pending {
  tenantId: string;
  ownApp: OwnApp | undefined;
  answer(token: string, expiresIn?: number): Promise<void>;
  fail(error: Error): Promise<void>;
}

function setUp(capacity?: number) {
  const clock = manualClock(1_000_000);
  const asked: Pending[] = [];
  const cache = openAppTokenCache(
    (tenantId, ownApp) =>
      new Promise((resolve, reject) => {
        const settled = () => new Promise<void>((done) => setImmediate(done));
        asked.push({
          tenantId,
          ownApp,
          answer: (token, expiresIn = 3_600) => {
            resolve({ access_token: token, expires_in: expiresIn });
            return settled();
          },
          fail: (error) => {
            reject(error);
            return settled();
          },
        });
      }),
    clock,
    capacity,
  );
  const next = () => {
    const pending = asked.shift();
    if (!pending) throw new Error('nothing was asked of Microsoft');
    return pending;
  };
  return { clock, asked, cache, next };
}

describe('the cache of app-only tokens', () => {
  it('asks once for all who wait, and not again while the token is good', async () => {
    const { cache, asked, next } = setUp();
    const source = cache.source('a');
    const both = Promise.all([source.get(), cache.source('a').get()]);
    expect(asked).toHaveLength(1);
    await next().answer('t1');
    expect(await both).toEqual(['t1', 't1']);
    expect(await source.get()).toBe('t1');
    expect(asked).toHaveLength(0);
  });

  it('asks again five minutes before the end, by the clock that it was given', async () => {
    const { cache, clock, asked, next } = setUp();
    const first = cache.source('a').get();
    await next().answer('t1', 3_600);
    await first;
    clock.advance(55 * MINUTE_MS - 1);
    expect(await cache.source('a').get()).toBe('t1');
    clock.advance(1);
    const second = cache.source('a').get();
    expect(asked).toHaveLength(1);
    await next().answer('t2');
    expect(await second).toBe('t2');
  });

  it('uses a token that lives shorter than that for half its life', async () => {
    const { cache, clock, asked, next } = setUp();
    const first = cache.source('a').get();
    await next().answer('t1', 120);
    await first;
    clock.advance(MINUTE_MS - 1);
    expect(await cache.source('a').get()).toBe('t1');
    clock.advance(1);
    void cache.source('a').get();
    expect(asked).toHaveLength(1);
  });

  it('renews whatever it holds, and replaces it', async () => {
    const { cache, next } = setUp();
    const first = cache.source('a').get();
    await next().answer('old');
    await first;
    const renewal = cache.source('a').renew();
    await next().answer('new');
    expect(await renewal).toBe('new');
    expect(await cache.source('a').get()).toBe('new');
  });

  it('does not let an answer that was asked for earlier replace a renewed one', async () => {
    const { cache, next } = setUp();
    const early = cache.source('a').get();
    const slow = next();
    const renewal = cache.source('a').renew();
    await next().answer('new');
    await renewal;
    await slow.answer('old roles');
    await early;
    expect(await cache.source('a').get()).toBe('new');
  });

  it('forgets a failed request, so that the next one asks again', async () => {
    const { cache, next } = setUp();
    const first = cache.source('a').get();
    const refused = expect(first).rejects.toThrow('down');
    await next().fail(new Error('down'));
    await refused;
    const second = cache.source('a').get();
    await next().answer('t');
    expect(await second).toBe('t');
  });

  it('drops the token of a tenant that refuses to renew it, but keeps it through an outage', async () => {
    const { cache, asked, next } = setUp();
    const first = cache.source('a').get();
    await next().answer('t1');
    await first;

    const outage = expect(cache.source('a').renew()).rejects.toMatchObject({ kind: 'transient' });
    await next().fail(explainEntra('', 503));
    await outage;
    expect(await cache.source('a').get()).toBe('t1');

    const revoked = expect(cache.source('a').renew()).rejects.toMatchObject({ kind: 'consent' });
    await next().fail(explainEntra({ error: 'invalid_client', error_codes: [7000229] }, 401));
    await revoked;
    void cache.source('a').get();
    expect(asked).toHaveLength(1);
  });

  it('keeps tenants apart and lets go of the one unused for longest', async () => {
    const { cache, asked, next } = setUp(2);
    for (const tenantId of ['a', 'b']) {
      const got = cache.source(tenantId).get();
      await next().answer(`token of ${tenantId}`);
      await got;
    }
    expect(await cache.source('a').get()).toBe('token of a');
    const third = cache.source('c').get();
    await next().answer('token of c');
    await third;
    expect(cache.size()).toBe(2);
    expect(await cache.source('a').get()).toBe('token of a');
    void cache.source('b').get();
    expect(asked.map(({ tenantId }) => tenantId)).toEqual(['b']);
  });

  it('holds the tokens of an own app apart, and those of the same app with another secret', async () => {
    const { cache, asked, next } = setUp();
    const own = (secret: string) => ({ clientId: 'A', proof: { kind: 'secret', secret } }) as const;
    const sources = [cache.source('a'), cache.source('a', own('1')), cache.source('a', own('2'))];
    const all = Promise.all(sources.map((source) => source.get()));
    expect(asked.map(({ ownApp }) => ownApp?.proof)).toEqual([undefined, own('1').proof, own('2').proof]);
    for (const token of ['tenantry', 'one', 'two']) await next().answer(token);
    expect(await all).toEqual(['tenantry', 'one', 'two']);
    expect(await cache.source('a', own('1')).get()).toBe('one');
    expect(asked).toHaveLength(0);
  });
});
