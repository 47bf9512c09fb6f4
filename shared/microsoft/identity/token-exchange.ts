// Talks to Entra's token endpoint through MSAL, one short-lived client an exchange. MSAL's own cache is not used: it
// lives on the machine's clock and a client that sees ten thousand tenants gets slower with each of them.
import { ConfidentialClientApplication, type INetworkModule, type NetworkResponse } from '@azure/msal-node';
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import type { Ids } from '../../ids.ts';
import { explainEntra, findingError } from '../catalogue.ts';
import {
  type Answer,
  type Fetch,
  jsonOrText,
  parseJson,
  retryAfterMs,
  sendOnce,
  withInlineRetries,
} from '../transport.ts';
import type { ClientProof } from './client-proof.ts';

/** What the token endpoint answered; MSAL itself hands out neither the refresh token nor the lifetime in seconds. */
const tokenAnswer = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive(),
  refresh_token: z.string().min(1).optional(),
  id_token: z.string().min(1).optional(),
});
export type TokenAnswer = z.infer<typeof tokenAnswer>;

export interface Exchanger {
  /** MSAL's client for building addresses. */
  client(app: ClientProof, tenant: string): ConfidentialClientApplication;
  /**
   * Runs one exchange and gives Microsoft's answer.
   * @param acquire calls exactly one of the client's acquire functions
   * @param scopes to ask for and no others; without it what MSAL asks for, which is `offline_access` among others
   * @throws MicrosoftError
   */
  exchange(
    app: ClientProof,
    tenant: string,
    acquire: (client: ConfidentialClientApplication) => Promise<unknown>,
    scopes?: readonly string[],
  ): Promise<TokenAnswer>;
}

export interface EntraTools {
  /** https, or http on loopback; MSAL sees https either way. Nothing else is ever spoken to. */
  loginOrigin: string;
  fetch: Fetch;
  clock: Clock;
  random: Ids['random'];
}

export function openExchanger(tools: EntraTools): Exchanger {
  const { host } = new URL(tools.loginOrigin);
  const authorityMetadata = endpointTemplate(host);
  const createClient = (app: ClientProof, tenant: string, networkClient: INetworkModule) => {
    if (!/^[\w.-]+$/.test(tenant)) throw new TypeError('a tenant is an id, a domain or `organizations`');
    return new ConfidentialClientApplication({
      auth: {
        clientId: app.clientId,
        authority: `https://${host}/${tenant}`,
        knownAuthorities: [host],
        authorityMetadata,
        ...app.proof,
      },
      system: { networkClient },
    });
  };

  return {
    client: (app, tenant) => createClient(app, tenant, refusingNetwork),
    exchange: async (app, tenant, acquire, scopes) => {
      // Each attempt has a proof of its own: an assertion is good for one use.
      const attempt = async () => {
        const outcome: Outcome = {};
        const failure = await acquire(createClient(app, tenant, network(tools, outcome, scopes))).then(
          () => undefined,
          (error: unknown) => error,
        );
        // What was recorded counts: MSAL's errors hide status, headers and cause, and the id_token we check ourselves.
        if (outcome.failure !== undefined) throw outcome.failure;
        if (!outcome.answer) throw failure;
        return outcome.answer;
      };
      const answer = await withInlineRetries(attempt, { repeatable: true, ...tools });
      if (answer.status >= 200 && answer.status < 300) return readTokens(answer);
      throw explainEntra(jsonOrText(answer), answer.status, {
        retryAfterMs: retryAfterMs(answer.headers.get('retry-after'), tools.clock),
        correlationId: answer.headers.get('x-ms-request-id') ?? undefined,
      });
    },
  };
}

/** What happened at the token endpoint during one attempt. */
interface Outcome {
  answer?: Answer;
  failure?: unknown;
}

/** The network as MSAL sees it, for one attempt. */
function network(tools: EntraTools, outcome: Outcome, scopes: readonly string[] | undefined): INetworkModule {
  const prefix = `https://${new URL(tools.loginOrigin).host}/`;
  return {
    sendGetRequestAsync: refusingNetwork.sendGetRequestAsync,
    async sendPostRequestAsync<T>(url: string, options?: { headers?: Record<string, string>; body?: string }) {
      if (!url.startsWith(prefix)) throw new Error('MSAL asked for another origin than the configured one');
      const address = `${tools.loginOrigin}/${url.slice(prefix.length)}`;
      const init = { method: 'POST', headers: options?.headers ?? {}, body: withScopes(options?.body ?? '', scopes) };
      try {
        const answer = await sendOnce(tools.fetch, address, init, 'entra');
        outcome.answer = answer;
        // MSAL's own type for the answer of an endpoint that it does not check either.
        return { headers: {}, body: jsonOrText(answer), status: answer.status } as NetworkResponse<T>;
      } catch (error) {
        outcome.failure = error;
        throw error;
      }
    },
  };
}

/** MSAL adds `offline_access` to every request; whoever keeps no refresh token must not make people grant one. */
function withScopes(form: string, scopes: readonly string[] | undefined): string {
  if (!scopes) return form;
  const fields = new URLSearchParams(form);
  fields.set('scope', scopes.join(' '));
  return fields.toString();
}

/** For what must not need the network: MSAL knows the endpoints from {@link endpointTemplate}. */
const refusingNetwork: INetworkModule = {
  sendGetRequestAsync: () => Promise.reject(new Error('MSAL looked for metadata that it was given')),
  sendPostRequestAsync: () => Promise.reject(new Error('no exchange is under way')),
};

/**
 * Entra's endpoints are the same in every tenant and cloud, so no tenant's metadata needs to be fetched.
 * https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
 */
function endpointTemplate(host: string): string {
  const base = `https://${host}/{tenantid}`;
  return JSON.stringify({
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    issuer: `${base}/v2.0`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
  });
}

function readTokens(answer: Answer): TokenAnswer {
  const parsed = tokenAnswer.safeParse(parseJson(answer, 'entra'));
  // The cause names fields, never their values: those are tokens.
  if (!parsed.success)
    throw findingError('entra', 'unexpected_answer', { cause: parsed.error.issues.map((it) => it.path) });
  return parsed.data;
}
