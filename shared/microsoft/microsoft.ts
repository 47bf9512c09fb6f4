// What the capabilities may ask of Microsoft. `openMicrosoft` (open.ts) builds it from configuration.
import type { z } from 'zod';
import type { AppProof } from '../config.ts';
import type { Explanation } from '../errors.ts';

/** Which of the deployment's two app registrations: design.md, Microsoft. */
export type AppKind = 'partner' | 'customer';

/** An app registration that the MSP owns itself: it does what both of the deployment's do, for its own connection only. */
export interface OwnApp {
  clientId: string;
  proof: Extract<AppProof, { kind: 'secret' | 'certificate' }>;
}

export interface AuthorizationRequest {
  app: AppKind | OwnApp;
  /** A tenant id, or `organizations` where any work account may sign in. */
  tenant: string;
  redirectUri: string;
  /** Exactly what is asked for; may name several resources, of which `redeemCode` then takes one. */
  scopes: readonly string[];
  state: string;
  nonce: string;
  codeChallenge: string;
  prompt?: 'select_account' | 'login' | 'consent';
  /** Left out by MSAL beside `select_account`: there the person chooses. */
  loginHint?: string;
}

/** Who signed in, from a validated id_token. Key by tenant and object id; never authorise by the username. */
export interface SignedInAccount {
  tenantId: string;
  objectId: string;
  name: string;
  username: string;
  /** Directory role template ids (`wids`), where the app registration asks for them. */
  roles: readonly string[];
}

export interface CodeRedemption {
  account: SignedInAccount;
  accessToken: string;
  refreshToken: string | null;
}

/** A bearer token for one resource in one tenant. */
export interface TokenSource {
  /** From the cache while it is good. */
  get(): Promise<string>;
  /** From Microsoft, whatever the cache holds: after a 401 or 403, and for consent probes. */
  renew(): Promise<string>;
}

export interface RefreshedTokens {
  accessToken: string;
  /** Replaces the one that was used. */
  refreshToken: string;
  expiresAtMs: number;
}

export interface BatchRequest {
  id: string;
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Relative to the version, with a leading slash; or an absolute next or delta link of the same origin. */
  url: string;
  body?: unknown;
  headers?: Record<string, string>;
}

export type BatchItem = { ok: true; status: number; body: unknown } | { ok: false; error: MicrosoftError };

