// One call of Graph on its way through the middleware: what the links of the chain need to know and leave behind.
import type { Context } from '@microsoft/microsoft-graph-client';
import type { TokenSource } from '../microsoft.ts';
import type { Answer } from '../transport.ts';

/** A class because graph-client finds a request's options by their constructor. */
export class GraphCall {
  /** Sent as it is: graph-client would reorder the query of a next link. */
  readonly url: string;
  readonly token: TokenSource;
  /** Whether Graph may see the request twice without harm. */
  readonly repeatable: boolean;
  /** What the chain adds to the request's own headers. */
  readonly headers: Record<string, string> = {};
  clientRequestId = '';
  answer: Answer | undefined;
  /** Kept here because graph-client replaces what the chain throws by an error of its own. */
  failure: unknown;

  constructor(url: string, token: TokenSource, repeatable: boolean) {
    this.url = url;
    this.token = token;
    this.repeatable = repeatable;
  }
}

/** The call that a context belongs to. @throws Error when the request was not made by our client */
export function callOf(context: Context): GraphCall {
  const call = context.middlewareControl?.getMiddlewareOptions(GraphCall);
  if (!(call instanceof GraphCall)) throw new Error('a request reached the Graph middleware without its call');
  return call;
}
