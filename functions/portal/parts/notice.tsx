// What just happened, said once on the page that follows a form. Only known codes are shown: an address cannot put words
// into the page.
import type { Tone } from '../../../shared/customers/screen-status.ts';
import { type Notice as NoticeCode, notices } from '../../http/redirects.ts';

const words: Record<NoticeCode, { tone: Tone; text: string }> = {
  signed_out: { tone: 'done', text: 'You are signed out.' },
  sign_in_cancelled: { tone: 'soon', text: 'The sign-in at Microsoft was cancelled. You are not signed in.' },
  connected: {
    tone: 'done',
    text: 'The partner tenant is connected. Its customers are being discovered now. The service account no longer needs Global Administrator: Application Administrator or Cloud Application Administrator will do.',
  },
  app_saved: { tone: 'done', text: 'Saved. Microsoft takes the new secret or certificate; the connection works.' },
  connect_failed: { tone: 'needsPerson', text: 'The connection could not be completed. The reason is below.' },
  connect_cancelled: { tone: 'soon', text: 'The sign-in at Microsoft was cancelled. Nothing was changed.' },
  single_connected: {
    tone: 'done',
    text: 'The tenant is connected. Its first sync begins now and may take up to 48 hours: that is expected.',
  },
  single_pending: {
    tone: 'working',
    text: 'The sign-in is taken. Microsoft still has to let the app into the tenant; this page follows it.',
  },
  removal_begun: {
    tone: 'working',
    text: 'The removal has begun. It goes on by itself; nothing can be connected in its place until it is done.',
  },
  reauthorize_failed: {
    tone: 'needsPerson',
    text: 'That sign-in was refused. The connection keeps working as before.',
  },
  discovery_requested: { tone: 'working', text: 'Customers are being read again. This page follows it.' },
  member_added: { tone: 'done', text: 'The member was added.' },
  member_changed: { tone: 'done', text: "The member's role was changed." },
  member_removed: { tone: 'done', text: 'The member was removed.' },
  settings_changed: { tone: 'done', text: 'The settings were changed.' },
  link_created: { tone: 'done', text: 'The consent link is ready: copy it below and send it to the customer.' },
  link_revoked: { tone: 'done', text: 'The consent link no longer works.' },
  consent_checked: { tone: 'working', text: 'Consent was checked with Microsoft; what came of it is below.' },
  gdap_requested: { tone: 'done', text: 'The request is ready: send the approval link below to the customer.' },
  gdap_request_open: {
    tone: 'done',
    text: 'A request for these roles was open already; nothing new was made. Its approval link is below.',
  },
  gdap_run_begun: {
    tone: 'working',
    text: 'The requests are being made, one for each customer. This page follows them.',
  },
  gdap_none_chosen: { tone: 'soon', text: 'No customer was chosen, so nothing was requested.' },
  gdap_group_assigned: {
    tone: 'working',
    text: 'The group has been given the roles. Microsoft takes some minutes; this page follows it.',
  },
  gdap_auto_extended: { tone: 'done', text: 'The relationship extends itself from now on.' },
  gdap_checked: { tone: 'done', text: 'The admin relationships were read again; what they give is below.' },
  connection_works: { tone: 'done', text: 'The connection was tested with Microsoft: it works.' },
  connection_checked: {
    tone: 'needsPerson',
    text: 'The connection was tested with Microsoft: something does not work. It is named below.',
  },
  users_sync_requested: {
    tone: 'working',
    text: 'The users of every customer that can be synced are being read. This page follows it.',
  },
  sync_mended: { tone: 'done', text: 'Microsoft gives access again; a sync is on its way.' },
  sync_still_refused: { tone: 'needsPerson', text: 'Microsoft still refuses. The reason is below.' },
  sync_requested: { tone: 'working', text: 'A sync has been asked for. The times below follow it.' },
  campaign_started: { tone: 'done', text: 'The campaign is there. Its links are being made; send them from here.' },
  campaign_changed: { tone: 'done', text: 'The campaign was changed.' },
  campaign_task_begun: {
    tone: 'working',
    text: 'That is being done for every customer it fits; this page follows it.',
  },
  campaign_sent: { tone: 'done', text: 'What you said about sending was noted.' },
  campaign_reminded: {
    tone: 'done',
    text: 'The reminder was counted, and an expired link renewed: send its draft from the row.',
  },
  campaign_link_revoked: { tone: 'done', text: 'The link no longer works. You can let it work again below.' },
  campaign_link_restored: { tone: 'done', text: 'The link works again, with the same address.' },
  run_started: { tone: 'done', text: 'The run is ready: begin with the first customer whenever you like.' },
  run_stopped: { tone: 'soon', text: 'The run is stopped. Nothing opens by itself; go on whenever you like.' },
  run_done: { tone: 'done', text: 'Every customer of this run had its turn.' },
  run_retried: { tone: 'done', text: 'Those that failed or were skipped have another turn.' },
  run_skipped: { tone: 'done', text: 'The run was changed for that customer.' },
  automatic_started: { tone: 'working', text: 'Automatic consent has begun. It goes on by itself; pages follow it.' },
  automatic_none: { tone: 'soon', text: 'Nobody could be begun with. What is in the way of each customer is below.' },
  consent_way_changed: { tone: 'done', text: 'How this customer consents was changed.' },
};

/** The notice of a code; nothing for a code that is not known. */
export function Notice({ code }: { code: string | undefined }) {
  const known = notices.find((notice) => notice === code);
  const notice = known ? words[known] : undefined;
  if (!notice) return null;
  return (
    <div class={`banner ${notice.tone}`} role="status">
      <p>{notice.text}</p>
    </div>
  );
}
