// POST /$batch: up to twenty operations in one request, each with its own status, headers and body.
// https://learn.microsoft.com/graph/json-batching

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { SimContext } from '../http.ts';
import type { TokenClaims } from '../tokens.ts';
import type { Tenant } from '../world.ts';
import { GraphFailure } from './call.ts';
import { errorBody, type Finished, failed, runOperation } from './respond.ts';

const MAX_BATCH = 20;
/** How often the answers come in another order than the requests. */
const SHUFFLE_RATE = 0.25;

const ITEM = z.object({
  id: z.string().min(1),
  method: z.string().min(1),
  url: z.string().min(1),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.unknown().optional(),
  dependsOn: z.array(z.string()).optional(),
});
const BATCH = z.object({ requests: z.array(ITEM) });

type Item = z.infer<typeof ITEM>;

interface BatchAnswer {
  id: string;
  status: number;
  headers: Record<string, string>;
  body?: unknown;
}

/** Who asks: one token for the whole batch. */
interface Caller {
  token: TokenClaims;
  tenant: Tenant;
  context: SimContext;
}

/**
 * Runs a batch.
 * @param body the parsed body of the request
 * @param clientRequestId of the batch; items may bring their own
 * @throws GraphFailure 400 when the batch as a whole is malformed
 */
export function runBatch(caller: Caller, body: unknown, clientRequestId: string): { responses: BatchAnswer[] } {
  const items = readBatch(body);
  const answers = new Map<string, BatchAnswer>();
  for (const item of inOrderOfDependence(items)) {
    const lost = item.dependsOn?.some((id) => (answers.get(id)?.status ?? 0) >= 400);
    const finished = lost ? failedDependency(caller, clientRequestId) : runItem(caller, item, clientRequestId);
    answers.set(item.id, { id: item.id, status: finished.status, headers: finished.headers, ...bodyOf(finished) });
  }
  const responses = items.flatMap((item) => answers.get(item.id) ?? []);
  return { responses: caller.context.random() < SHUFFLE_RATE ? shuffled(responses, caller.context) : responses };
}

function readBatch(body: unknown): Item[] {
  const batch = BATCH.safeParse(body);
  if (!batch.success) throw invalid('Invalid batch payload format.');
  const { requests } = batch.data;
  if (requests.length === 0) throw invalid('Invalid batch payload format.');
  if (requests.length > MAX_BATCH) {
    throw invalid(`Number of batch request steps exceeds the maximum value of ${MAX_BATCH}.`);
  }
  const ids = new Set<string>();
  for (const { id, body: itemBody, headers, method } of requests) {
    // Graph compares ids without case.
    if (ids.has(id.toLowerCase())) throw invalid(`Request Id ${id} has to be unique in a batch.`);
    ids.add(id.toLowerCase());
    const hasType = Object.keys(headers ?? {}).some((name) => name.toLowerCase() === 'content-type');
    if (itemBody !== undefined && itemBody !== null && !hasType && method.toUpperCase() !== 'GET') {
      throw invalid(`Write request id : ${id} does not contain Content-Type header or body.`);
    }
  }
  return requests;
}

/** Items after those that they depend on, otherwise in the order given. */
function inOrderOfDependence(items: readonly Item[]): Item[] {
  const known = new Set(items.map(({ id }) => id));
  const placed = new Set<string>();
  const ordered: Item[] = [];
  let open = [...items];
  while (open.length > 0) {
    const ready = open.filter((item) => (item.dependsOn ?? []).every((id) => placed.has(id)));
    if (ready.length === 0 || open.some((item) => item.dependsOn?.some((id) => !known.has(id)))) {
      throw invalid('Invalid dependsOn: it names an unknown request or itself.');
    }
    for (const item of ready) placed.add(item.id);
    ordered.push(...ready);
    open = open.filter((item) => !placed.has(item.id));
  }
  return ordered;
}

function runItem(caller: Caller, item: Item, batchClientRequestId: string): Finished {
  const { context, tenant, token } = caller;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(item.headers ?? {})) headers[name.toLowerCase()] = value;
  const ids = { requestId: randomUUID(), clientRequestId: headers['client-request-id'] ?? batchClientRequestId };
  const address = readAddress(item.url);
  const nowMs = context.clock.now();
  const fault = context.faults.itemFault({
    origin: 'graph',
    path: `/v1.0${address?.path ?? item.url}`,
    tenantId: tenant.id,
  });
  if (fault) {
    return {
      status: fault.status,
      headers: { 'Retry-After': String(fault.retryAfterSeconds), 'Content-Type': 'application/json' },
      body: errorBody('TooManyRequests', 'Too many requests', ids, nowMs),
    };
  }
  if (!address) return failed(invalid(`Resource not found for the segment '${item.url}'.`), ids, nowMs);
  const method = item.method.toUpperCase();
  const call = { method, path: address.path, parameters: [], query: address.query, headers, body: item.body };
  const finished = runOperation({ ...call, token, tenant, context }, ids);
  if (method !== 'GET' && finished.status < 400) context.changed();
  return finished;
}

/** The path and query of a relative address; null for an absolute one or one that cannot be decoded. */
function readAddress(url: string): { path: string; query: URLSearchParams } | null {
  if (/^[a-z][a-z0-9+.-]*:/i.test(url)) return null;
  const at = url.indexOf('?');
  const path = at < 0 ? url : url.slice(0, at);
  try {
    const decoded = decodeURIComponent(path);
    return {
      path: decoded.startsWith('/') ? decoded : `/${decoded}`,
      query: new URLSearchParams(at < 0 ? '' : url.slice(at + 1)),
    };
  } catch {
    return null;
  }
}

function failedDependency({ context }: Caller, clientRequestId: string): Finished {
  const failure = new GraphFailure(424, 'FailedDependency', 'A request that this one depends on failed.');
  return failed(failure, { requestId: randomUUID(), clientRequestId }, context.clock.now());
}

/** JSON as it is; anything else as base64. */
function bodyOf({ body, text }: Finished): { body?: unknown } {
  if (text !== undefined) return { body: Buffer.from(text).toString('base64') };
  return body === undefined ? {} : { body };
}

function shuffled<T>(list: readonly T[], context: SimContext): T[] {
  const left = [...list];
  const mixed: T[] = [];
  while (left.length > 0) mixed.push(...left.splice(Math.floor(context.random() * left.length), 1));
  return mixed;
}

function invalid(message: string): GraphFailure {
  return new GraphFailure(400, 'BadRequest', message);
}