export interface GraphClient {
  /** One GET, parsed. @throws MicrosoftError */
  get<T>(path: string, schema: z.ZodType<T>): Promise<T>;
  /** Every page of a collection, parsed item by item. @throws MicrosoftError */
  pages<T>(path: string, item: z.ZodType<T>): AsyncGenerator<T[]>;
  /**
   * Any number of requests, 20 a call; every one has its own outcome. Items refused for a moment, or for a permission
   * that a cached token may lack, were tried once more. A link of another origin is a failure of its item.
   * @throws MicrosoftError when no call succeeded
   */
  batch(requests: readonly BatchRequest[]): Promise<ReadonlyMap<string, BatchItem>>;
  /** A write; gives the parsed answer, undefined where there is no content. Repeated only when surely not carried out. @throws MicrosoftError */
  send(
    method: 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<unknown>;
}

export interface PartnerCenterCustomer {
  tenantId: string;
  name: string;
  domain: string | null;
}

export interface PartnerCenterClient {
  /** Whether Partner Center takes the token as MFA-compliant. @throws MicrosoftError for anything but an answer to that. */
  isMfaCompliant(): Promise<boolean>;
  customers(): AsyncGenerator<PartnerCenterCustomer[]>;
  /**
   * Grants an app delegated permissions of Graph in a customer's tenant; `exists` where it holds some there already, be
   * they these or others. @throws MicrosoftError
   */
  grantConsent(consent: ApplicationConsent, takeTurn: TakeTurn): Promise<'granted' | 'exists'>;
  /** Takes the app and its grants out of the customer's tenant; false where it was not there. @throws MicrosoftError */
  withdrawConsent(
    consent: Pick<ApplicationConsent, 'customerTenantId' | 'applicationId'>,
    takeTurn: TakeTurn,
  ): Promise<boolean>;
}

export interface ApplicationConsent {
  customerTenantId: string;
  applicationId: string;
  /** Names of delegated permissions of Microsoft Graph. */
  scopes: readonly string[];
}

/** Resolves when the next request may be sent: Partner Center counts those of an app, whichever process sends them. */
export type TakeTurn = () => Promise<void>;

export interface Microsoft {
  authorizeUrl(request: AuthorizationRequest): Promise<string>;
  /** The v2.0 admin consent page of the named tenant, for everything in the manifest of the customer app, or of `ownApp`. */
  adminConsentUrl(request: { tenantId: string; redirectUri: string; state: string; ownApp?: OwnApp }): string;
  /** Redeems a code and validates the id_token: signature, issuer, audience, nonce, tenant. @throws MicrosoftError */
  redeemCode(request: {
    app: AppKind | OwnApp;
    tenant: string;
    redirectUri: string;
    scopes: readonly string[];
    code: string;
    codeVerifier: string;
    nonce: string;
  }): Promise<CodeRedemption>;
  /** Uses a refresh token of the partner app, or of `ownApp`, in `tenantId`. @throws MicrosoftError */
  refresh(request: {
    refreshToken: string;
    tenantId: string;
    resource: 'graph' | 'partnerCenter';
    ownApp?: OwnApp;
  }): Promise<RefreshedTokens>;
  /**
   * App-only tokens of the customer app, or of `ownApp`, for Graph in a customer tenant.
   * @throws ZodError when the tenant id is no GUID; Error when the certificate of `ownApp` is not usable
   */
  customerToken(tenantId: string, ownApp?: OwnApp): TokenSource;
  /**
   * The tenant that a verified domain belongs to, by Microsoft's public metadata; null where no tenant has it.
   * @throws MicrosoftError when there is no answer
   */
  tenantOfDomain(domain: string): Promise<string | null>;
  graph(token: TokenSource): GraphClient;
  partnerCenter(token: TokenSource): PartnerCenterClient;
  /** Where to sign out, coming back to `returnTo`. */
  signOutUrl(returnTo: string): string;
}

/**
 * What kind of failure, for deciding what to do next.
 * `credential`: ours is bad. `consent`: the tenant has not (or no longer) granted the app. `permission`: a grant or role
 * is missing. `unlicensed`: the tenant has no licence for what was asked. `reset`: a delta link is no longer good.
 * `transient` and `throttled`: try again later.
 */
export type FailureKind =
  | 'credential'
  | 'consent'
  | 'permission'
  | 'unlicensed'
  | 'reset'
  | 'notFound'
  | 'throttled'
  | 'transient'
  | 'interaction'
  | 'other';

/** A failure of Entra, Graph or Partner Center, explained by the catalogue. */
export class MicrosoftError extends Error {
  readonly source: 'entra' | 'graph' | 'partnerCenter';
  readonly kind: FailureKind;
  /** HTTP status, 0 when no answer came. */
  readonly status: number;
  /** Microsoft's own code: `AADSTS7000229`, `Authorization_RequestDenied`, `900421`. */
  readonly code: string;
  readonly retryAfterMs: number | undefined;
  readonly explanation: Explanation;

  constructor(
    fields: {
      source: 'entra' | 'graph' | 'partnerCenter';
      kind: FailureKind;
      status: number;
      code: string;
      retryAfterMs?: number;
      explanation: Explanation;
    },
    options?: ErrorOptions,
  ) {
    super(`${fields.source} ${fields.status} ${fields.code}: ${fields.explanation.meaning}`, options);
    this.name = 'MicrosoftError';
    this.source = fields.source;
    this.kind = fields.kind;
    this.status = fields.status;
    this.code = fields.code;
    this.retryAfterMs = fields.retryAfterMs;
    this.explanation = fields.explanation;
  }
}

/** Whether waiting and trying again can help without anybody doing anything. */
export function isTransient(error: unknown): error is MicrosoftError {
  return error instanceof MicrosoftError && (error.kind === 'transient' || error.kind === 'throttled');
}
