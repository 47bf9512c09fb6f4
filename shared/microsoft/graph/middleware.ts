// The middleware chain of graph-client, in order: trace, token, retry, send.
import type { Context, Middleware } from '@microsoft/microsoft-graph-client';
import type { Clock } from '../../clock.ts';
import type { Ids } from '../../ids.ts';
import type { Log } from '../../log.ts';
import { findingError } from '../catalogue.ts';
import { isOfOrigin } from '../origins.ts';
import { type Answer, type Fetch, sendOnce, withInlineRetries } from '../transport.ts';
import { callOf } from './call.ts';

export interface GraphTools {
  /** Origin of Graph; bearer tokens go nowhere else. */
  origin: string;
  fetch: Fetch;
  clock: Clock;
  ids: Ids;
  log: Log;
}

type Step = (context: Context) => Promise<void>;
type Link = (context: Context, next: Step) => Promise<void>;

/** Builds the chain. graph-client calls its head, and the links call each other. */
export function graphMiddleware(tools: GraphTools): Middleware {
  const links = [trace(tools), token(tools), retry(tools)];
  const execute = links.reduceRight<Step>((next, link) => (context) => link(context, next), send(tools));
  return { execute };
}

/** Gives the call its `client-request-id`, keeps what went wrong, and logs it; addresses without their query. */
function trace({ ids, log }: GraphTools): Link {
  return async (context, next) => {
    const call = callOf(context);
    call.clientRequestId = ids.uuid();
    call.headers['client-request-id'] = call.clientRequestId;
    try {
      await next(context);
    } catch (error) {
      call.failure = error;
    }
    const { answer } = call;
    if (answer && answer.status < 400) return;
    log('warn', 'Graph request failed', {
      method: context.options?.method,
      path: call.url.split('?', 1)[0],
      status: answer?.status ?? 0,
      clientRequestId: call.clientRequestId,
      requestId: answer?.headers.get('request-id') ?? undefined,
      error: call.failure instanceof Error ? call.failure.message : undefined,
    });
  };
}

/** Adds the bearer token, for the configured origin only; a 401 renews it once. */
function token({ origin }: GraphTools): Link {
  return async (context, next) => {
    const call = callOf(context);
    if (!isOfOrigin(call.url, origin)) throw findingError('graph', 'foreign_link');
    call.headers['authorization'] = `Bearer ${await call.token.get()}`;
    await next(context);
    if (call.answer?.status !== 401) return;
    call.headers['authorization'] = `Bearer ${await call.token.renew()}`;
    await next(context);
  };
}

/** Sits out short waits: {@link withInlineRetries}. */
function retry({ clock, ids }: GraphTools): Link {
  return async (context, next) => {
    const call = callOf(context);
    const attempt = async (): Promise<Answer> => {
      call.answer = undefined;
      await next(context);
      if (!call.answer) throw new Error('the chain ended without an answer');
      return call.answer;
    };
    await withInlineRetries(attempt, { repeatable: call.repeatable, clock, random: ids.random });
  };
}

/** The end of the chain: the request itself. */
function send({ fetch }: GraphTools): Step {
  return async (context) => {
    const call = callOf(context);
    const { method = 'GET', body = null } = context.options ?? {};
    const headers = new Headers(context.options?.headers);
    for (const [name, value] of Object.entries(call.headers)) headers.set(name, value);
    call.answer = await sendOnce(fetch, call.url, { method, headers, body }, 'graph');
  };
}
