// What the capabilities call of Graph: one GET, pages, batches and writes, on graph-client with our own middleware.
import { Client } from '@microsoft/microsoft-graph-client';
import { z } from 'zod';
import { findingError } from '../catalogue.ts';
import type { GraphClient, TokenSource } from '../microsoft.ts';
import { isOfOrigin } from '../origins.ts';
import { type Answer, parseJson } from '../transport.ts';
import { sendBatch } from './batch.ts';
import { type GraphTools, graphMiddleware } from './middleware.ts';
import {
  type GraphSend,
  graphSender,
  type RenewAfterDenial,
  renewalAfterDenial,
  version,
  withDenialRenewal,
} from './send.ts';

/** Lets Graph name members of enumerations that came later: https://learn.microsoft.com/graph/best-practices-concept */
const readHeaders = { prefer: 'include-unknown-enum-members' };

/** Prepares one chain for all tenants; the function it gives is called with each tenant's token. */
export function openGraph(tools: GraphTools): (token: TokenSource) => GraphClient {
  const client = Client.initWithMiddleware({
    baseUrl: tools.origin,
    defaultVersion: version,
    middleware: graphMiddleware(tools),
  });
  return (token) => graphClient(tools, graphSender(client, tools, token), renewalAfterDenial(token));
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

const page = z.object({ value: z.array(z.unknown()), '@odata.nextLink': z.string().nullish() });

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
    const link: string | undefined = answer['@odata.nextLink'] || undefined;
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
