// What a refusal of Microsoft means for automatic consent: to be looked at again, tried again, or mended by somebody.
import { describe, expect, it } from 'vitest';
import { mayBeConnection, outcomeOf } from '../../../shared/consent/automatic/failures.ts';
import { explainEntra, explainGraph, explainPartnerCenter, findingError } from '../../../shared/microsoft/catalogue.ts';

const entra = (code: number, word = 'invalid_grant', status = 400) =>
  explainEntra({ error: word, error_description: `AADSTS${code}: Text.`, error_codes: [code] }, status);
const graph = (code: string, status: number) => explainGraph({ error: { code, message: 'Text.' } }, status);
const partnerCenter = (code: string, status: number) => explainPartnerCenter({ code, description: 'Text.' }, status);

describe('what a step came to', () => {
  it.each([
    // What another place has granted a moment ago is not there yet.
    ['the partner app is not authorised there', 'install', entra(90099), 'notYet', null],
    ['its consent is not there', 'install', entra(65001), 'notYet', null],
    ['its service principal is not there', 'install', entra(7000229, 'invalid_client', 401), 'notYet', null],
    ['the new service principal is not found', 'install', graph('Request_ResourceNotFound', 404), 'notYet', null],
    ['the identity is not known', 'install', graph('Authorization_IdentityNotFound', 403), 'notYet', null],
    // It passes by itself.
    ['Graph is busy', 'install', graph('TooManyRequests', 429), 'failed', 'passing'],
    ['Graph is down', 'install', graph('serviceNotAvailable', 503), 'failed', 'passing'],
    ['Partner Center is busy', 'authorise', partnerCenter('', 429), 'failed', 'passing'],
    ['Entra has a passing problem', 'install', entra(90033, 'temporarily_unavailable', 503), 'failed', 'passing'],
    ['no answer came', 'withdraw', findingError('partnerCenter', 'no_answer'), 'failed', 'passing'],
    ['the answer broke off', 'authorise', findingError('partnerCenter', 'broken_answer'), 'failed', 'passing'],
    // A role that was given just now may be what is late.
    ['Partner Center denies it', 'authorise', partnerCenter('2032', 403), 'failed', 'perhaps'],
    ['Partner Center does not know the customer', 'authorise', partnerCenter('1000', 404), 'failed', 'perhaps'],
    ['Graph denies it', 'install', graph('Authorization_RequestDenied', 403), 'failed', 'perhaps'],
    ['the account is not admitted', 'install', entra(50020), 'failed', 'perhaps'],
    // Somebody must act.
    ['a policy blocks it', 'install', entra(53003), 'failed', 'forGood'],
    ['a device is asked for', 'install', entra(530003), 'failed', 'forGood'],
    ['a second factor is asked for', 'install', entra(50076, 'interaction_required'), 'failed', 'forGood'],
    ['the app is switched off', 'install', entra(7000112, 'unauthorized_client'), 'failed', 'forGood'],
    ['the tenant is gone', 'install', entra(90002, 'invalid_request'), 'failed', 'forGood'],
    ['Partner Center does not like the request', 'authorise', partnerCenter('3000', 400), 'failed', 'forGood'],
    ['Graph does not like the request', 'install', graph('Request_BadRequest', 400), 'failed', 'forGood'],
    ['there was no second factor at sign-in', 'authorise', partnerCenter('900421', 401), 'failed', 'forGood'],
    ['it is not authorised, asked elsewhere', 'authorise', entra(65001), 'failed', 'forGood'],
  ] as const)('%s', (_, step, error, kind, span) => {
    const outcome = outcomeOf(step, error);
    expect(outcome.kind).toBe(kind);
    expect(outcome.kind === 'failed' ? outcome.span : null).toBe(span);
    expect(outcome.kind === 'done' ? '' : outcome.explanation.whatToDo).not.toBe('');
  });
  it('keeps the wait that Microsoft asks for', () => {
    const error = explainGraph({ error: { code: 'TooManyRequests', message: '' } }, 429, { retryAfterMs: 90_000 });
    expect(outcomeOf('install', error)).toMatchObject({ retryAfterMs: 90_000 });
  });
});

describe('a refusal that may be the connection', () => {
  it.each([
    ['the sign-in was revoked', entra(50173), true],
    ['the sign-in ran out', entra(700082), true],
    ["the app's secret ran out", entra(7000222, 'invalid_client', 401), true],
    ['a policy of the customer blocks it', entra(53003), false],
    ['consent is missing', entra(65001), false],
    ['Graph denies it', graph('Authorization_RequestDenied', 403), false],
    ['Partner Center denies it', partnerCenter('2032', 403), false],
  ])('%s: %s', (_, error, may) => {
    expect(mayBeConnection(error)).toBe(may);
  });
});
