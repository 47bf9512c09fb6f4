import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import type { HttpResponseInit } from '@azure/functions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HttpFunction } from '../../functions/define.ts';
import { healthFunction } from '../../functions/http/health.ts';
import { type RunningHost, startHost } from '../../infra/local/host/start-host.ts';
import { type HostApp, openHostApp } from '../fixtures/host-app.ts';

const maxBodyBytes = 64 * 1024;

function route(
  name: string,
  methods: HttpFunction['methods'],
  template: string,
  run: HttpFunction['run'],
): HttpFunction {
  return { kind: 'http', name, methods, route: template, access: 'public', run };
}

const slow = Promise.withResolvers<void>();
const functions: HttpFunction[] = [
  healthFunction,
  route('home', ['GET'], '{ignored:maxlength(0)?}', async () => ({ body: 'home' })),
  route('echo', ['POST'], 'echo/{tenantId}', async (request, context) => ({
    status: 201,
    jsonBody: {
      text: await request.text(),
      params: request.params,
      query: request.query.getAll('q'),
      method: request.method,
      url: request.url,
      header: request.headers.get('x-probe'),
      functionName: context.functionName,
    },
  })),
  route('cookies', ['GET'], 'cookies', async () => ({
    status: 204,
    headers: { 'x-own': 'yes' },
    cookies: [
      {
        name: '__Host-session',
        value: 'a=b;c d',
        path: '/',
        secure: true,
        httpOnly: true,
        sameSite: 'Lax',
        maxAge: 60,
      },
      { name: 'gone', value: '', expires: new Date(0) },
    ],
  })),
  route('throws', ['GET'], 'throws', async () => {
    throw new Error('the inner detail');
  }),
  route('nonsense', ['GET'], 'nonsense', async (): Promise<HttpResponseInit> => ({ status: 99 })),
  route('logs', ['GET'], 'logs', async (_request, context) => {
    context.warn('from the context', { refresh_token: 'hidden' });
    return {};
  }),
  route('slow', ['GET'], 'slow', async () => {
    await slow.promise;
    return { body: 'done' };
  }),
];

let hostApp: HostApp;
let host: RunningHost;
let origin: string;

beforeAll(async () => {
  hostApp = await openHostApp();
  host = await startHost({ functions, app: hostApp.app, port: 0, roles: ['http'], settings: { maxBodyBytes } });
  origin = `http://127.0.0.1:${host.port}`;
});
afterAll(async () => {
  await host.stop();
  await hostApp.close();
});

