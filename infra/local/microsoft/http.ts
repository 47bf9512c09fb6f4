// The small server frame of the simulated Microsoft: requests and answers as plain values, faults and statistics
// applied around each handler. Identity, Graph, Partner Center and the control API are handlers on it.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { applyAnswerFaults, preemptingAnswer } from './fault-answers.ts';
import type { Faults, OriginName } from './faults.ts';
import type { Grant, Stats } from './stats.ts';
import { unverifiedTenantId } from './tokens.ts';
import type { World } from './world.ts';

export interface SimRequest {
  method: string;
  url: URL;
  /** The decoded-as-sent path, e.g. `/v1.0/users/delta`. */
  path: string;
  query: URLSearchParams;
  /** Lower-case names; repeated headers are joined with a comma. */
  headers: Record<string, string | undefined>;
  body: Buffer;
  /** Parses the body as JSON; throws SyntaxError when it is not. */
  json(): unknown;
  /** Parses the body as a URL-encoded form. */
  form(): URLSearchParams;
  cookies: Map<string, string>;
}

export interface SimResponse {
  status: number;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
}

export interface SimOrigins {
  login: string;
  graph: string;
  partnerCenter: string;
}

export interface SimSettings {
  /** How long after consent the service principal and its roles begin to work, in simulator milliseconds. */
  propagationDelayMs: number;
  /** How much longer application roles take: tokens of that time are issued, but lack the roles. */
  rolePropagationDelayMs: number;
  /** When true a consent is recorded but never takes effect. */
  neverPropagate: boolean;
}

export interface SimContext {
  world: World;
  clock: { now(): number };
  /** Seeded random in [0, 1): for fault rates and jitter, never for secrets. */
  random(): number;
  faults: Faults;
  origins: SimOrigins;
  settings: SimSettings;
  log(message: string, fields?: Record<string, unknown>): void;
  /**
   * Tells the keeper of the snapshot that the world changed. The frame calls it after every Graph and Partner Center
   * request that is neither GET nor `$batch`; handlers call it for other changes.
   * @param tenantId the customer whose users, licences, subscriptions or name changed; without it only the rest is
   * saved again (apps, consent, relationships, groups, partners' own tenants, sessions, tokens)
   */
  changed(tenantId?: string): void;
  /** Tells the statistics which permissions allowed an operation. */
  granted(grant: Grant): void;
}

export type SimHandler = (request: SimRequest, context: SimContext) => Promise<SimResponse>;

/** Answers JSON. Extra headers win over the content type. */
export function jsonResponse(status: number, value: unknown, headers: Record<string, string> = {}): SimResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(value),
  };
}

export interface SimServerOptions {
  /** `control` has no faults, no latency and no statistics. */
  name: OriginName | 'control';
  handler: SimHandler;
  context: SimContext;
  stats: Stats;
  /** 0 picks a free port. */
  port: number;
}

/** Starts one origin on 127.0.0.1 and resolves with the server once it listens; rejects when the port is taken. */
export function listenSim(options: SimServerOptions): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    serve(options, incoming, outgoing).catch((error: unknown) => {
      options.context.log('simulator handler failed', {
        origin: options.name,
        path: incoming.url,
        error: String(error),
      });
      if (!outgoing.headersSent) outgoing.writeHead(500, { 'content-type': 'application/json' });
      outgoing.end(JSON.stringify({ error: { code: 'simulatorBug', message: String(error) } }));
    });
  });
  server.keepAliveTimeout = 65_000;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', () => {
      server.removeListener('error', reject);
      resolve(server);
    });
  });
}

async function serve(options: SimServerOptions, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const request = await readRequest(incoming);
  if (options.name === 'control') return send(outgoing, await options.handler(request, options.context));
  const { context, stats, name } = options;
  const finished = stats.begin(name, request.method, request.path);
  let status = 0;
  try {
    const { method, path } = request;
    const subject = { origin: name, method, path, tenantId: tenantOf(name, request) };
    const hits = context.faults.requestFaults(subject);
    const waitMs = hits.reduce(
      (sum, rule) => (rule.kind === 'latency' ? sum + (rule.latencyMs ?? 0) : sum),
      context.faults.fixedLatencyMs,
    );
    if (waitMs > 0) await delay(waitMs);
    if (hits.some((rule) => rule.kind === 'outage' || (rule.kind === 'reset' && rule.phase !== 'after'))) {
      outgoing.destroy();
      return;
    }
    const refused = preemptingAnswer({ origin: name, headers: request.headers }, hits, context.clock.now());
    const answer = refused ?? (await options.handler(request, context));
    if (!refused && name !== 'login' && request.method !== 'GET' && !request.path.endsWith('/$batch')) {
      context.changed(subject.tenantId ?? undefined);
    }
    if (hits.some((rule) => rule.kind === 'reset')) {
      outgoing.destroy();
      return;
    }
    status = answer.status;
    await applyAnswerFaults(outgoing, refused ? [] : hits, answer, send);
  } finally {
    finished(status);
  }
}

/** The tenant a request is about: of the path at the login origin, of the (unverified) token elsewhere. */
function tenantOf(name: OriginName, request: SimRequest): string | null {
  if (name === 'login') return request.path.split('/')[1] ?? null;
  if (name === 'partnerCenter') {
    const customer = /^\/v1\/customers\/([0-9a-f-]{36})/i.exec(request.path)?.[1];
    if (customer) return customer.toLowerCase();
  }
  return unverifiedTenantId(request.headers['authorization']);
}

async function readRequest(incoming: IncomingMessage): Promise<SimRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const url = new URL(incoming.url ?? '/', `http://${incoming.headers.host ?? 'localhost'}`);
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return {
    method: incoming.method ?? 'GET',
    url,
    path: url.pathname,
    query: url.searchParams,
    headers,
    body,
    json: () => JSON.parse(body.toString('utf8')),
    form: () => new URLSearchParams(body.toString('utf8')),
    cookies: parseCookies(headers['cookie']),
  };
}

function parseCookies(header: string | undefined): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0) cookies.set(part.slice(0, at).trim(), part.slice(at + 1).trim());
  }
  return cookies;
}

function send(outgoing: ServerResponse, answer: SimResponse): void {
  const body = answer.body ?? '';
  outgoing.writeHead(answer.status, { ...answer.headers, 'content-length': String(Buffer.byteLength(body)) });
  outgoing.end(body);
}
