// The identity platform's errors: AADSTS codes with their OAuth error, status and text, and how they look in a token
// answer, in a redirect and on a page. https://learn.microsoft.com/entra/identity-platform/reference-error-codes
import { randomUUID } from 'node:crypto';
import { jsonResponse, type SimResponse } from '../http.ts';

interface Entry {
  error: string;
  /** 400 unless given; `invalid_client` is 401. */
  status?: number;
  text: string;
}

/** `{0}`, `{1}`… are filled in by the thrower. */
const CATALOGUE = {
  16000: { error: 'interaction_required', text: 'Several accounts are signed in; the user must choose one.' },
  28000: { error: 'invalid_request', text: 'The scope contains more than one resource: {0}.' },
  50011: {
    error: 'invalid_request',
    text: "The redirect URI '{0}' specified in the request does not match the redirect URIs configured for the application '{1}'.",
  },
  50020: {
    error: 'invalid_grant',
    text: "User account '{0}' from identity provider '{1}' does not exist in tenant '{2}' and cannot access the application '{3}' in that tenant.",
  },
  50034: { error: 'invalid_grant', text: 'The user account {0} does not exist in the {1} directory.' },
  50057: { error: 'invalid_grant', text: 'The user account is disabled.' },
  50058: { error: 'login_required', text: 'A silent sign-in request was sent but no user is signed in.' },
  50059: {
    error: 'invalid_request',
    text: 'No tenant-identifying information found in either the request or implied by any provided credentials.',
  },
  50173: {
    error: 'invalid_grant',
    text: 'The provided grant has expired due to it being revoked, a fresh auth token is needed.',
  },
  50194: {
    error: 'invalid_request',
    text: "Application '{0}' is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps.",
  },
  54005: {
    error: 'invalid_grant',
    text: 'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
  },
  65001: {
    error: 'invalid_grant',
    text: "The user or administrator has not consented to use the application with ID '{0}'. Send an interactive authorization request for this user and resource.",
  },
  65004: { error: 'access_denied', text: 'User declined to consent to access the app.' },
  70000: { error: 'invalid_grant', text: 'The provided value for the code or refresh token is not valid.' },
  70003: { error: 'unsupported_grant_type', text: "The app requested an unsupported grant type '{0}'." },
  70005: { error: 'unsupported_response_type', text: "The response_type '{0}' is not supported for the application." },
  70008: { error: 'invalid_grant', text: 'The provided authorization code has expired.' },
  70011: { error: 'invalid_scope', text: "The provided value for the input parameter 'scope' is not valid: {0}." },
  90002: {
    error: 'invalid_request',
    text: "Tenant '{0}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.",
  },
  90094: { error: 'access_denied', text: 'The grant requires admin permission.' },
  90099: {
    error: 'invalid_grant',
    text: "The application '{0}' has not been authorized in the tenant '{1}'. Applications must be authorized to access the external tenant before partner delegated administrators can use them. Provide pre-consent or execute the appropriate Partner Center API.",
  },
  500011: { error: 'invalid_resource', text: 'The resource principal named {0} was not found in the tenant.' },
  501481: {
    error: 'invalid_grant',
    text: 'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
  },
  650052: {
    error: 'invalid_client',
    text: "The app needs access to a service ('{0}') that your organization '{1}' has not subscribed to or enabled. Contact your IT Admin to review the configuration of your service subscriptions.",
  },
  650053: {
    error: 'invalid_client',
    status: 400,
    text: "The application asked for scope '{0}' that doesn't exist on the resource '{1}'.",
  },
  700005: {
    error: 'invalid_grant',
    text: 'Provided Authorization Code is intended to use against other tenant, thus rejected.',
  },
  700016: {
    error: 'unauthorized_client',
    text: "Application with identifier '{0}' was not found in the directory '{1}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.",
  },
  500112: {
    error: 'invalid_grant',
    text: "The reply address '{0}' does not match the reply address '{1}' provided when requesting Authorization code.",
  },
  700021: {
    error: 'invalid_client',
    text: "Client assertion application identifier doesn't match 'client_id' parameter.",
  },
  700023: { error: 'invalid_client', text: 'Client assertion audience claim does not match Realm issuer.' },
  700024: {
    error: 'invalid_client',
    text: 'Client assertion is not within its valid time range. Current time: {0}.',
  },
  700027: {
    error: 'invalid_client',
    text: 'The certificate with identifier used to sign the client assertion is not registered on application, or its signature is not valid. {0}',
  },
  700082: {
    error: 'invalid_grant',
    text: 'The refresh token has expired due to inactivity. The token was issued on {0} and was inactive for 90.00:00:00.',
  },
  900144: { error: 'invalid_request', text: "The request body must contain the following parameter: '{0}'." },
  900971: { error: 'invalid_request', text: 'No reply address provided.' },
  1000502: { error: 'invalid_client', text: 'The provided certificate is not within its specified validity window.' },
  1002012: {
    error: 'invalid_scope',
    text: 'The provided value for scope {0} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).',
  },
  5002723: { error: 'invalid_client', text: 'Invalid JWT token: {0}.' },
  7000112: { error: 'unauthorized_client', text: "Application '{0}' is disabled." },
  7000215: { error: 'invalid_client', text: "Invalid client secret provided for app '{0}'." },
  7000218: {
    error: 'invalid_client',
    text: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  },
  7000222: { error: 'invalid_client', text: "The provided client secret keys for app '{0}' are expired." },
  7000229: {
    error: 'invalid_client',
    text: 'The client application {0} is missing service principal in the tenant {1}. See instructions here: https://go.microsoft.com/fwlink/?linkid=2225119',
  },
  9001023: {
    error: 'invalid_request',
    text: 'The grant type is not supported over the /common or /consumers endpoints. Please use the /organizations or tenant-specific endpoint.',
  },
} as const satisfies Record<number, Entry>;

