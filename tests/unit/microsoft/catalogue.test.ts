// The catalogue: every code that must be known is explained, unknown ones keep Microsoft's sentence, and the kind of
// failure decides the right thing.
import { describe, expect, it } from 'vitest';
import {
  explainEntra,
  explainGraph,
  explainPartnerCenter,
  explainRedirectError,
} from '../../../shared/microsoft/catalogue.ts';
import type { FailureKind } from '../../../shared/microsoft/microsoft.ts';

const correlationId = 'fb3d2015-bc17-4bb9-bb85-30c5cf1aaaa7';

function entraBody(number: number, error = 'invalid_grant', text = 'Something in the words of Microsoft.') {
  return {
    error,
    error_description: `AADSTS${number}: ${text}\r\nTrace ID: 255d1aef-8c98-452f-ac51-23d051240864\r\nCorrelation ID: ${correlationId}\r\nTimestamp: 2026-01-09 02:02:12Z`,
    error_codes: [number],
    correlation_id: correlationId,
  };
}

const mustBeKnown = [
  16000, 50001, 500011, 50011, 50020, 50034, 50053, 50055, 50056, 50057, 50058, 50059, 90002, 900023, 5000224, 90038,
  50072, 50074, 50076, 50078, 50079, 50097, 50129, 53000, 53001, 530003, 700003, 50105, 50126, 50131, 53003, 530032,
  530034, 530035, 50158, 50173, 50177, 50178, 50194, 50196, 50197, 51004, 54005, 65001, 65004, 65005, 650054, 650056,
  650057, 650051, 650052, 70000, 70008, 700082, 700084, 70043, 70001, 7000112, 1000031, 700011, 700016, 7000215,
  7000222, 7000218, 70002, 700027, 7000214, 7000274, 7000277, 700024, 1000502, 7000229, 700229, 90072, 90093, 90094,
  90095, 90099, 900144, 900971, 90055, 90006, 90024, 90033, 50033, 50087, 900421, 500121, 50128, 50144, 53004, 53011,
  70021, 700211, 700212, 700213,
];

describe('errors of Entra', () => {
  it.each(mustBeKnown)('explains AADSTS%i in words of its own', (number) => {
    const { explanation, code } = explainEntra(entraBody(number), 400);
    expect(code).toBe(`AADSTS${number}`);
    expect(explanation.meaning).not.toContain('in the words of Microsoft');
    expect(explanation.whatToDo.length).toBeGreaterThan(10);
    expect(explanation.correlationId).toBe(correlationId);
  });

  const kinds: [number, string, FailureKind][] = [
    [7000229, 'invalid_client', 'consent'],
    [700016, 'unauthorized_client', 'consent'],
    [7000112, 'unauthorized_client', 'consent'],
    [65001, 'invalid_grant', 'consent'],
    [90099, 'invalid_grant', 'consent'],
    [7000215, 'invalid_client', 'credential'],
    [7000222, 'invalid_client', 'credential'],
    [700027, 'invalid_client', 'credential'],
    [1000502, 'invalid_client', 'credential'],
    [50076, 'interaction_required', 'interaction'],
    [700082, 'invalid_grant', 'interaction'],
    [50173, 'invalid_grant', 'interaction'],
    [53003, 'access_denied', 'permission'],
    [90055, 'temporarily_unavailable', 'throttled'],
    [90033, 'temporarily_unavailable', 'transient'],
    [650051, 'invalid_request', 'transient'],
  ];
  it.each(kinds)('takes AADSTS%i (%s) for a failure of kind %s', (number, error, kind) => {
    expect(explainEntra(entraBody(number, error), 401).kind).toBe(kind);
  });

  it('tells our bad credential from a tenant that has removed the app, though both are invalid_client', () => {
    expect(explainEntra(entraBody(7000215, 'invalid_client'), 401).explanation.whoActs).toBe('tenantry');
    expect(explainEntra(entraBody(7000229, 'invalid_client'), 401).explanation.whoActs).toBe('customer');
  });

  it('keeps the sentence of an unknown number, without the lines for support', () => {
    const error = explainEntra(entraBody(99999999, 'invalid_grant', 'The moon is in the wrong phase.'), 400);
    expect(error.code).toBe('AADSTS99999999');
    expect(error.explanation.meaning).toBe('The moon is in the wrong phase.');
    expect(error.explanation.correlationId).toBe(correlationId);
    expect(error.kind).toBe('interaction');
  });

  it('trims the lines for support when they follow on the same line', () => {
    const description = `AADSTS4040404: No such thing. Trace ID: abc Correlation ID: ${correlationId} Timestamp: 2026-01-09 02:02:12Z`;
    const { explanation } = explainEntra({ error: 'invalid_request', error_description: description }, 400);
    expect(explanation).toMatchObject({ meaning: 'No such thing.', correlationId });
  });

  it.each([
    ['', 503, 'transient'],
    ['<html>Bad gateway</html>', 502, 'transient'],
    [null, 429, 'throttled'],
    [{ error: 7 }, 400, 'other'],
  ] as const)('makes something of the body %j with status %i', (body, status, kind) => {
    const error = explainEntra(body, status, { retryAfterMs: 3_000 });
    expect(error).toMatchObject({ kind, code: `http_${status}`, status, retryAfterMs: 3_000 });
    expect(error.explanation.meaning).not.toBe('');
  });
});

