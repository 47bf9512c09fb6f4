// What the host itself answers where no function does: problem+json that names no inner detail.
import type { HttpResponseInit } from '@azure/functions';

export interface HostProblem {
  status: number;
  /** Stable, for machines. */
  code: string;
  /** What happened, and what to do about it. */
  title: string;
  detail: string;
  headers?: Record<string, string>;
}

export function problemResponse(problem: HostProblem, correlationId: string): HttpResponseInit {
  const { status, code, title, detail, headers } = problem;
  return {
    status,
    jsonBody: { type: `urn:tenantry:problem:${code}`, title, status, detail, code, correlationId },
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-correlation-id': correlationId,
      ...headers,
    },
  };
}

export const notFoundProblem: HostProblem = {
  status: 404,
  code: 'not_found',
  title: 'There is nothing at this address.',
  detail: 'Check the address.',
};

export const malformedProblem: HostProblem = {
  status: 400,
  code: 'malformed_request',
  title: 'The address or the Host header of the request is malformed.',
  detail: 'Check how the address is written: a % must begin an encoded character.',
};

export function methodNotAllowedProblem(allowed: readonly string[]): HostProblem {
  const list = allowed.join(', ');
  return {
    status: 405,
    code: 'method_not_allowed',
    title: 'This address does not take that method.',
    detail: `Use one of ${list}.`,
    headers: { allow: list },
  };
}

/** A body up to this size is read to its end and thrown away: closing early would cut many clients off from the answer. */
const mostDrainedBytes = 64 * 1024 * 1024;

export function tooLargeProblem(maxBodyBytes: number, announcedBytes: number): HostProblem {
  return {
    status: 413,
    code: 'body_too_large',
    title: `The body is larger than ${maxBodyBytes} bytes.`,
    detail: 'Send less at once.',
    ...(announcedBytes > mostDrainedBytes ? { headers: { connection: 'close' } } : {}),
  };
}

/** On Azure a body without Content-Length reaches the function empty; here that is said instead. */
export const lengthRequiredProblem: HostProblem = {
  status: 411,
  code: 'length_required',
  title: 'The body has no Content-Length.',
  detail: 'Send the body with its length, not in chunks.',
  headers: { connection: 'close' },
};

export const failedProblem: HostProblem = {
  status: 500,
  code: 'internal_error',
  title: 'Something went wrong that is not your doing.',
  detail: 'Try again; if it stays, report the correlation id.',
};

export const stoppingProblem: HostProblem = {
  status: 503,
  code: 'stopping',
  title: 'Tenantry is stopping.',
  detail: 'Try again in a moment.',
  headers: { connection: 'close', 'retry-after': '5' },
};
