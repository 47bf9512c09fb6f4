// Graph's JSON batching: any number of requests, 20 a call, each with an outcome of its own.
// https://learn.microsoft.com/graph/json-batching
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { explainGraph, findingError } from '../catalogue.ts';
import { type BatchItem, type BatchRequest, isTransient, MicrosoftError } from '../microsoft.ts';
import { isBusy, isGatewayTrouble, isInlineWait, parseJson, retryAfterMs } from '../transport.ts';
import { type GraphSend, isDenial, type RenewAfterDenial } from './send.ts';

const largestBatch = 20;

export interface BatchTools {
  send: GraphSend;
  renewToken: RenewAfterDenial;
  /** Origin and version, which every request of a batch must share. */
  base: string;
  clock: Clock;
}

const batchAnswer = z.object({
  responses: z.array(
    z.object({
      id: z.coerce.string(),
      status: z.number().int(),
      headers: z.record(z.string(), z.coerce.string()).nullish().catch(undefined),
      body: z.unknown().optional(),
    }),
  ),
});
type ItemAnswer = z.infer<typeof batchAnswer>['responses'][number];

/**
 * Sends the requests and gives every one's outcome by its id. Items that were refused for a moment, and items refused
 * for a permission that a cached token may lack, are sent once more.
 * @throws MicrosoftError when no call at all succeeded; TypeError for two requests of the same id
 */
export async function sendBatch(
  requests: readonly BatchRequest[],
  tools: BatchTools,
): Promise<ReadonlyMap<string, BatchItem>> {
  const outcomes = new Map<string, BatchItem>();
  const sendable: BatchRequest[] = [];
  const ids = new Set<string>();
  for (const request of requests) {
    if (ids.has(request.id)) throw new TypeError(`two requests of a batch have the id ${request.id}`);
    ids.add(request.id);
    const url = relativeUrl(request.url, tools.base);
    if (url === undefined) outcomes.set(request.id, { ok: false, error: findingError('graph', 'foreign_link') });
    else sendable.push({ ...request, url });
  }
  await sendAll(sendable, outcomes, tools);
  const again = await prepareSecondTry(sendable, outcomes, tools);
  // The first outcomes stand when the second try fails as a whole.
  if (again.length > 0) await sendAll(again, outcomes, tools).catch(onlyMicrosoftErrors);
  return outcomes;
}

/** The address as a batch wants it, or undefined for another origin or version. */
function relativeUrl(url: string, base: string): string | undefined {
  if (/^\/(?!\/)/.test(url)) return url;
  return url.startsWith(`${base}/`) ? url.slice(base.length) : undefined;
}

/** Splits by 20. @throws MicrosoftError when every call failed; where one succeeded, the items of the others hold its error */
async function sendAll(
  requests: readonly BatchRequest[],
  outcomes: Map<string, BatchItem>,
  tools: BatchTools,
): Promise<void> {
  let failures = 0;
  const calls = chunks(requests, largestBatch);
  for (const call of calls) {
    try {
      for (const [id, item] of await sendCall(call, tools)) outcomes.set(id, item);
    } catch (error) {
      if (!(error instanceof MicrosoftError)) throw error;
      failures += 1;
      if (failures === calls.length) throw error;
      for (const { id } of call) outcomes.set(id, { ok: false, error });
    }
  }
}

/** Cuts a list into pieces of at most `size`. */
export function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

async function sendCall(requests: readonly BatchRequest[], tools: BatchTools): Promise<Map<string, BatchItem>> {
  const answer = await tools.send({
    method: 'POST',
    path: '/$batch',
    body: { requests: requests.map(wireRequest) },
    repeatable: requests.every(isRead),
  });
  const parsed = batchAnswer.safeParse(parseJson(answer, 'graph'));
  if (!parsed.success) throw findingError('graph', 'unexpected_answer', { cause: parsed.error });
  const byId = new Map(parsed.data.responses.map((response) => [response.id, response]));
  return new Map(
    requests.map((request) => {
      const item = byId.get(request.id);
      if (item) return [request.id, outcomeOf(item, request, tools.clock)];
      return [request.id, { ok: false, error: findingError('graph', 'missing_item') }];
    }),
  );
}

function isRead({ method }: BatchRequest): boolean {
  return method === undefined || method === 'GET';
}

function wireRequest({ id, method = 'GET', url, body, headers }: BatchRequest): object {
  if (body === undefined) return headers ? { id, method, url, headers } : { id, method, url };
  return { id, method, url, body, headers: { 'Content-Type': 'application/json', ...headers } };
}

function outcomeOf(item: ItemAnswer, request: BatchRequest, clock: Clock): BatchItem {
  if (item.status >= 200 && item.status < 300) return { ok: true, status: item.status, body: item.body };
  const error = explainGraph(item.body, item.status, {
    url: request.url,
    retryAfterMs: retryAfterMs(header(item, 'retry-after'), clock),
    correlationId: header(item, 'request-id'),
  });
  return { ok: false, error };
}

function header({ headers }: ItemAnswer, name: string): string | undefined {
  return Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
}

/** Which items to send once more; waits as long as Graph asks, and renews the token where one of them needs that. */
async function prepareSecondTry(
  requests: readonly BatchRequest[],
  outcomes: ReadonlyMap<string, BatchItem>,
  { renewToken }: BatchTools,
): Promise<BatchRequest[]> {
  const failed = requests.flatMap((request) => {
    const outcome = outcomes.get(request.id);
    return outcome && !outcome.ok ? [{ request, error: outcome.error }] : [];
  });
  const denied = failed.filter(({ error }) => error.status === 401 || isDenial(error));
  const refused = failed.filter(({ request, error }) => passesSoon(request, error));
  // A token that Entra refuses for good is the truth about every item; one that it cannot give now is not.
  const renewed = denied.length > 0 && (await renewToken().catch(falseWhenTransient));
  const waitMs = Math.max(0, ...refused.map(({ error }) => error.retryAfterMs ?? 0));
  if (waitMs > 0) await delay(waitMs);
  return (renewed ? [...refused, ...denied] : refused).map(({ request }) => request);
}

function passesSoon(request: BatchRequest, error: MicrosoftError): boolean {
  const passing = isBusy(error.status) || (isRead(request) && isGatewayTrouble(error.status));
  return passing && isInlineWait(error.retryAfterMs ?? 0);
}

function falseWhenTransient(error: unknown): boolean {
  if (!isTransient(error)) throw error;
  return false;
}

function onlyMicrosoftErrors(error: unknown): void {
  if (!(error instanceof MicrosoftError)) throw error;
}
