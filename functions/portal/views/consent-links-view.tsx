// The open consent link of a customer: to copy, and to revoke after a second press that says what is lost.
import type { ConsentLink } from '../../../shared/consent/links.ts';
import { GDAP_CENTER_URL } from '../../../shared/customers/readiness.ts';
import type { CustomerRow } from '../../../shared/customers/rows.ts';
import { CsrfField, type Viewer } from '../parts/layout.tsx';
import { Age } from '../parts/time.tsx';
import { dateTime } from '../parts/words.ts';

interface LinksModel {
  links: readonly ConsentLink[];
  viewer: Viewer;
  row: CustomerRow;
  nowMs: number;
}

/** For Admins, while there is one. */
export function ConsentLinks({ model }: { model: LinksModel }) {
  const { links, viewer, row } = model;
  const open = links.filter(({ status }) => status === 'open');
  if (viewer.role !== 'Admin' || open.length === 0) return null;
  return (
    <section class="card" id="consent" aria-labelledby="consent-heading">
      <h2 id="consent-heading">Consent link</h2>
      <p>
        Send this to an administrator of {row.name}, or open it yourself with an account that has GDAP there. It changes
        nothing until they accept.
      </p>
      <p class="quiet">
        Your own account can consent where it is Privileged Role Administrator and Application Administrator through
        GDAP:{' '}
        <a href={GDAP_CENTER_URL} target="_blank" rel="noreferrer">
          check this in Partner Center
        </a>
        .
      </p>
      {open.map((link) => (
        <OpenLink link={link} model={model} />
      ))}
    </section>
  );
}

function OpenLink({ link, model: { viewer, row, nowMs } }: { link: ConsentLink; model: LinksModel }) {
  const field = `link-${link.linkId}`;
  return (
    <>
      <div class="copy">
        <input id={field} type="text" readOnly value={link.address ?? ''} aria-label={`Consent link for ${row.name}`} />
        <button type="button" class="scripted" data-copy={field}>
          Copy
        </button>
      </div>
      <p class="note">
        works until {dateTime(link.expiresAt)}, made <Age at={link.createdAt} nowMs={nowMs} />,{' '}
        {link.openedAt ? (
          <>
            opened <Age at={link.openedAt} nowMs={nowMs} />
          </>
        ) : (
          'not opened yet'
        )}
      </p>
      <details class="confirm">
        <summary>Revoke this link…</summary>
        <form method="post" action={`/customers/${row.tenantId}/consent-links/${link.linkId}/revoke`}>
          <CsrfField token={viewer.csrfToken} />
          <p>
            It stops working at once: whoever it was sent to can no longer consent with it and reads that it was
            withdrawn. You can make a new one at any time.
          </p>
          <button type="submit" class="danger">
            Revoke link
          </button>
        </form>
      </details>
    </>
  );
}
