// Every HTTP function but the pages: journeys to Microsoft and back, the API, and the forms of the pages.
import type { HttpFunction } from '../define.ts';
import { addMemberFunction } from './api/add-member.ts';
import { assignGdapGroupFunction } from './api/assign-gdap-group.ts';
import { beginCampaignTaskFunction } from './api/begin-campaign-task.ts';
import { beginGdapRunFunction } from './api/begin-gdap-run.ts';
import { changeCampaignFunction } from './api/change-campaign.ts';
import { changeCampaignCustomerFunction } from './api/change-campaign-customer.ts';
import { changeConsentStrategyFunction } from './api/change-consent-strategy.ts';
import { changeMemberFunction } from './api/change-member.ts';
import { changeSettingsFunction } from './api/change-settings.ts';
import { changeSetupFunction } from './api/change-setup.ts';
import { checkConnectionFunction } from './api/check-connection.ts';
import { checkConsentFunction } from './api/check-consent.ts';
import { checkGdapFunction } from './api/check-gdap.ts';
import { checkSyncFunction } from './api/check-sync.ts';
import { configureOwnAppFunction } from './api/configure-own-app.ts';
import { connectPartnerFunction } from './api/connect-partner.ts';
import { connectSingleFunction } from './api/connect-single.ts';
import { consentAutomaticallyFunction } from './api/consent-automatically.ts';
import { createConsentLinkFunction } from './api/create-consent-link.ts';
import { downloadCampaignLinksFunction } from './api/download-campaign-links.ts';
import { downloadGdapLinksFunction } from './api/download-gdap-links.ts';
import { draftOwnAppFunction } from './api/draft-own-app.ts';
import { exportContactsFunction } from './api/export-contacts.ts';
import { listCampaignCustomersFunction } from './api/list-campaign-customers.ts';
import { listCampaignsFunction } from './api/list-campaigns.ts';
import { listConnectionsFunction } from './api/list-connections.ts';
import { listConsentLinksFunction } from './api/list-consent-links.ts';
import { listContactExportPartsFunction } from './api/list-contact-export-parts.ts';
import { listContactsFunction } from './api/list-contacts.ts';
import { listCustomerGroupsFunction } from './api/list-customer-groups.ts';
import { listCustomersFunction } from './api/list-customers.ts';
import { listDeadLettersFunction } from './api/list-dead-letters.ts';
import { listEventsFunction } from './api/list-events.ts';
import { listExpiryWarningsFunction } from './api/list-expiry-warnings.ts';
import { listMembersFunction } from './api/list-members.ts';
import { listToConsentFunction } from './api/list-to-consent.ts';
import { readAccountFunction } from './api/read-account.ts';
import { readAutomaticConsentFunction } from './api/read-automatic-consent.ts';
import { readCampaignFunction } from './api/read-campaign.ts';
import { readConnectionFunction } from './api/read-connection.ts';
import { readConsentStrategyFunction } from './api/read-consent-strategy.ts';
import { readContactFunction } from './api/read-contact.ts';
import { readContactSyncFunction } from './api/read-contact-sync.ts';
import { readCustomerFunction } from './api/read-customer.ts';
import { readDiscoveryFunction } from './api/read-discovery.ts';
import { readGdapFunction } from './api/read-gdap.ts';
import { readGdapCalendarFunction } from './api/read-gdap-calendar.ts';
import { readGdapRolesFunction } from './api/read-gdap-roles.ts';
import { readGdapRunFunction } from './api/read-gdap-run.ts';
import { readHelpFunction } from './api/read-help.ts';
import { readOwnAppFunction } from './api/read-own-app.ts';
import { readRemovalFunction } from './api/read-removal.ts';
import { readSessionFunction } from './api/read-session.ts';
import { readSettingsFunction } from './api/read-settings.ts';
import { readSetupFunction } from './api/read-setup.ts';
import { readTimelineFunction } from './api/read-timeline.ts';
import { reauthorizeConnectionFunction } from './api/reauthorize-connection.ts';
import { refreshConnectionFunction } from './api/refresh-connection.ts';
import { refreshSetupFunction } from './api/refresh-setup.ts';
import { removeAllConnectionsFunction } from './api/remove-all-connections.ts';
import { removeConnectionFunction } from './api/remove-connection.ts';
import { removeMemberFunction } from './api/remove-member.ts';
import { requestGdapFunction } from './api/request-gdap.ts';
import { resubmitDeadLetterFunction } from './api/resubmit-dead-letter.ts';
import { revokeConsentLinkFunction } from './api/revoke-consent-link.ts';
import { startAutomaticConsentFunction } from './api/start-automatic-consent.ts';
import { startCampaignFunction } from './api/start-campaign.ts';
import { syncCustomerFunction } from './api/sync-customer.ts';
import { syncCustomersFunction } from './api/sync-customers.ts';
import { syncUsersFunction } from './api/sync-users.ts';
import { takeCampaignDraftFunction } from './api/take-campaign-draft.ts';
import { takeRunStepFunction } from './api/take-run-step.ts';
import { turnOnAutoExtendFunction } from './api/turn-on-auto-extend.ts';
import { finishConnectFunction } from './flows/finish-connect.ts';
import { finishConsentFunction } from './flows/finish-consent.ts';
import { finishConsentSignInFunction } from './flows/finish-consent-sign-in.ts';
import { finishOwnAppFunction } from './flows/finish-own-app.ts';
import { finishSignInFunction } from './flows/finish-sign-in.ts';
import { finishSingleFunction } from './flows/finish-single.ts';
import { noteConsentSeenFunction } from './flows/note-consent-seen.ts';
import { signOutFunction } from './flows/sign-out.ts';
import { startConnectFunction } from './flows/start-connect.ts';
import { startConsentFunction } from './flows/start-consent.ts';
import { startOwnAppFunction } from './flows/start-own-app.ts';
import { startReauthorizeFunction } from './flows/start-reauthorize.ts';
import { startSignInFunction } from './flows/start-sign-in.ts';
import { startSingleFunction } from './flows/start-single.ts';
import { takeCustomerStepFormFunction } from './flows/take-customer-step.ts';
import { takeRunStepFormFunction } from './flows/take-run-step.ts';
import { addMemberFormFunction } from './forms/add-member.ts';
import { advanceSetupFunction } from './forms/advance-setup.ts';
import { assignGdapGroupFormFunction } from './forms/assign-gdap-group.ts';
import { beginCampaignTaskFormFunction } from './forms/begin-campaign-task.ts';
import { beginGdapRunFormFunction } from './forms/begin-gdap-run.ts';
import { changeCampaignFormFunction } from './forms/change-campaign.ts';
import { changeCampaignCustomerFormFunction } from './forms/change-campaign-customer.ts';
import { changeConsentStrategyFormFunction } from './forms/change-consent-strategy.ts';
import { changeMemberFormFunction } from './forms/change-member.ts';
import { changeRoleProfileFormFunction } from './forms/change-role-profile.ts';
import { changeSettingsFormFunction } from './forms/change-settings.ts';
import { checkConnectionFormFunction } from './forms/check-connection.ts';
import { checkConsentFormFunction } from './forms/check-consent.ts';
import { checkGdapFormFunction } from './forms/check-gdap.ts';
import { checkSyncFormFunction } from './forms/check-sync.ts';
import { configureOwnAppFormFunction } from './forms/configure-own-app.ts';
import { connectFromSetupFunction } from './forms/connect-from-setup.ts';
import { consentAutomaticallyFormFunction } from './forms/consent-automatically.ts';
import { createConsentLinkFormFunction } from './forms/create-consent-link.ts';
import { prepareSetupFunction } from './forms/prepare-setup.ts';
import { refreshConnectionFormFunction } from './forms/refresh-connection.ts';
import { refreshSetupFormFunction } from './forms/refresh-setup.ts';
import { removeAllConnectionsFormFunction } from './forms/remove-all-connections.ts';
import { removeConnectionFormFunction } from './forms/remove-connection.ts';
import { removeMemberFormFunction } from './forms/remove-member.ts';
import { requestGdapFormFunction } from './forms/request-gdap.ts';
import { revokeConsentLinkFormFunction } from './forms/revoke-consent-link.ts';
import { startAutomaticConsentFormFunction } from './forms/start-automatic-consent.ts';
import { startCampaignFormFunction } from './forms/start-campaign.ts';
import { startRunFormFunction } from './forms/start-run.ts';
import { syncCustomerFormFunction } from './forms/sync-customer.ts';
import { syncCustomersFormFunction } from './forms/sync-customers.ts';
import { syncUsersFormFunction } from './forms/sync-users.ts';
import { takeCampaignDraftFormFunction } from './forms/take-campaign-draft.ts';
import { turnOnAutoExtendFormFunction } from './forms/turn-on-auto-extend.ts';

