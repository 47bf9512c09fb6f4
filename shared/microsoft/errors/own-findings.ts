// Failures that we find ourselves in what Microsoft sent, or that no answer came at all.
import type { CatalogueLine } from './catalogue-entry.ts';

/** Names of the failures that {@link findingError} explains. */
export type OwnFinding =
  | 'no_answer'
  | 'timed_out'
  | 'broken_answer'
  | 'unexpected_answer'
  | 'answer_too_large'
  | 'missing_item'
  | 'foreign_link'
  | 'id_token_invalid'
  | 'personal_account'
  | 'wrong_tenant'
  | 'identity_unavailable'
  | 'credential_unreadable'
  | 'own_app_missing'
  | 'own_app_unreadable';

export const ownFindings: readonly (CatalogueLine & { codes: readonly OwnFinding[] })[] = [
  {
    codes: ['no_answer', 'timed_out'],
    kind: 'transient',
    whoActs: 'microsoft',
    meaning: 'No answer came from Microsoft.',
    whatToDo: 'Nothing: we try again. If it stays, check the network between this deployment and Microsoft.',
  },
  {
    codes: ['broken_answer', 'missing_item'],
    kind: 'transient',
    whoActs: 'microsoft',
    meaning: 'The answer from Microsoft broke off or was incomplete.',
    whatToDo: 'Nothing: we try again.',
  },
  {
    codes: ['unexpected_answer', 'answer_too_large'],
    kind: 'other',
    whoActs: 'tenantry',
    meaning: 'Microsoft answered in a way that we do not understand.',
    whatToDo: 'Report it with the correlation id.',
  },
  {
    codes: ['foreign_link'],
    kind: 'other',
    whoActs: 'tenantry',
    meaning: 'A link to more data points to a server that is not the one we ask, so we did not follow it.',
    whatToDo: 'Report it with the correlation id.',
  },
  {
    codes: ['id_token_invalid'],
    kind: 'interaction',
    whoActs: 'msp',
    meaning: 'The sign-in could not be verified.',
    whatToDo: 'Start again from our page. If it happens again, check that the clock of this deployment is right.',
    retryHelps: true,
  },
  {
    codes: ['personal_account'],
    kind: 'interaction',
    whoActs: 'msp',
    meaning: 'That is a personal Microsoft account.',
    whatToDo: 'Sign in with a work or school account.',
  },
  {
    codes: ['wrong_tenant'],
    kind: 'interaction',
    whoActs: 'msp',
    meaning: 'The account that signed in belongs to another tenant than the one that was asked for.',
    whatToDo: 'Sign out of Microsoft, or use a private window, and sign in with an account of the right tenant.',
  },
  {
    codes: ['credential_unreadable'],
    kind: 'interaction',
    whoActs: 'msp',
    meaning: 'The stored sign-in cannot be opened: the key that it was sealed with is gone.',
    whatToDo: 'Choose Reauthorize and sign in again, or let the operator of this deployment bring the key back.',
  },
  {
    codes: ['own_app_missing'],
    kind: 'credential',
    whoActs: 'msp',
    meaning: 'The connection uses your own app registration, but its application id and secret are not there.',
    whatToDo: 'Open the connection, choose "App registration" and enter them.',
  },
  {
    codes: ['own_app_unreadable'],
    kind: 'credential',
    whoActs: 'msp',
    meaning:
      'The stored secret of your own app registration cannot be opened: the key that it was sealed with is gone.',
    whatToDo: 'Open the connection, choose "App registration" and enter a secret or certificate again.',
  },
  {
    codes: ['identity_unavailable'],
    kind: 'credential',
    whoActs: 'tenantry',
    meaning: 'The managed identity of this deployment gave no token.',
    whatToDo: 'The operator of this deployment checks that the identity is assigned to the function app.',
    retryHelps: true,
  },
];
