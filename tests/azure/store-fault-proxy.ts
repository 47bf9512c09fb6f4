// A proxy before any Cosmos DB endpoint that answers chosen requests itself: throttles, breaks, or garbles them.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ProxiedRequest {
  method: string;
  path: string;
  isBatch: boolean;
  body: string;
}

/** An answer in place of the service's, a broken connection, or a change of the service's own answer. */
export type Fault =
  | { status: number; headers?: Record<string, string>; body?: string }
  | 'reset'
  | { change: (body: string) => string };

export interface FaultProxy {
  endpoint: string;
  /** Asked about each request to documents until it is set again. */
  setFault(fault: (request: ProxiedRequest) => Fault | undefined): void;
  close(): Promise<void>;
}

const hopByHop = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'transfer-encoding',
  'content-encoding',
]);

/** Opens the proxy on a free loopback port. */
export async function openFaultProxy(target: string): Promise<FaultProxy> {
  let faultOf: (request: ProxiedRequest) => Fault | undefined = () => undefined;
  const server = createServer((request, response) => {
    void serve(request, response).catch(() => response.destroy());
  });
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const body = Buffer.concat(chunks).toString('utf8');
    const { method = 'GET', url: path = '/' } = request;
    const isBatch = request.headers['x-ms-cosmos-is-batch-request'] !== undefined;
    const fault = path.includes('/docs') ? faultOf({ method, path, isBatch, body }) : undefined;
    if (fault === 'reset') return void request.socket.destroy();
    if (fault !== undefined && 'status' in fault)
      return void response.writeHead(fault.status, fault.headers).end(fault.body);
    const answer = await forward(target, request, method, path, body);
    const text = await answer.text();
    const headers = Object.fromEntries([...answer.headers].filter(([name]) => !hopByHop.has(name)));
    response.writeHead(answer.status, headers).end(fault === undefined ? text : fault.change(text));
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${portOf(server.address())}/`,
    setFault: (fault) => {
      faultOf = fault;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function forward(
  target: string,
  request: IncomingMessage,
  method: string,
  path: string,
  body: string,
): Promise<Response> {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === 'string' && !hopByHop.has(name)) headers.set(name, value);
  }
  return fetch(new URL(path, target), { method, headers, ...(body === '' ? {} : { body }) });
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port');
  return address.port;
}

/** Cosmos DB's own words for "too many requests". */
export function tooManyRequests(retryAfterMs: number): Fault {
  return {
    status: 429,
    headers: {
      'content-type': 'application/json',
      'x-ms-substatus': '3200',
      'x-ms-retry-after-ms': String(retryAfterMs),
    },
    body: JSON.stringify({ code: 'TooManyRequests', message: 'Message: {"Errors":["Request rate is large."]}' }),
  };
}
