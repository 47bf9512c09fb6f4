// Where forms and callbacks lead to: a page of ours with a notice, from this fixed list, or Microsoft's sign-in.
import type { HttpResponseInit } from '@azure/functions';
import type { HostCookie } from '../../shared/access/cookies.ts';

/** What a page says after a form was handled. The words are the pages'. */
export const notices = [
  'signed_out',
  'sign_in_cancelled',
  'connected',
  'app_saved',
  'connect_failed',
  'connect_cancelled',
  'single_connected',
  'single_pending',
  'removal_begun',
  'reauthorize_failed',
  'discovery_requested',
  'member_added',
  'member_changed',
  'member_removed',
  'settings_changed',
  'link_created',
  'link_revoked',
  'consent_checked',
  'sync_requested',
  'users_sync_requested',
  'gdap_requested',
  'gdap_request_open',
  'gdap_run_begun',
  'gdap_none_chosen',
  'gdap_group_assigned',
  'gdap_auto_extended',
  'gdap_checked',
  'connection_works',
  'connection_checked',
  'sync_mended',
  'sync_still_refused',
  'campaign_started',
  'campaign_changed',
  'campaign_task_begun',
  'campaign_sent',
  'campaign_reminded',
  'campaign_link_revoked',
  'campaign_link_restored',
  'run_started',
  'run_stopped',
  'run_done',
  'run_retried',
  'run_skipped',
  'automatic_started',
  'automatic_none',
  'consent_way_changed',
] as const;
export type Notice = (typeof notices)[number];

/** 303: the browser goes on with a GET. `location` is a path of ours or an address that the Microsoft port built. */
export function seeOther(location: string, cookies: readonly HostCookie[] = []): HttpResponseInit {
  return { status: 303, headers: { location }, ...(cookies.length > 0 ? { cookies: [...cookies] } : {}) };
}

/** A page of ours with a notice and, where it helps, the code of a reason. */
export function backTo(page: `/${string}`, notice: Notice, reason?: string): HttpResponseInit {
  const query = new URLSearchParams({ notice, ...(reason ? { reason } : {}) });
  return seeOther(`${page}?${query}`);
}

/** Setup's second step with a notice: for a journey to Microsoft that began there. */
export function backToSetup(notice: Notice): HttpResponseInit {
  return seeOther(`/setup?${new URLSearchParams({ step: 'connect', notice })}`);
}
