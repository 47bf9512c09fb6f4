// The simulated Partner Center v1: token, MFA and headers around its few operations.

import type { SimContext, SimHandler, SimRequest, SimResponse } from '../http.ts';
import { answerFailure, answerJson, echoedHeaders, notFound, PartnerCenterFailure } from './answers.ts';
import { type ConsentMeter, countConsentRequest, createConsent, deleteConsent } from './application-consents.ts';
import { type PartnerCaller, readToken, requireMfa, requirePartner } from './caller.ts';
import { getCustomer, listCustomers, listSubscriptions } from './customers.ts';

interface Operation {
  method: string;
  pattern: RegExp;
  run(input: {
    request: SimRequest;
    context: SimContext;
    caller: PartnerCaller;
    meter: ConsentMeter;
    parameters: string[];
  }): { status: number; body?: unknown };
}

const OPERATIONS: readonly Operation[] = [
  {
    method: 'GET',
    pattern: /^\/v1\/customers\/?$/i,
    run: ({ request, context, caller }) => ({ status: 200, body: listCustomers(request, context, caller) }),
  },
  {
    method: 'GET',
    pattern: /^\/v1\/customers\/([^/]+)\/?$/i,
    run: ({ context, caller, parameters: [id = ''] }) => ({ status: 200, body: getCustomer(context, caller, id) }),
  },
  {
    method: 'GET',
    pattern: /^\/v1\/customers\/([^/]+)\/subscriptions\/?$/i,
    run: ({ context, caller, parameters: [id = ''] }) => ({
      status: 200,
      body: listSubscriptions(context, caller, id),
    }),
  },
  {
    method: 'POST',
    pattern: /^\/v1\/customers\/([^/]+)\/applicationconsents\/?$/i,
    run: ({ request, context, caller, meter, parameters: [id = ''] }) => {
      countConsentRequest(meter, caller.token.appId, context.clock.now());
      return { status: 201, body: createConsent(request, context, caller, id) };
    },
  },
  {
    method: 'DELETE',
    pattern: /^\/v1\/customers\/([^/]+)\/applicationconsents\/([^/]+)\/?$/i,
    run: ({ context, caller, meter, parameters: [id = '', appId = ''] }) => {
      countConsentRequest(meter, caller.token.appId, context.clock.now());
      deleteConsent(context, caller, id, appId);
      return { status: 204 };
    },
  },
];

/** Makes the handler of the Partner Center origin. */
export function createPartnerCenterHandler(): SimHandler {
  const meter: ConsentMeter = { recentMs: new Map() };
  return async (request, context) => {
    const headers = echoedHeaders(request);
    try {
      return answer(request, context, meter, headers);
    } catch (error) {
      if (error instanceof PartnerCenterFailure) return answerFailure(error, headers);
      throw error;
    }
  };
}

function answer(
  request: SimRequest,
  context: SimContext,
  meter: ConsentMeter,
  headers: Record<string, string>,
): SimResponse {
  const token = readToken(request, context);
  // The header asks whether the token would do; the answer says so whether the call succeeds or not.
  if (request.headers['validatemfa']?.toLowerCase() === 'true' && token.kind === 'delegated') {
    headers['isMfaCompliant'] = String(token.mfa);
  }
  requireMfa(token);
  const caller = requirePartner(token, context);
  for (const operation of OPERATIONS) {
    const match = operation.method === request.method ? operation.pattern.exec(request.path) : null;
    if (!match) continue;
    const { appId, kind } = token;
    const permissions = kind === 'delegated' ? ['user_impersonation'] : [];
    context.granted({ appId, kind, method: request.method, path: request.path, permissions });
    const { status, body } = operation.run({ request, context, caller, meter, parameters: match.slice(1) });
    return answerJson(status, body, headers);
  }
  throw notFound('The resource was not found.');
}
