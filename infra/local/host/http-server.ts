// The HTTP side of the one-machine host: node:http on loopback, in front of the functions' routes.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HttpResponseInit } from '@azure/functions';
import type { HttpFunction } from '../../../functions/define.ts';
import type { App } from '../../../shared/app.ts';
import { createInvocation } from './invocation.ts';
import { readBody, requestUrl, sendResponse, toHttpRequest } from './messages.ts';
import {
  failedProblem,
  lengthRequiredProblem,
  malformedProblem,
  methodNotAllowedProblem,
  notFoundProblem,
  problemResponse,
  stoppingProblem,
  tooLargeProblem,
} from './problems.ts';
import { createRouteTable, type RouteTable } from './route-table.ts';

export interface HttpSettings {
  /** 0 for any free port. */
  port: number;
  maxBodyBytes: number;
}

export interface HttpSide {
  port: number;
  /** Takes no more requests; resolves when those under way are answered. */
  stop(): Promise<void>;
  /** Cuts what is still open. */
  cut(): void;
}

/**
 * Serves the routes on 127.0.0.1.
 *
 * @throws PortError when the port is taken or not allowed
 */
export async function serveHttp(
  definitions: readonly HttpFunction[],
  app: App,
  settings: HttpSettings,
): Promise<HttpSide> {
  const routes = createRouteTable(definitions);
  let isStopping = false;
  const server = createServer((incoming, outgoing) => {
    void respond({ incoming, outgoing, routes, app, settings, isStopping: () => isStopping });
  });
  await listen(server, settings.port);
  return {
    port: boundPort(server),
    stop: () => {
      isStopping = true;
      // Also closes connections that keep alive without a request on them.
      return new Promise((resolve) => server.close(() => resolve()));
    },
    cut: () => server.closeAllConnections(),
  };
}

interface Exchange {
  incoming: IncomingMessage;
  outgoing: ServerResponse;
  routes: RouteTable;
  app: App;
  settings: HttpSettings;
  isStopping(): boolean;
}

async function respond(exchange: Exchange): Promise<void> {
  const { incoming, outgoing, app } = exchange;
  const correlationId = app.ids.uuid();
  const method = incoming.method ?? 'GET';
  const fields = { method, path: incoming.url?.split('?')[0], correlationId };
  try {
    const response = await answer(exchange, correlationId);
    if (exchange.isStopping()) outgoing.setHeader('connection', 'close');
    await sendResponse(outgoing, response, method);
  } catch (error) {
    if (incoming.destroyed && !incoming.complete) return;
    app.log('error', 'A function threw or gave an unusable answer', { ...fields, error });
    if (outgoing.headersSent) outgoing.destroy();
    else await sendResponse(outgoing, problemResponse(failedProblem, correlationId), method);
  }
}

async function answer(exchange: Exchange, correlationId: string): Promise<HttpResponseInit> {
  const { incoming, routes, app, settings, isStopping } = exchange;
  if (isStopping()) return problemResponse(stoppingProblem, correlationId);
  const url = requestUrl(incoming);
  if (url === undefined) return problemResponse(malformedProblem, correlationId);
  const match = routes(incoming.method ?? 'GET', url.pathname);
  if (match.kind === 'malformed') return problemResponse(malformedProblem, correlationId);
  if (match.kind === 'notFound') return problemResponse(notFoundProblem, correlationId);
  if (match.kind === 'methodNotAllowed') {
    return problemResponse(methodNotAllowedProblem(match.allowed), correlationId);
  }
  const body = await readBody(incoming, settings.maxBodyBytes);
  if (!body.ok) {
    const announcedBytes = Number(incoming.headers['content-length'] ?? 0);
    const isLarge = body.reason === 'tooLarge';
    const problem = isLarge ? tooLargeProblem(settings.maxBodyBytes, announcedBytes) : lengthRequiredProblem;
    return problemResponse(problem, correlationId);
  }
  const { definition, params } = match;
  const invocation = createInvocation(definition.name, app);
  return definition.run(toHttpRequest(incoming, url, params, body.bytes), invocation.context, invocation.app);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, port)));
    server.listen(port, '127.0.0.1', () => resolve());
  });
}

/** The port cannot be had; the message says which, and how to choose another. */
export class PortError extends Error {
  override readonly name = 'PortError';
}

function explain(error: NodeJS.ErrnoException, port: number): Error {
  const choose = 'choose another: npm start -- --port N, or TENANTRY_PORT=N for the app alone';
  if (error.code === 'EADDRINUSE') {
    return new PortError(`Port ${port} on 127.0.0.1 is taken by another program. Stop that, or ${choose}.`, {
      cause: error,
    });
  }
  if (error.code === 'EACCES') {
    return new PortError(`Port ${port} needs more rights than this user has; ${choose}.`, { cause: error });
  }
  return error;
}

function boundPort(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return address.port;
}
