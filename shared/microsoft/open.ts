// Builds what the capabilities may ask of Microsoft from the configuration: identity, Graph and Partner Center.
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Ids } from '../ids.ts';
import type { Log } from '../log.ts';
import { tokenExchangeAudience } from './clouds.ts';
import { openGraph } from './graph/graph-client.ts';
import { openAppTokenCache } from './identity/app-token-cache.ts';
import { openRegistrations } from './identity/registrations.ts';
import {
  adminConsentUrl,
  authorizeUrl,
  redeemCode,
  refresh,
  type SignInTools,
  signOutUrl,
} from './identity/sign-in.ts';
import { openSigningKeys } from './identity/signing-keys.ts';
import { tenantOfDomain } from './identity/tenant-of-domain.ts';
import { openExchanger } from './identity/token-exchange.ts';
import type { Microsoft } from './microsoft.ts';
import { readOrigins } from './origins.ts';
import { openPartnerCenter } from './partner-center.ts';
import type { Fetch } from './transport.ts';

export interface MicrosoftTools {
  config: Pick<Config, 'microsoft' | 'partnerApp' | 'customerApp'>;
  clock: Clock;
  ids: Ids;
  log: Log;
  /** The platform's own where left out; its connections are kept alive. */
  fetch?: Fetch;
}

/** @throws Error that says which setting is wrong: an origin, or a certificate without its key */
export function openMicrosoft({ config, clock, ids, log, fetch = globalThis.fetch }: MicrosoftTools): Microsoft {
  const origins = readOrigins(config.microsoft);
  const http = { fetch, clock, ids, log };
  const entra = { loginOrigin: origins.login, fetch, clock, random: ids.random };
  const exchanger = openExchanger(entra);
  const registrations = openRegistrations(config, {
    clock,
    ids,
    tokenExchangeAudience: tokenExchangeAudience(origins.login),
  });
  const signIn: SignInTools = { registrations, exchanger, keys: openSigningKeys(entra), origins, clock };
  const customerTokens = openAppTokenCache(
    (tenantId, ownApp) =>
      exchanger.exchange(registrations.of(ownApp ?? 'customer'), tenantId, (client) =>
        client.acquireTokenByClientCredential({ scopes: [`${origins.graphResource}/.default`], skipCache: true }),
      ),
    clock,
  );
  return {
    authorizeUrl: (request) => authorizeUrl(request, signIn),
    adminConsentUrl: (request) => adminConsentUrl(request, signIn),
    redeemCode: (request) => redeemCode(request, signIn),
    refresh: (request) => refresh(request, signIn),
    customerToken: (tenantId, ownApp) => customerTokens.source(z.guid().parse(tenantId).toLowerCase(), ownApp),
    tenantOfDomain: (domain) => tenantOfDomain(domain, entra),
    graph: openGraph({ ...http, origin: origins.graph }),
    partnerCenter: (token) => openPartnerCenter({ ...http, origin: origins.partnerCenter }, token),
    signOutUrl: (returnTo) => signOutUrl(returnTo, origins),
  };
}
