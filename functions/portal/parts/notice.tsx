// What just happened, said once on the page that follows a form. Only known codes are shown: an address cannot put words
// into the page.
import type { Tone } from '../../../shared/customers/screen-status.ts';

const notices: Readonly<Record<string, { tone: Tone; text: string }>> = {
  connected: { tone: 'done', text: 'The partner tenant is connected. Its customers are being discovered now.' },
  connection_failed: { tone: 'needsPerson', text: 'The connection could not be completed. The reason is below.' },
  connect_cancelled: { tone: 'soon', text: 'The sign-in was cancelled. Nothing was changed.' },
  refreshing: { tone: 'working', text: 'Customers are being read again. This page follows it.' },
  link_created: { tone: 'done', text: 'The consent link is ready: copy it below and send it to the customer.' },
  link_revoked: { tone: 'done', text: 'The consent link no longer works.' },
  sync_requested: { tone: 'working', text: 'A sync has been asked for. The times below follow it.' },
  consent_check_requested: { tone: 'working', text: 'Consent is being checked with Microsoft.' },
  member_added: { tone: 'done', text: 'The member was added.' },
  member_removed: { tone: 'done', text: 'The member was removed.' },
  member_changed: { tone: 'done', text: "The member's role was changed." },
  signed_out: { tone: 'done', text: 'You are signed out.' },
};

/** The notice of a code; nothing for a code that is not known. */
export function Notice({ code }: { code: string | undefined }) {
  const notice = code === undefined ? undefined : notices[code];
  if (!notice) return null;
  return (
    <div class={`banner ${notice.tone}`} role="status">
      <p>{notice.text}</p>
    </div>
  );
}
