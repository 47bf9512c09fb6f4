// Every page of the portal.
import type { HttpFunction } from '../define.ts';
import { assetFile } from './pages/assets.ts';
import { automaticConsentPage } from './pages/automatic-consent-page.ts';
import { campaignPage } from './pages/campaign-page.ts';
import { connectPage } from './pages/connect-page.ts';
import { connectSinglePage } from './pages/connect-single-page.ts';
import { connectionPage } from './pages/connection-page.ts';
import { connectionsPage } from './pages/connections-page.ts';
import { consentPage } from './pages/consent-page.ts';
import { consentResultPage } from './pages/consent-result-page.ts';
import { consentsPage } from './pages/consents-page.ts';
import { contactPage } from './pages/contact-page.ts';
import { contactsPage } from './pages/contacts-page.ts';
import { customerPage } from './pages/customer-page.ts';
import { gdapRequestsPage } from './pages/gdap-requests-page.ts';
import { gdapRunPage } from './pages/gdap-run-page.ts';
import { helpPage } from './pages/help-page.ts';
import { homePage } from './pages/home-page.ts';
import { membersPage } from './pages/members-page.ts';
import { ownAppDraftPage } from './pages/own-app-draft-page.ts';
import { ownAppPage } from './pages/own-app-page.ts';
import { removeAllPage } from './pages/remove-all-page.ts';
import { removeConnectionPage } from './pages/remove-connection-page.ts';
import { removeMemberPage } from './pages/remove-member-page.ts';
import { renewalsPage } from './pages/renewals-page.ts';
import { settingsPage } from './pages/settings-page.ts';
import { setupPage } from './pages/setup-page.ts';
import { signInPage } from './pages/sign-in-page.ts';

export const pageFunctions: readonly HttpFunction[] = [
  homePage,
  signInPage,
  connectPage,
  ownAppDraftPage,
  ownAppPage,
  connectSinglePage,
  connectionPage,
  connectionsPage,
  customerPage,
  membersPage,
  removeAllPage,
  removeConnectionPage,
  removeMemberPage,
  renewalsPage,
  settingsPage,
  gdapRequestsPage,
  gdapRunPage,
  helpPage,
  setupPage,
  automaticConsentPage,
  consentPage,
  consentResultPage,
  contactsPage,
  contactPage,
  assetFile,
  consentsPage,
  campaignPage,
];
