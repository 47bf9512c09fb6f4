// One Graph operation, whether it came alone or inside a $batch, and its answer as plain values.

import type { SimContext } from '../http.ts';
import type { TokenClaims } from '../tokens.ts';
import type { Tenant } from '../world.ts';

export interface GraphCall {
  method: string;
  /** Below the version, decoded: `/users/delta`. */
  path: string;
  /** What the route's placeholders matched, in order. */
  parameters: string[];
  query: URLSearchParams;
  /** Lower-case names. */
  headers: Record<string, string | undefined>;
  /** The parsed JSON body; undefined when there was none. */
  body: unknown;
  token: TokenClaims;
  /** The tenant that the token is for. */
  tenant: Tenant;
  context: SimContext;
}

export interface GraphAnswer {
  status: number;
  headers?: Record<string, string>;
  /** A JSON value, or a string for text/plain. */
  body?: unknown;
  text?: string;
}

/** A refusal in Graph's words; the handler turns it into Graph's error body. */
export class GraphFailure extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;

  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** 403 as Graph answers it for a missing permission or directory role. */
export function denied(message = 'Insufficient privileges to complete the operation.'): GraphFailure {
  return new GraphFailure(403, 'Authorization_RequestDenied', message);
}

/** 404 as the directory answers it for an object that is not there. */
export function missingObject(id: string): GraphFailure {
  return new GraphFailure(
    404,
    'Request_ResourceNotFound',
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  );
}

/** 400 for a body or parameter that is not valid. */
export function badRequest(message: string): GraphFailure {
  return new GraphFailure(400, 'Request_BadRequest', message);
}

/** 400 for a query option that the resource does not support. */
export function unsupportedQuery(message: string): GraphFailure {
  return new GraphFailure(400, 'Request_UnsupportedQuery', message);
}

/** The value that the placeholder at `position` matched. */
export function parameter(call: GraphCall, position: number): string {
  return call.parameters[position] ?? '';
}

/** The absolute address of something below the version. */
export function graphAddress(call: GraphCall, pathAndQuery: string): string {
  return `${call.context.origins.graph}/v1.0${pathAndQuery}`;
}

/** The `@odata.context` of an answer. */
export function metadata(call: GraphCall, fragment: string): string {
  return `${call.context.origins.graph}/v1.0/$metadata#${fragment}`;
}

/** The simulator's time as Graph writes times of directory objects: to the second, with Z. */
export function secondsOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