export const httpFunctions: readonly HttpFunction[] = [
  finishConnectFunction,
  finishConsentSignInFunction,
  finishConsentFunction,
  finishSignInFunction,
  listExpiryWarningsFunction,
  finishOwnAppFunction,
  startOwnAppFunction,
  connectPartnerFunction,
  reauthorizeConnectionFunction,
  draftOwnAppFunction,
  readOwnAppFunction,
  configureOwnAppFunction,
  configureOwnAppFormFunction,
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
  assignGdapGroupFunction,
  checkGdapFunction,
  readGdapFunction,
  readGdapCalendarFunction,
  readGdapRolesFunction,
  requestGdapFunction,
  turnOnAutoExtendFunction,
  assignGdapGroupFormFunction,
  changeRoleProfileFormFunction,
  checkGdapFormFunction,
  requestGdapFormFunction,
  turnOnAutoExtendFormFunction,
  connectSingleFunction,
  finishSingleFunction,
  startSingleFunction,
  checkConnectionFunction,
  checkSyncFunction,
  checkSyncFormFunction,
  checkConnectionFormFunction,
  readTimelineFunction,
  readAccountFunction,
  beginGdapRunFunction,
  readGdapRunFunction,
  downloadGdapLinksFunction,
  beginGdapRunFormFunction,
  listEventsFunction,
  readHelpFunction,
  readSetupFunction,
  changeSetupFunction,
  refreshSetupFunction,
  prepareSetupFunction,
  advanceSetupFunction,
  connectFromSetupFunction,
  refreshSetupFormFunction,
  startCampaignFunction,
  listCampaignsFunction,
  readCampaignFunction,
  changeCampaignFunction,
  listCampaignCustomersFunction,
  downloadCampaignLinksFunction,
  beginCampaignTaskFunction,
  changeCampaignCustomerFunction,
  takeCampaignDraftFunction,
  takeRunStepFunction,
  listToConsentFunction,
  startCampaignFormFunction,
  startRunFormFunction,
  changeCampaignFormFunction,
  beginCampaignTaskFormFunction,
  changeCampaignCustomerFormFunction,
  takeCampaignDraftFormFunction,
  takeRunStepFormFunction,
  takeCustomerStepFormFunction,
  noteConsentSeenFunction,
  exportContactsFunction,
  listContactExportPartsFunction,
  listContactsFunction,
  listCustomerGroupsFunction,
  readContactFunction,
  readContactSyncFunction,
  syncCustomersFunction,
  syncUsersFunction,
  syncCustomersFormFunction,
  syncUsersFormFunction,
  readRemovalFunction,
  removeAllConnectionsFunction,
  removeConnectionFunction,
  removeAllConnectionsFormFunction,
  removeConnectionFormFunction,
  startAutomaticConsentFunction,
  readAutomaticConsentFunction,
  consentAutomaticallyFunction,
  readConsentStrategyFunction,
  changeConsentStrategyFunction,
  startAutomaticConsentFormFunction,
  consentAutomaticallyFormFunction,
  changeConsentStrategyFormFunction,
];
