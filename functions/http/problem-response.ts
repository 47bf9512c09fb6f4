// Errors over HTTP: problem+json (RFC 9457) for the API, a page for people. Never a stack or an inner message.
import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { safeReturnTo } from '../../shared/access/return-to.ts';
import type { App } from '../../shared/app.ts';
import { Problem } from '../../shared/errors.ts';
import { isTransient, MicrosoftError } from '../../shared/microsoft/microsoft.ts';
import { isStoreError, StoreError } from '../../shared/store/port.ts';
import { problemView } from '../portal/views/problem-view.tsx';

/** Whatever was thrown, as something a caller may see. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof MicrosoftError)
    return new Problem(isTransient(error) ? 503 : 502, error.explanation, { cause: error });
  if (isStoreError(error, 'preconditionFailed') || isStoreError(error, 'conflict'))
    return problem(409, 'changed_meanwhile', 'Somebody else changed this at the same moment.', error);
  if (error instanceof StoreError && (error.kind === 'throttled' || error.kind === 'unavailable'))
    return problem(503, 'store_unavailable', 'The store does not answer at the moment.', error);
  return problem(500, 'internal_error', 'Something went wrong that is not your doing.', error);
}

function problem(status: number, code: string, meaning: string, cause: unknown): Problem {
  const who = status === 409 ? 'msp' : 'tenantry';
  const whatToDo = status === 500 ? 'Try again; if it stays, report the correlation id.' : 'Try again in a moment.';
  return new Problem(status, { code, meaning, whoActs: who, whatToDo, retryHelps: true }, { cause });
}

/** The answer for a problem. A page that needs a sign-in leads to it, and back to the page if that is one of ours. */
export function problemResponse(
  problem: Problem,
  at: { app: App; request: HttpRequest; correlationId: string; respond: 'json' | 'page' },
): HttpResponseInit {
  if (at.respond === 'json') return problemJson(problem, at.correlationId);
  if (problem.status === 401) return { status: 303, headers: { location: signInPath(at.request) } };
  const body = problemView({ problem, correlationId: at.correlationId });
  return { status: problem.status, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}

function problemJson(problem: Problem, correlationId: string): HttpResponseInit {
  const { code, meaning, whatToDo, whoActs, retryHelps, correlationId: microsoftCorrelationId } = problem.explanation;
  const body = {
    type: `urn:tenantry:problem:${code}`,
    title: meaning,
    status: problem.status,
    detail: whatToDo,
    code,
    whoActs,
    retryHelps,
    correlationId,
    ...(microsoftCorrelationId ? { microsoftCorrelationId } : {}),
    ...(problem.fields ? { fields: problem.fields } : {}),
  };
  const headers = {
    'content-type': 'application/problem+json',
    ...(problem.status === 503 ? { 'retry-after': '5' } : {}),
  };
  return { status: problem.status, headers, body: JSON.stringify(body) };
}

function signInPath(request: HttpRequest): string {
  if (request.method !== 'GET') return '/sign-in';
  const { pathname, search } = new URL(request.url);
  const returnTo = safeReturnTo(`${pathname}${search}`);
  return returnTo === '/' ? '/sign-in' : `/sign-in?returnTo=${encodeURIComponent(returnTo)}`;
}
