// One request to Graph through graph-client: sent as it is, its failure explained, a denial tried with a fresh token.
import { type Client, type GraphRequest, ResponseType } from '@microsoft/microsoft-graph-client';
import { explainGraph } from '../catalogue.ts';
import { MicrosoftError, type TokenSource } from '../microsoft.ts';
import { type Answer, jsonOrText, retryAfterMs } from '../transport.ts';
import { GraphCall } from './call.ts';
import type { GraphTools } from './middleware.ts';

export const version = 'v1.0';

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

const verbs: Record<GraphRequestParts['method'], (request: GraphRequest, body: unknown) => Promise<unknown>> = {
  GET: (request) => request.get(),
  POST: (request, body) => request.post(body),
  PATCH: (request, body) => request.patch(body),
  DELETE: (request) => request.delete(),
};

/** Sends through graph-client for one token. */
export function graphSender(client: Client, tools: GraphTools, token: TokenSource): GraphSend {
  return async ({ method, path, body, headers, repeatable }) => {
    const url = path.startsWith('/') ? `${tools.origin}/${version}${path}` : path;
    const call = new GraphCall(url, token, repeatable);
    const request = client.api('/').middlewareOptions([call]).responseType(ResponseType.RAW);
    if (headers) request.headers(headers);
    await verbs[method](request, body ?? {});
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
export function renewalAfterDenial(token: TokenSource): RenewAfterDenial {
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

/** Sends once more after a denial, where a fresh token could be had. */
export function withDenialRenewal(send: GraphSend, renewToken: RenewAfterDenial): GraphSend {
  return async (request) => {
    try {
      return await send(request);
    } catch (error) {
      if (!(error instanceof MicrosoftError) || !isDenial(error) || !(await renewToken())) throw error;
      return send(request);
    }
  };
}
