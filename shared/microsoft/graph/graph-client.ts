// What the capabilities call of Graph: one GET, pages, batches and writes, on graph-client with our own middleware.
import { Client, ResponseType } from '@microsoft/microsoft-graph-client';
import { z } from 'zod';
import { explainGraph, findingError } from '../catalogue.ts';
import { type GraphClient, MicrosoftError, type TokenSource } from '../microsoft.ts';
import { isOfOrigin } from '../origins.ts';
import { type Answer, jsonOrText, parseJson, retryAfterMs } from '../transport.ts';
import { sendBatch } from './batch.ts';
import { GraphCall } from './call.ts';
import { type GraphTools, graphMiddleware } from './middleware.ts';

const version = 'v1.0';

/** Lets Graph name members of enumerations that came later: https://learn.microsoft.com/graph/best-practices-concept */
const readHeaders = { prefer: 'include-unknown-enum-members' };

export interface GraphRequestParts {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Relative to the version with a leading slash, or an absolute link of the configured origin. */
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
  repeatable: boolean;
}

/** Sends one request and gives the answer of a success, unparsed. @throws MicrosoftError */
export type GraphSend = (request: GraphRequestParts) => Promise<Answer>;

/** Prepares one chain for all tenants; the function it gives is called with each tenant's token. */
export function openGraph(tools: GraphTools): (token: TokenSource) => GraphClient {
  const client = Client.initWithMiddleware({
    baseUrl: tools.origin,
    defaultVersion: version,
    middleware: graphMiddleware(tools),
  });
  return (token) => graphClient(tools, sender(client, tools, token), renewalAfterDenial(token));
}

function graphClient(tools: GraphTools, sendAsIs: GraphSend, renewToken: RenewAfterDenial): GraphClient {
  const send = withDenialRenewal(sendAsIs, renewToken);
  const read = (path: string) => send({ method: 'GET', path, headers: readHeaders, repeatable: true });
  return {
    get: async (path, schema) => parseAs(schema, await read(path)),
    pages: (path, item) => pages(read, path, item, tools.origin),
    batch: (requests) =>
      sendBatch(requests, { send, renewToken, base: `${tools.origin}/${version}`, clock: tools.clock }),
    send: async (method, path, body, headers) => {
      const request = { method, path, headers: headers ?? {}, repeatable: method === 'DELETE' };
      const answer = await send(body === undefined ? request : { ...request, body });
      return answer.text === '' ? undefined : parseJson(answer, 'graph');
    },
  };
}

function sender(client: Client, tools: GraphTools, token: TokenSource): GraphSend {
  return async ({ method, path, body, headers, repeatable }) => {
    const url = path.startsWith('/') ? `${tools.origin}/${version}${path}` : path;
    const call = new GraphCall(url, token, repeatable);
    const request = client.api('/').middlewareOptions([call]).responseType(ResponseType.RAW);
    if (headers) request.headers(headers);
    if (method === 'GET') await request.get();
    else if (method === 'DELETE') await request.delete();
    else await (method === 'POST' ? request.post(body ?? {}) : request.patch(body ?? {}));
    if (call.failure !== undefined) throw call.failure;
    if (!call.answer) throw new Error('graph-client ended without an answer');
    return successOf(call.answer, call, tools);
  };
}

function successOf(answer: Answer, call: GraphCall, { clock }: GraphTools): Answer {
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw explainGraph(jsonOrText(answer), answer.status, {
    url: call.url,
    retryAfterMs: retryAfterMs(answer.headers.get('retry-after'), clock),
    correlationId: answer.headers.get('request-id') ?? call.clientRequestId,
  });
}

/** Fetches a fresh token; false when that was done before and cannot help. @throws MicrosoftError */
export type RenewAfterDenial = () => Promise<boolean>;

/**
 * A cached token keeps the roles of the hour it was made in, so a refusal for lack of a permission is tried once more
 * with a fresh one. Once a client, so that a permission that really is missing does not cost a token each time.
 */
function renewalAfterDenial(token: TokenSource): RenewAfterDenial {
  let renewed = false;
  return async () => {
    if (renewed) return false;
    renewed = true;
    await token.renew();
    return true;
  };
}

/** Whether Graph denied a request in a way that a fresh token may change. */
export function isDenial(error: MicrosoftError): boolean {
  return error.status === 403 && error.kind === 'permission';
}

function withDenialRenewal(send: GraphSend, renewToken: RenewAfterDenial): GraphSend {
  return async (request) => {
    try {
      return await send(request);
    } catch (error) {
      if (!(error instanceof MicrosoftError) || !isDenial(error) || !(await renewToken())) throw error;
      return send(request);
    }
  };
}

const page = z.object({ value: z.array(z.unknown()), '@odata.nextLink': z.string().optional() });

async function* pages<T>(
  read: (path: string) => Promise<Answer>,
  path: string,
  item: z.ZodType<T>,
  origin: string,
): AsyncGenerator<T[]> {
  const items = page.extend({ value: z.array(item) });
  for (let next: string | undefined = path; next !== undefined; ) {
    const answer: z.infer<typeof items> = parseAs(items, await read(next));
    yield answer.value;
    const link: string | undefined = answer['@odata.nextLink'];
    // Checked here too, so that nothing is sent and a page that points to itself does not go on for ever.
    if (link !== undefined && (!isOfOrigin(link, origin) || link === next)) throw findingError('graph', 'foreign_link');
    next = link;
  }
}

function parseAs<T>(schema: z.ZodType<T>, answer: Answer): T {
  const parsed = schema.safeParse(parseJson(answer, 'graph'));
  if (parsed.success) return parsed.data;
  const correlationId = answer.headers.get('request-id') ?? undefined;
  throw findingError('graph', 'unexpected_answer', { cause: parsed.error, correlationId });
}