export type AadstsCode = keyof typeof CATALOGUE;

/** A refusal by the identity platform. */
export class AadstsFailure extends Error {
  readonly code: AadstsCode;
  readonly error: string;
  readonly status: number;
  readonly subcode: string | undefined;

  constructor(code: AadstsCode, values: readonly string[] = [], options: { error?: string; subcode?: string } = {}) {
    const entry: Entry = CATALOGUE[code];
    super(`AADSTS${code}: ${entry.text.replace(/\{(\d)\}/g, (_match, at: string) => values[Number(at)] ?? '')}`);
    this.code = code;
    this.error = options.error ?? entry.error;
    this.status = entry.status ?? (entry.error === 'invalid_client' ? 401 : 400);
    this.subcode = options.subcode;
  }
}

export interface ErrorDetails {
  description: string;
  traceId: string;
  correlationId: string;
  timestamp: string;
}

/** The text with trace id, correlation id and time, as it stands in `error_description`. */
export function errorDetails(
  failure: AadstsFailure,
  nowMs: number,
  correlationId: string = randomUUID(),
): ErrorDetails {
  const traceId = randomUUID();
  const timestamp = `${new Date(nowMs).toISOString().slice(0, 19).replace('T', ' ')}Z`;
  return {
    description: `${failure.message}\r\nTrace ID: ${traceId}\r\nCorrelation ID: ${correlationId}\r\nTimestamp: ${timestamp}`,
    traceId,
    correlationId,
    timestamp,
  };
}

/** The token endpoint's error answer. */
export function tokenError(failure: AadstsFailure, nowMs: number, correlationId?: string): SimResponse {
  const details = errorDetails(failure, nowMs, correlationId);
  return jsonResponse(failure.status, {
    error: failure.error,
    error_description: details.description,
    error_codes: [failure.code],
    timestamp: details.timestamp,
    trace_id: details.traceId,
    correlation_id: details.correlationId,
    error_uri: `https://login.microsoftonline.com/error?code=${failure.code}`,
  });
}
