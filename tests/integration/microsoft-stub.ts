// A small HTTP server that answers as a test says and remembers what it was asked: for answers of Microsoft that the
// simulator does not give.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Clock, systemClock } from '../../shared/clock.ts';
import type { AppProof } from '../../shared/config.ts';
import { systemIds } from '../../shared/ids.ts';
import type { LogFields } from '../../shared/log.ts';
import type { Microsoft, TokenSource } from '../../shared/microsoft/microsoft.ts';
import { openMicrosoft } from '../../shared/microsoft/open.ts';

export interface Asked {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

type Reply = (asked: Asked, response: ServerResponse) => void;

export interface Stub {
  origin: string;
  /** Everything that was asked, in order. */
  asked: Asked[];
  /** The replies to come, one a request; the last one stays. */
  replies: Reply[];
  close(): Promise<void>;
}

export async function startStub(): Promise<Stub> {
  const asked: Asked[] = [];
  const replies: Reply[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const one: Asked = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    };
    asked.push(one);
    const reply = replies.length > 1 ? replies.shift() : replies[0];
    if (reply) reply(one, response);
    else response.writeHead(500).end('the test gave no reply');
  });
  await new Promise<void>((listening) => server.listen(0, 'localhost', listening));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  return {
    origin: `http://localhost:${address.port}`,
    asked,
    replies,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

/** Answers JSON. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  return (_asked, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

/** Cuts the connection without an answer. */
export const reset: Reply = (_asked, response) => {
  response.destroy();
};

/** A token source that counts: t1, and after each renewal the next. */
export function countingToken(): TokenSource & { renewals: number } {
  const source = {
    renewals: 0,
    get: async () => `t${source.renewals + 1}`,
    renew: async () => {
      source.renewals += 1;
      return `t${source.renewals + 1}`;
    },
  };
  return source;
}

export interface Opened {
  microsoft: Microsoft;
  /** Everything that was logged, as one text. */
  logged(): string;
}

/** The client of Microsoft with everything at the stub. */
export function openAt(origin: string, options: { proof?: AppProof; clock?: Clock } = {}): Opened {
  const lines: [string, LogFields | undefined][] = [];
  const proof = options.proof ?? { kind: 'secret', secret: 'the-secret' };
  const microsoft = openMicrosoft({
    config: {
      microsoft: { loginOrigin: origin, graphOrigin: origin, partnerCenterOrigin: origin, productNamesUrl: origin },
      partnerApp: { clientId: '11111111-0000-4000-8000-000000000001', proof },
      customerApp: { clientId: '22222222-0000-4000-8000-000000000002', proof },
    },
    clock: options.clock ?? systemClock,
    ids: systemIds,
    log: (_level, message, fields) => lines.push([message, fields]),
  });
  return { microsoft, logged: () => JSON.stringify(lines) };
}
