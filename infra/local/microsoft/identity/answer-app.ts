// How an interactive flow ends: back at the app with an answer or an error, or on a page that says what is wrong.
import type { SimContext, SimResponse } from '../http.ts';
import type { AppRegistration } from '../world.ts';
import { AadstsFailure, errorDetails } from './errors.ts';
import { errorPage, formPostPage } from './pages.ts';

export interface AppAnswer {
  redirectUri: string;
  responseMode: 'query' | 'form_post';
  fields: [string, string][];
}

/**
 * The redirect address, which must be registered exactly.
 * @throws AadstsFailure 900971 when none was given, 50011 when it is not registered
 */
export function registeredRedirect(app: AppRegistration, redirectUri: string | null): string {
  if (!redirectUri) throw new AadstsFailure(900971);
  if (!app.redirectUris.includes(redirectUri)) throw new AadstsFailure(50011, [redirectUri, app.appId]);
  return redirectUri;
}

/** Sends the browser back to the app. */
export async function answerApp(answer: AppAnswer): Promise<SimResponse> {
  if (answer.responseMode === 'form_post') return formPostPage(answer.redirectUri, answer.fields);
  const target = new URL(answer.redirectUri);
  for (const [name, value] of answer.fields) target.searchParams.append(name, value);
  return { status: 302, headers: { location: target.href, 'cache-control': 'no-store' } };
}

/** Adds headers (the session cookie) to an answer. */
export function withHeaders(answer: SimResponse, headers: Record<string, string>): SimResponse {
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

/** The fields of an error, in Microsoft's order. */
export function errorFields(failure: AadstsFailure, nowMs: number): [string, string][] {
  const fields: [string, string][] = [['error', failure.error]];
  if (failure.subcode !== undefined) fields.push(['error_subcode', failure.subcode]);
  fields.push(['error_description', errorDetails(failure, nowMs).description]);
  return fields;
}

/** The page for an error that never goes to the redirect address: unknown app or tenant, wrong redirect, wrong account. */
export function failurePage(context: SimContext, failure: AadstsFailure): Promise<SimResponse> {
  const canSwitch = failure.code === 50020 || failure.code === 50034 || failure.code === 50057;
  return errorPage(failure, errorDetails(failure, context.clock.now()), canSwitch);
}

/** What happens when the user backs out. */
export function declined(): AadstsFailure {
  return new AadstsFailure(65004, [], { subcode: 'cancel' });
}
