// What was read from a tenant and when, and what happened there.
import { DAY_MS } from '../../../shared/clock.ts';
import { type DatasetName, datasetNames, type SyncEvent, type SyncStateDoc } from '../../../shared/sync/documents.ts';
import { Explained } from '../parts/explanation.tsx';
import type { Viewer } from '../parts/layout.tsx';
import { Status } from '../parts/status.tsx';
import { Age } from '../parts/time.tsx';
import { count, dateTime } from '../parts/words.ts';
import type { DirectoryModel } from './directory-model.ts';
import { Section } from './section.tsx';

const datasetWords: Record<DatasetName, string> = {
  organization: 'Organisation',
  licences: 'Licences',
  subscriptions: 'Subscriptions',
  users: 'Users',
  signIns: 'Sign-ins',
};

/** Each dataset with its age and, where it failed, since when and why. */
export function Datasets({ model }: { model: DirectoryModel & { viewer: Viewer } }) {
  const { nowMs, intervalMs } = model;
  const { state } = model.directory;
  if (!state) return null;
  return (
    <Section id="datasets" heading="Datasets" model={model}>
      <div id="datasets-table" data-live>
        <div class="table">
          <table class="cards">
            <thead>
              <tr>
                <th scope="col">Dataset</th>
                <th scope="col">State</th>
                <th scope="col">Read</th>
                <th scope="col" class="number">
                  Items
                </th>
              </tr>
            </thead>
            <tbody>
              {datasetNames.map((name) => {
                const dataset = state.datasets[name];
                // Sign-ins are read daily, everything else at each interval; twice that is late.
                const lateMs = 2 * (name === 'signIns' ? DAY_MS : intervalMs);
                return (
                  <tr data-dataset={name}>
                    <th scope="row">{datasetWords[name]}</th>
                    <td data-label="State">
                      <DatasetStatus dataset={dataset} lateMs={lateMs} nowMs={nowMs} />
                    </td>
                    <td data-label="Read">
                      <Age at={dataset.asOf} nowMs={nowMs} lateMs={lateMs} />
                    </td>
                    <td data-label="Items" class="number">
                      {dataset.unavailable ? '–' : count(dataset.count)}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
        {datasetNames.map((name) => (
          <Explained
            explanation={state.datasets[name].error?.explanation}
            heading={`${datasetWords[name]} could not be read.`}
            check={{
              path: `/customers/${model.tenantId}/sync/check`,
              csrfToken: model.viewer.csrfToken,
              about: `whether ${datasetWords[name].toLowerCase()} can be read`,
            }}
          />
        ))}
      </div>
    </Section>
  );
}

function DatasetStatus({
  dataset,
  lateMs,
  nowMs,
}: {
  dataset: SyncStateDoc['datasets'][DatasetName];
  lateMs: number;
  nowMs: number;
}) {
  if (dataset.unavailable) {
    return (
      <>
        <Status tone="notStarted" word="Not licensed" />
        <span class="note">{dataset.unavailable} Nothing is wrong; it is asked for again once a week.</span>
      </>
    );
  }
  if (dataset.error) {
    return (
      <>
        <Status tone="needsPerson" word="Failed" />
        <span class="note">
          since <Age at={dataset.error.since} nowMs={nowMs} />; what was read before stays
        </span>
      </>
    );
  }
  if (dataset.asOf === null) return <Status tone="notStarted" word="Not read yet" />;
  const late = nowMs - Date.parse(dataset.asOf) > lateMs;
  return late ? <Status tone="soon" word="Old" /> : <Status tone="done" word="Current" />;
}

/** The newest changes, as events tell them. */
export function Events({ model }: { model: DirectoryModel }) {
  return (
    <Section id="events" heading="What changed" model={model}>
      {model.events.length === 0 ? (
        <div class="card">Changes of licences, subscriptions and users appear here as they are noticed.</div>
      ) : (
        <ol class="timeline">
          {model.events.map((event) => (
            <li data-event={event.kind}>
              {eventWords(event)}
              <span class="note">{dateTime(event.at)}</span>
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}

function eventWords({ kind, changes, subject }: SyncEvent): string {
  const [what = '', happened = ''] = kind.split('.');
  if (happened === 'synced') return 'First sync completed';
  const name = ['displayName', 'userPrincipalName', 'skuPartNumber']
    .flatMap((field) => [changes[field]?.to, changes[field]?.from])
    .find((value) => typeof value === 'string');
  const fields = happened === 'updated' ? `: ${Object.entries(changes).map(changeWords).join(', ')}` : '';
  return `${what[0]?.toUpperCase() ?? ''}${what.slice(1)} ${String(name ?? subject)} ${happened}${fields}`;
}

/** `consumed 14 → 15`; of what is no short value only the field's name. */
function changeWords([field, { from, to }]: [string, SyncEvent['changes'][string]]): string {
  const short = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value) && String(value).length < 60;
  return short(from) && short(to) ? `${field} ${String(from)} → ${String(to)}` : field;
}
