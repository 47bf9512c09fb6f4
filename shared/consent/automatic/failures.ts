// What a failure of Microsoft means for automatic consent: whether it passes, may pass, or waits for somebody. Pure.
import type { MicrosoftError } from '../../microsoft/microsoft.ts';
import type { FailureSpan, Outcome } from './machine.ts';
import { explainRefusal } from './refusals.ts';
import type { AutomaticStep } from './state.ts';

/**
 * What Entra and Graph say in the customer's tenant while an app or a grant of a minute ago has not reached them.
 * https://learn.microsoft.com/graph/best-practices-concept#reliability-and-support
 */
const notThereYet = new Set([
  'AADSTS90099',
  'AADSTS65001',
  'AADSTS7000229',
  'AADSTS700016',
  'AADSTS700011',
  'AADSTS650051',
  'Authorization_IdentityNotFound',
]);

/** Roles and memberships that were given just now are refused for a while in the same words as those that are missing. */
const maySettle = new Set(['AADSTS50020']);

/** The outcome of a step that Microsoft refused. Whether the connection itself is well is for the caller to find out. */
export function outcomeOf(step: AutomaticStep, error: MicrosoftError): Outcome {
  const { explanation, retryAfterMs } = error;
  if (step === 'install' && (notThereYet.has(error.code) || error.kind === 'notFound'))
    return { kind: 'notYet', explanation: explainRefusal('automatic_not_passed_on') };
  return { kind: 'failed', span: spanOf(error), explanation, retryAfterMs };
}

function spanOf(error: MicrosoftError): FailureSpan {
  if (error.kind === 'transient' || error.kind === 'throttled') return 'passing';
  if (maySettle.has(error.code)) return 'perhaps';
  // A policy of the customer's blocks until it is changed; a role may only be late.
  const late = error.source !== 'entra' && (error.kind === 'permission' || error.kind === 'notFound');
  return late || error.explanation.retryHelps ? 'perhaps' : 'forGood';
}

/** Whether a refusal in the customer's tenant may come from the kept sign-in, or the app's credential, having ended. */
export function mayBeConnection({ source, kind }: MicrosoftError): boolean {
  return source === 'entra' && (kind === 'interaction' || kind === 'credential');
}
