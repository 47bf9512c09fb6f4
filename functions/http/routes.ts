// Every HTTP function but the pages: journeys to Microsoft and back, the API, and the forms of the pages.
import type { HttpFunction } from '../define.ts';
import { addMemberFunction } from './api/add-member.ts';
import { changeMemberFunction } from './api/change-member.ts';
import { changeSettingsFunction } from './api/change-settings.ts';
import { checkConsentFunction } from './api/check-consent.ts';
import { createConsentLinkFunction } from './api/create-consent-link.ts';
import { listConnectionsFunction } from './api/list-connections.ts';
import { listConsentLinksFunction } from './api/list-consent-links.ts';
import { listCustomersFunction } from './api/list-customers.ts';
import { listDeadLettersFunction } from './api/list-dead-letters.ts';
import { listMembersFunction } from './api/list-members.ts';
import { readConnectionFunction } from './api/read-connection.ts';
import { readCustomerFunction } from './api/read-customer.ts';
import { readDiscoveryFunction } from './api/read-discovery.ts';
import { readSessionFunction } from './api/read-session.ts';
import { readSettingsFunction } from './api/read-settings.ts';
import { refreshConnectionFunction } from './api/refresh-connection.ts';
import { removeMemberFunction } from './api/remove-member.ts';
import { resubmitDeadLetterFunction } from './api/resubmit-dead-letter.ts';
import { revokeConsentLinkFunction } from './api/revoke-consent-link.ts';
import { syncCustomerFunction } from './api/sync-customer.ts';
import { finishConnectFunction } from './flows/finish-connect.ts';
import { finishConsentFunction } from './flows/finish-consent.ts';
import { finishConsentSignInFunction } from './flows/finish-consent-sign-in.ts';
import { finishSignInFunction } from './flows/finish-sign-in.ts';
import { signOutFunction } from './flows/sign-out.ts';
import { startConnectFunction } from './flows/start-connect.ts';
import { startConsentFunction } from './flows/start-consent.ts';
import { startReauthorizeFunction } from './flows/start-reauthorize.ts';
import { startSignInFunction } from './flows/start-sign-in.ts';
import { addMemberFormFunction } from './forms/add-member.ts';
import { changeMemberFormFunction } from './forms/change-member.ts';
import { changeSettingsFormFunction } from './forms/change-settings.ts';
import { checkConsentFormFunction } from './forms/check-consent.ts';
import { createConsentLinkFormFunction } from './forms/create-consent-link.ts';
import { refreshConnectionFormFunction } from './forms/refresh-connection.ts';
import { removeMemberFormFunction } from './forms/remove-member.ts';
import { revokeConsentLinkFormFunction } from './forms/revoke-consent-link.ts';
import { syncCustomerFormFunction } from './forms/sync-customer.ts';

export const httpFunctions: readonly HttpFunction[] = [
  finishConnectFunction,
  finishConsentSignInFunction,
  finishConsentFunction,
  finishSignInFunction,
  signOutFunction,
  startConnectFunction,
  startConsentFunction,
  startReauthorizeFunction,
  startSignInFunction,
  addMemberFunction,
  changeMemberFunction,
  changeSettingsFunction,
  checkConsentFunction,
  createConsentLinkFunction,
  listConnectionsFunction,
  listConsentLinksFunction,
  listCustomersFunction,
  listDeadLettersFunction,
  listMembersFunction,
  readConnectionFunction,
  readCustomerFunction,
  readDiscoveryFunction,
  readSessionFunction,
  readSettingsFunction,
  refreshConnectionFunction,
  removeMemberFunction,
  resubmitDeadLetterFunction,
  revokeConsentLinkFunction,
  syncCustomerFunction,
  addMemberFormFunction,
  changeMemberFormFunction,
  changeSettingsFormFunction,
  checkConsentFormFunction,
  createConsentLinkFormFunction,
  refreshConnectionFormFunction,
  removeMemberFormFunction,
  revokeConsentLinkFormFunction,
  syncCustomerFormFunction,
];