/** Bytes as they are, for what no client library sends. */
function sendRaw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(host.port ?? 0, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('HTTP of the one-machine host', () => {
  it('gives a function the request as Azure would', async () => {
    const response = await fetch(`${origin}/echo/T%20one?q=1&q=2`, {
      method: 'POST',
      headers: { 'x-probe': 'p' },
      body: 'grüße',
    });
    expect(response.status).toBe(201);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({
      text: 'grüße',
      params: { tenantId: 'T one' },
      query: ['1', '2'],
      method: 'POST',
      url: `${origin}/echo/T%20one?q=1&q=2`,
      header: 'p',
      functionName: 'echo',
    });
  });

  it('serves the root page', async () => {
    expect(await (await fetch(origin)).text()).toBe('home');
  });

  it('sends cookies each in a header of its own, encoded', async () => {
    const response = await fetch(`${origin}/cookies`);
    expect(response.status).toBe(204);
    expect(response.headers.get('x-own')).toBe('yes');
    expect(response.headers.getSetCookie()).toEqual([
      '__Host-session=a%3Db%3Bc%20d; Max-Age=60; Path=/; Secure; HttpOnly; SameSite=Lax',
      'gone=; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
    ]);
  });

  it('answers HEAD with the headers of GET and no content', async () => {
    const head = await fetch(origin, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.headers.get('content-length')).toBe('4');
    expect(await head.text()).toBe('');
  });

  it('answers 404 and 405 as problem+json, the latter with Allow', async () => {
    const missing = await fetch(`${origin}/nowhere`);
    expect(missing.status).toBe(404);
    expect(missing.headers.get('content-type')).toBe('application/problem+json');
    expect(await missing.json()).toMatchObject({ type: 'urn:tenantry:problem:not_found', status: 404 });
    const wrong = await fetch(`${origin}/echo/x`, { method: 'DELETE' });
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get('allow')).toBe('POST');
  });

  it('answers 500 for a function that throws: no stack, no inner message, an id that the log has too', async () => {
    const response = await fetch(`${origin}/throws`);
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(text).not.toMatch(/inner detail|\.ts|stack/);
    const { correlationId } = JSON.parse(text);
    const line = hostApp.lines.find(({ fields }) => fields['correlationId'] === correlationId);
    expect(line).toMatchObject({ level: 'error', fields: { path: '/throws', error: { message: 'the inner detail' } } });
  });

  it('answers 500 for an answer that cannot be sent', async () => {
    expect((await fetch(`${origin}/nonsense`)).status).toBe(500);
  });

  it('logs what a function says, redacted, with its name', async () => {
    await fetch(`${origin}/logs`);
    const line = hostApp.lines.find(({ message }) => message === 'from the context');
    expect(line).toMatchObject({ level: 'warn', fields: { function: 'logs' } });
    expect(JSON.stringify(line)).not.toContain('hidden');
  });

  it('takes a body up to the limit and refuses one beyond it, before reading it', async () => {
    const post = (bytes: number) =>
      fetch(`${origin}/echo/x`, { method: 'POST', body: 'x'.repeat(bytes) }).then(({ status }) => status);
    expect(await post(maxBodyBytes)).toBe(201);
    expect(await post(maxBodyBytes + 1)).toBe(413);
    expect(await Promise.all([1, 2, 3, 4].map(() => post(maxBodyBytes * 100)))).toEqual([413, 413, 413, 413]);
    const answer = await sendRaw(
      `POST /echo/x HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${maxBodyBytes * 2000}\r\n\r\nbegin`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('asks for a length where Azure would hand on an empty body', async () => {
    const status = await new Promise((resolve, reject) => {
      const request = httpRequest(`${origin}/echo/x`, { method: 'POST' }, (response) => resolve(response.statusCode));
      request.on('error', reject);
      request.write('in ');
      request.end('chunks');
    });
    expect(status).toBe(411);
  });

  it.each(['GET /% HTTP/1.1\r\nHost: a', 'GET /a HTTP/1.1\r\nHost: a@b', 'GET http://other/ HTTP/1.1\r\nHost: a'])(
    'answers 400 to %j',
    async (head) => {
      expect(await sendRaw(`${head}\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
    },
  );

  it('tells on /health whether store and queue answer, and nothing else', async () => {
    const response = await fetch(`${origin}/health`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'ok', store: 'reachable', queue: 'reachable' });
  });

  it('answers 503 on /health when the store does not answer', async () => {
    const { app } = hostApp;
    const store = { ...app.store, read: () => Promise.reject(new Error('disk gone')) };
    const broken = await startHost({ functions, app: { ...app, store }, port: 0, roles: ['http'] });
    const response = await fetch(`http://127.0.0.1:${broken.port}/health`);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ status: 'unavailable', store: 'unreachable', queue: 'reachable' });
    await broken.stop();
  });

  it('says which port is taken and how to choose another', async () => {
    const port = host.port ?? 0;
    await expect(startHost({ functions, app: hostApp.app, port, roles: ['http'] })).rejects.toThrow(
      new RegExp(`Port ${port} .*taken.*--port.*TENANTRY_PORT`),
    );
  });

  it('answers at a stop what is under way, takes nothing new, and frees the port', async () => {
    const second = await startHost({ functions, app: hostApp.app, port: 0, roles: ['http'] });
    const own = `http://127.0.0.1:${second.port}`;
    const underWay = fetch(`${own}/slow`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const stopped = second.stop();
    await expect(fetch(own)).rejects.toThrow();
    slow.resolve();
    expect(await (await underWay).text()).toBe('done');
    expect(await stopped).toBe(true);
    const third = await startHost({ functions, app: hostApp.app, port: second.port ?? 0, roles: ['http'] });
    await third.stop();
  });

  it('leaves at a stop what does not end in time', async () => {
    const stuck = route('stuck', ['GET'], 'stuck', () => new Promise(() => undefined));
    const second = await startHost({
      functions: [stuck],
      app: hostApp.app,
      port: 0,
      roles: ['http'],
      settings: { stopWithinMs: 200 },
    });
    const underWay = fetch(`http://127.0.0.1:${second.port}/stuck`).catch(() => 'cut');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await second.stop()).toBe(false);
    expect(await underWay).toBe('cut');
  });
});
