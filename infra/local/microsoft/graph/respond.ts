// Runs one operation and makes its answer: permission first, then the work; refusals become Graph's error body.

import { type GraphAnswer, type GraphCall, GraphFailure, secondsOf } from './call.ts';
import { authorize } from './permissions.ts';
import { option } from './query-options.ts';
import { matchRoute, type Route } from './routes.ts';

export const JSON_TYPE =
  'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';

export interface Finished {
  status: number;
  headers: Record<string, string>;
  /** A JSON value; undefined for an empty body. */
  body?: unknown;
  /** Instead of a body: plain text. */
  text?: string;
}

/** Ids that go with one answer. */
export interface RequestIds {
  requestId: string;
  clientRequestId: string;
}

/** Routes, authorises and runs an operation. Failures are answers too; only bugs are thrown. */
export function runOperation(call: GraphCall, ids: RequestIds): Finished {
  try {
    const { route, parameters } = matchRoute(call.method, call.path);
    call.parameters = parameters;
    authorize(call, route.requires);
    return finish(route.run(call), unitsOf(call, route));
  } catch (error) {
    if (error instanceof GraphFailure) return failed(error, ids, call.context.clock.now());
    throw error;
  }
}

/** The answer to a refusal. */
export function failed(failure: GraphFailure, ids: RequestIds, nowMs: number): Finished {
  return {
    status: failure.status,
    headers: {
      'Cache-Control': 'no-cache',
      'x-ms-resource-unit': '1',
      'Content-Type': 'application/json',
      ...failure.headers,
    },
    body: errorBody(failure.code, failure.message, ids, nowMs),
  };
}

/** Graph's error body. */
export function errorBody(code: string, message: string, ids: RequestIds, nowMs: number): unknown {
  return {
    error: {
      code,
      message,
      innerError: {
        // The examples show no zone; the published schema wants one.
        date: secondsOf(nowMs),
        'request-id': ids.requestId,
        'client-request-id': ids.clientRequestId,
      },
    },
  };
}

function finish(answer: GraphAnswer, units: number): Finished {
  const headers: Record<string, string> = {
    'Cache-Control': 'no-cache',
    'x-ms-resource-unit': String(units),
    'OData-Version': '4.0',
    ...answer.headers,
  };
  if (answer.text !== undefined) {
    return { status: answer.status, headers: { ...headers, 'Content-Type': 'text/plain' }, text: answer.text };
  }
  if (answer.body === undefined) return { status: answer.status, headers };
  return { status: answer.status, headers: { ...headers, 'Content-Type': JSON_TYPE }, body: answer.body };
}

/** $select makes a request cheaper, $expand dearer, a small $top cheaper; the least is one unit. */
function unitsOf(call: GraphCall, route: Route): number {
  const top = Number(option(call, '$top') ?? Number.NaN);
  const saved = (option(call, '$select') === null ? 0 : 1) + (top < 20 ? 1 : 0);
  return Math.max(1, route.units - saved + (option(call, '$expand') === null ? 0 : 1));
}