describe('errors in a redirect', () => {
  it('sees an error although admin_consent=True stands beside it', () => {
    const query = new URLSearchParams({
      admin_consent: 'True',
      error: 'consent_required',
      error_description: entraBody(65004).error_description,
    });
    expect(explainRedirectError(query)).toMatchObject({ code: 'AADSTS65004', kind: 'consent', status: 0 });
  });

  it('finds no error where there is none', () => {
    expect(explainRedirectError(new URLSearchParams({ admin_consent: 'True', tenant: 'x' }))).toBeUndefined();
  });

  it('takes a cancelled page for what it is, whatever number stands in the description', () => {
    const query = new URLSearchParams({
      error: 'access_denied',
      error_subcode: 'cancel',
      error_description: entraBody(65004).error_description,
    });
    expect(explainRedirectError(query)).toMatchObject({ code: 'access_denied', explanation: { retryHelps: true } });
  });

  it.each(['permission_denied', 'login_required', 'server_error', 'unauthorized_client'])(
    'explains the word %s alone',
    (word) => {
      expect(explainRedirectError(new URLSearchParams({ error: word }))?.code).toBe(word);
    },
  );

  it('quotes no description where told so, and never a word that is none of the protocol', () => {
    const said = { error: 'server_error', error_description: 'AADSTS123456: Call us at evil.example' };
    const quoted = explainRedirectError(new URLSearchParams(said));
    expect(quoted?.explanation.meaning).toContain('evil.example');
    const unquoted = explainRedirectError(new URLSearchParams(said), { quote: false });
    expect(unquoted?.explanation.code).toBe('AADSTS123456');
    expect(unquoted?.explanation.meaning).not.toContain('evil');
    for (const error of ['', 'x'.repeat(41), 'a b', '<b>', 'Évil'])
      expect(explainRedirectError(new URLSearchParams({ error }))?.code).toBe('unknown_error');
  });

  it('shows no more than one short line of a description that it does not know', () => {
    const query = new URLSearchParams({
      error: 'x',
      error_description: `AADSTS123456: ${'long '.repeat(200)}\u202e\r\n\u0000`,
    });
    const meaning = explainRedirectError(query)?.explanation.meaning ?? '';
    expect(meaning.length).toBeLessThanOrEqual(300);
    expect(meaning).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

describe('errors of Graph', () => {
  const body = (code: string, message = 'Words of Graph.') => ({
    error: { code, message, innerError: { 'request-id': correlationId, date: '2026-01-01T00:00:00' } },
  });
  const storedLink = 'https://graph.microsoft.com/v1.0/users/delta?$deltatoken=abc';

  const cases: [string, number, unknown, FailureKind][] = [
    ['a missing permission', 403, body('Authorization_RequestDenied'), 'permission'],
    ['a tenant without Entra ID P1', 403, body('Authentication_RequestFromNonPremiumTenantOrB2CTenant'), 'unlicensed'],
    ['a tenant without Intune', 400, body('BadRequest', 'Request not applicable to target tenant.'), 'unlicensed'],
    ['a token that is refused', 401, body('InvalidAuthenticationToken'), 'credential'],
    ['an app that is gone', 403, body('Authorization_IdentityNotFound'), 'consent'],
    ['something that is not there', 404, body('Request_ResourceNotFound'), 'notFound'],
    ['too many requests', 429, body('TooManyRequests'), 'throttled'],
    ['too many requests under another name', 429, body('BadRequest'), 'throttled'],
    ['an unknown 503', 503, body(''), 'transient'],
    ['a gateway', 504, '<html></html>', 'transient'],
    ['a conflict in the directory', 409, body('Directory_ConcurrencyViolation'), 'transient'],
    ['a resource that is gone, whatever it says', 410, '', 'reset'],
    ['a lost sync state', 400, body('syncStateNotFound'), 'reset'],
    ['a resync', 400, body('resyncRequired'), 'reset'],
    ['a code nested in innererror', 403, { error: { code: '', innererror: { code: 'accessDenied' } } }, 'permission'],
    ['a bad request', 400, body('Request_UnsupportedQuery'), 'other'],
  ];
  it.each(cases)('tells %s', (_name, status, answer, kind) => {
    expect(explainGraph(answer, status).kind).toBe(kind);
  });

  it('takes a user whom the customer does not know for a relationship that has ended, and keeps the code', () => {
    const { code, explanation } = explainGraph(body('Request_BadRequest', 'User was not found.'), 400);
    expect(code).toBe('Request_BadRequest');
    expect(explanation).toMatchObject({ whoActs: 'msp', whatToDo: expect.stringContaining('admin relationship') });
  });

  it('takes an unsupported query for a reset on a stored delta link, and on nothing else', () => {
    const answer = body('Request_UnsupportedQuery', 'DeltaLink older than 30 days is not supported.');
    expect(explainGraph(answer, 400, { url: storedLink }).kind).toBe('reset');
    expect(explainGraph(answer, 400, { url: storedLink.replace('$deltatoken', '%24deltatoken') }).kind).toBe('reset');
    expect(explainGraph(answer, 400, { url: '/users/delta?$select=id' }).kind).toBe('other');
  });

  it('keeps code, sentence, request id and Retry-After of an error that it does not know', () => {
    expect(explainGraph(body('NewThing', 'It is new.'), 418, { retryAfterMs: 7_000 })).toMatchObject({
      kind: 'other',
      code: 'NewThing',
      retryAfterMs: 7_000,
      explanation: { meaning: 'It is new.', correlationId },
    });
  });
});

describe('errors of Partner Center', () => {
  it.each([
    ['as a code', { code: '900421', description: 'MFA' }],
    ['as a number', { code: 900421 }],
    ['in the description', { code: 'Unauthorized', description: 'error 900421: no MFA claim' }],
    ['in plain text', 'AADSTS900421'.replace('AADSTS', 'code ')],
  ])('finds 900421 %s', (_name, body) => {
    expect(explainPartnerCenter(body, 401)).toMatchObject({ code: '900421', kind: 'interaction' });
  });

  it('takes a 403 of an indirect reseller for a missing permission and keeps the code', () => {
    expect(explainPartnerCenter({ code: '600009', description: 'no' }, 403)).toMatchObject({
      code: '600009',
      kind: 'permission',
    });
  });

  it('takes 429 in its own shape for throttling', () => {
    expect(explainPartnerCenter({ statusCode: 429, message: 'Rate limit is exceeded.' }, 429).kind).toBe('throttled');
  });
});
