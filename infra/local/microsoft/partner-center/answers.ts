// Partner Center's answers: its error body, echoed ids, and the MFA headers.
// https://learn.microsoft.com/partner-center/developer/error-codes

import { randomUUID } from 'node:crypto';
import type { SimRequest, SimResponse } from '../http.ts';

/** A refusal in Partner Center's words. */
export class PartnerCenterFailure extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;

  constructor(status: number, code: string, description: string, headers: Record<string, string> = {}) {
    super(description);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** 403, code 2032: access denied. */
export function accessDenied(description = 'Access denied.'): PartnerCenterFailure {
  return new PartnerCenterFailure(403, '2032', description);
}

/** 404, code 1000: not found. */
export function notFound(description = 'Not found.'): PartnerCenterFailure {
  return new PartnerCenterFailure(404, '1000', description);
}

/** 400, code 3000: invalid property. */
export function invalid(description: string): PartnerCenterFailure {
  return new PartnerCenterFailure(400, '3000', description);
}

/** What goes with every answer: the caller's ids, or new ones. */
export function echoedHeaders(request: SimRequest): Record<string, string> {
  return {
    'MS-RequestId': request.headers['ms-requestid'] ?? randomUUID(),
    'MS-CorrelationId': request.headers['ms-correlationid'] ?? randomUUID(),
    'MS-CV': `${randomUUID().slice(0, 8)}.0`,
  };
}

/** A JSON answer; an undefined value sends no body. */
export function answerJson(status: number, value: unknown, headers: Record<string, string>): SimResponse {
  if (value === undefined) return { status, headers };
  return {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  };
}

/** The answer to a refusal. */
export function answerFailure(failure: PartnerCenterFailure, headers: Record<string, string>): SimResponse {
  const body =
    failure.status === 429
      ? { statusCode: 429, message: failure.message }
      : { code: failure.code, description: failure.message, data: [], source: 'PartnerFD' };
  const realm: Record<string, string> =
    failure.status === 401 ? { 'WWW-Authenticate': `OAuth realm=urn:cpsvc:cpid:${headers['MS-CorrelationId']}` } : {};
  return answerJson(failure.status, body, { ...headers, ...realm, ...failure.headers });
}
