// The timeline of a customer: requested, approved, consented, lost, regained; and what is lost at this moment.
import type { Loss } from '../../../shared/timeline/documents.ts';
import type { TimelinePage } from '../../../shared/timeline/read-timeline.ts';
import { explainLoss } from '../../../shared/timeline/words.ts';
import { Status } from '../parts/status.tsx';
import { Age } from '../parts/time.tsx';
import { causeWords, entryActor, entrySentence, timelineWords } from '../parts/timeline-words.ts';

export interface TimelineModel {
  tenantId: string;
  nowMs: number;
  timeline: TimelinePage;
  /** Whether the page shows older entries than the newest. */
  older: boolean;
}

/** Above everything else: since when, why, and what to do. */
export function Losses({ losses, nowMs }: { losses: readonly Loss[]; nowMs: number }) {
  return (
    <>
      {losses.map(({ cause, since }) => {
        const { meaning, whatToDo } = explainLoss(cause);
        return (
          <div class={`banner ${cause === 'licenceMissing' ? 'soon' : 'needsPerson'}`} data-loss={cause}>
            <p>
              <strong>
                Access was lost <Age at={since} nowMs={nowMs} />: {causeWords(cause)}.
              </strong>
            </p>
            <p>
              {meaning} {whatToDo}
            </p>
          </div>
        );
      })}
    </>
  );
}

/** A finding that a person must mend in the customer's tenant. */
export function GuestAccount({ name }: { name: string | null }) {
  if (name === null) return null;
  return (
    <div class="banner soon" data-guest>
      <p>
        <strong>Your service account is a guest in this tenant.</strong> It signs in there as the guest {name}, without
        the roles of the admin relationship, so consent through GDAP fails (AADSTS65001 or AADSTS50020). Have the
        customer delete that guest in Entra, then check consent again.
      </p>
    </div>
  );
}

export function Timeline({ model: { tenantId, nowMs, timeline, older } }: { model: TimelineModel }) {
  return (
    <section id="timeline" aria-labelledby="timeline-heading">
      <h2 id="timeline-heading">Timeline</h2>
      <div id="timeline-entries" data-live>
        {timeline.items.length === 0 ? (
          <div class="card">
            What happens to the admin relationship, the consent and your access appears here, each with its time.
          </div>
        ) : (
          <ol class="timeline">
            {timeline.items.map((entry) => (
              <li data-entry={entry.kind}>
                <Status {...timelineWords[entry.kind]} /> {entrySentence(entry)}
                <span class="note">
                  <Age at={entry.at} nowMs={nowMs} />
                  {entryActor(entry) ? ` · ${entryActor(entry)}` : ''}
                </span>
              </li>
            ))}
          </ol>
        )}
      </div>
      <p class="pages">
        {older ? <a href={`/customers/${tenantId}#timeline`}>Newest</a> : null}{' '}
        {timeline.continuation ? (
          <a href={`/customers/${tenantId}?earlier=${encodeURIComponent(timeline.continuation)}#timeline`}>Earlier</a>
        ) : null}
      </p>
    </section>
  );
}
