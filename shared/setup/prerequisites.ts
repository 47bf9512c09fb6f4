// What must be prepared before setup can go on, and which of it was found missing: named, with the way to mend it.
// G1-01, G1-02, G1-07. Pure.
import type { AuthFailedReason, ConnectionDoc, DiscoveryDoc } from '../connections/documents.ts';
import { explainReason } from '../connections/reasons.ts';
import { explainCheck, failedChecks, reasonOfCheck } from '../connections/standing-checks.ts';
import type { CustomerRow } from '../customers/rows.ts';
import type { ScreenStatus } from '../customers/screen-status.ts';
import { type GuideLink, guideLink } from '../help/guide.ts';
import type { Distributor } from './documents.ts';

/** One line of the checklist. */
export interface ChecklistItem {
  title: string;
  text: string;
  links: readonly GuideLink[];
}

/** The three things to have: G1-07. The distributor's is left out where none was chosen. */
export function checklistOf(distributor: Distributor | null): ChecklistItem[] {
  const microsoft: ChecklistItem = {
    title: 'Microsoft identity platform: admin access',
    text: 'A service account of its own that is a Global Administrator of your tenant, is in AdminAgents and signs in with multi-factor authentication. It gives consent once for your whole organisation.',
    links: [
      guideLink('prepare-account', 'Prepare the service account'),
      guideLink('prepare-admin-agents', 'Add it to AdminAgents'),
      guideLink('prepare-mfa', 'Ask it for multi-factor authentication'),
    ],
  };
  const pax8: ChecklistItem = {
    title: 'Pax8: admin access',
    text: 'Used for cost data and to compare the GDAP relationships. Only where Pax8 is your distributor.',
    links: [guideLink('prepare-distributor', 'Prepare the access to Pax8')],
  };
  const gdap: ChecklistItem = {
    title: "GDAP access to your customers' tenants",
    text: 'Only customers with an active admin relationship can be mapped and reconciled.',
    links: [
      guideLink('prepare-gdap', 'Prepare the relationships'),
      guideLink('prepare-gdap-group', 'Prepare the security group'),
    ],
  };
  return distributor === 'none' ? [microsoft, gdap] : [microsoft, pax8, gdap];
}

/** Something that setup found missing. */
export interface Missed {
  code: string;
  meaning: string;
  whatToDo: string;
  /** Where in the guide it is told how to mend it. */
  guide: GuideLink;
  /** The connection that it is about, or the status of the customers. */
  connectionId?: string;
  customers?: { status: ScreenStatus; count: number };
}

const guideOfReason: Record<AuthFailedReason, string> = {
  unknown: 'mend-connection',
  no_mfa_prompt: 'prepare-mfa',
  not_in_admin_agents: 'prepare-admin-agents',
  no_child_tenants: 'mend-customers',
  insufficient_permissions: 'prepare-account',
  policy_blocks_application: 'mend-app',
  missing_service_principal: 'mend-app',
  refresh_token_expired: 'mend-sign-in',
  refresh_token_revoked: 'mend-sign-in',
  client_secret_expired: 'mend-registration',
  conditional_access_block: 'mend-policy',
  wrong_app: 'mend-registration',
  wrong_tenant: 'mend-wrong-tenant',
  foreign_account: 'mend-wrong-tenant',
  partner_tenant: 'mend-single',
  tenant_held: 'mend-single',
};

/** The section of the guide for a reason why a connection failed. */
export function guideForReason(reason: AuthFailedReason): GuideLink {
  return guideLink(guideOfReason[reason]);
}

/** What a connection lacks: every check that failed, or the one reason that ended it before the checks. */
export function missedByConnection(connection: ConnectionDoc): Missed[] {
  const { connectionId, state, reason, explanation } = connection;
  const failed = state === 'AuthFailed' || state === 'Connected' ? failedChecks(connection) : [];
  if (failed.length > 0)
    return failed.map((check) => {
      const { code, meaning, whatToDo } = explainCheck(check);
      return { code, meaning, whatToDo, guide: guideForReason(reasonOfCheck(check)), connectionId };
    });
  if (state !== 'AuthFailed' && state !== 'ReauthRequired' && state !== 'Error') return [];
  const { code, meaning, whatToDo } = explanation ?? explainReason(reason ?? 'unknown');
  return [{ code, meaning, whatToDo, guide: guideForReason(reason ?? 'unknown'), connectionId }];
}

/** What the newest reading of a connection's customers failed on. */
export function missedByDiscovery({ connectionId, status, explanation }: DiscoveryDoc): Missed[] {
  if (status !== 'failed' || !explanation) return [];
  const { code, meaning, whatToDo } = explanation;
  return [{ code, meaning, whatToDo, guide: guideLink('mend-customers'), connectionId }];
}

interface GdapLack {
  status: ScreenStatus;
  guide: string;
  meaning: string;
  whatToDo: string;
}
const gdapLacks: readonly GdapLack[] = [
  {
    status: 'Missing',
    guide: 'prepare-gdap',
    meaning: 'There is no admin relationship.',
    whatToDo: 'Request one, unless your distributor makes it for you.',
  },
  {
    status: 'MissingRoles',
    guide: 'mend-gdap',
    meaning: 'The admin relationship lacks required roles.',
    whatToDo: 'Request a further relationship with the missing roles.',
  },
  {
    status: 'MissingSecurityGroup',
    guide: 'prepare-gdap-group',
    meaning: 'The service account does not get the roles through a security group.',
    whatToDo: 'Assign a group that the service account is in.',
  },
  {
    status: 'Expired',
    guide: 'mend-gdap',
    meaning: 'A required role was only in a relationship that has ended.',
    whatToDo: 'Request a new relationship: an ended one cannot be revived.',
  },
];

/** What customers lack of GDAP, one line for each thing, with how many customers it is missing for. */
export function missedByCustomers(rows: readonly Pick<CustomerRow, 'screen'>[]): Missed[] {
  return gdapLacks.flatMap(({ status, guide, meaning, whatToDo }) => {
    const count = rows.filter(({ screen }) => screen === status).length;
    if (count === 0) return [];
    return [{ code: `gdap_${status}`, meaning, whatToDo, guide: guideLink(guide), customers: { status, count } }];
  });
}
