// The mail of a campaign: its text with placeholders, to edit, and what it looks like for its first customer.
import { letterFor } from '../../../shared/consent/campaign-letters.ts';
import { placeholders } from '../../../shared/consent/letter.ts';
import { TextAreaField, TextField } from '../parts/form.tsx';
import { CsrfField } from '../parts/layout.tsx';
import { dateTime } from '../parts/words.ts';
import type { CampaignModel } from './campaign-model.ts';

export const letterLabels = { name: 'Name of the campaign', subject: 'Subject', text: 'Text' };

/** For everybody to read, for Admins to change. */
export function CampaignLetter({ model }: { model: CampaignModel }) {
  const { campaign, viewer, form } = model;
  if (!campaign.letter) return null;
  return (
    <section id="letter" aria-labelledby="letter-heading">
      <h2 id="letter-heading">Letter</h2>
      <Preview model={model} />
      {viewer.role === 'Admin' ? (
        <details class="more" open={form !== undefined}>
          <summary>Change name and letter</summary>
          <form class="card" method="post" action={`/consents/${campaign.campaignId}`} novalidate={form !== undefined}>
            <CsrfField token={viewer.csrfToken} />
            <TextField name="name" label={letterLabels.name} value={campaign.name} maxLength={80} form={form} />
            <TextField
              name="subject"
              label={letterLabels.subject}
              value={campaign.letter.subject}
              maxLength={200}
              form={form}
            />
            <TextAreaField
              name="text"
              label={letterLabels.text}
              help={`In its place comes: ${Object.entries(placeholders)
                .map(([name, words]) => `{${name}} ${words}`)
                .join(', ')}.`}
              value={campaign.letter.text}
              rows={14}
              maxLength={4000}
              form={form}
            />
            <button type="submit" class="primary">
              Save
            </button>
          </form>
        </details>
      ) : null}
    </section>
  );
}

/** What the first customer that could be written to would read. Without a link there, with its placeholder. */
function Preview({ model }: { model: CampaignModel }) {
  const { campaign, sender, shown, links, nowMs } = model;
  const row = shown.rows.find(({ link }) => link && links.get(link.linkId)?.address) ?? shown.rows[0];
  const known = row?.link && links.get(row.link.linkId);
  const link = known?.address ? known : { address: '(the link)', expiresAt: new Date(nowMs).toISOString() };
  const letter = letterFor(campaign, { name: row?.customer?.name ?? 'the customer', link, reminders: 0 }, sender);
  if (!letter) return null;
  return (
    <div class="card letter">
      <p>
        <strong>{letter.subject}</strong>
      </p>
      <p class="preserved">{letter.text}</p>
      {known?.address ? <p class="note">The link works until {dateTime(known.expiresAt)}.</p> : null}
    </div>
  );
}
