// A tenant's licences with what is used of each, and the subscriptions that they come from.
import { isFreeProduct } from '../../../shared/microsoft/free-products.ts';
import type { Directory } from '../../../shared/sync/read-directory.ts';
import { SeatBar } from '../parts/bar.tsx';
import { Status } from '../parts/status.tsx';
import { Nothing } from '../parts/time.tsx';
import { ago, count, day, plural, subscriptionWords } from '../parts/words.ts';
import type { DirectoryModel } from './directory-model.ts';
import { Section } from './section.tsx';

/** Licences, paid ones first; suspended and warning seats apart. */
export function Licences({ model }: { model: DirectoryModel }) {
  const { licences, state } = model.directory;
  const ordered = [
    ...licences.filter(({ skuPartNumber }) => !isFreeProduct(skuPartNumber)),
    ...licences.filter(({ skuPartNumber }) => isFreeProduct(skuPartNumber)),
  ];
  const figure = state ? plural(state.counts.unusedPaidSeats, 'unused paid seat') : undefined;
  return (
    <Section id="licences" heading="Licences" figure={figure} dataset="licences" model={model}>
      <div id="licences-table" data-live>
        {ordered.length === 0 ? (
          <div class="card">This tenant holds no licences.</div>
        ) : (
          <div class="table">
            <table class="cards">
              <thead>
                <tr>
                  <th scope="col">Product</th>
                  <th scope="col" class="wide">
                    Used
                  </th>
                  <th scope="col" class="number">
                    Assigned
                  </th>
                  <th scope="col" class="number">
                    Bought
                  </th>
                  <th scope="col" class="number">
                    Unused
                  </th>
                  <th scope="col" class="number">
                    In warning
                  </th>
                  <th scope="col" class="number">
                    Suspended
                  </th>
                </tr>
              </thead>
              <tbody>
                {ordered.map((licence) => (
                  <LicenceRow licence={licence} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </div>
    </Section>
  );
}

function LicenceRow({ licence }: { licence: Directory['licences'][number] }) {
  const free = isFreeProduct(licence.skuPartNumber);
  const some = (value: number) => (value === 0 ? <Nothing /> : count(value));
  return (
    <tr data-sku={licence.skuPartNumber}>
      <th scope="row">
        {licence.productName} {free ? <span class="tag">free</span> : null}
        <span class="note">{licence.skuPartNumber}</span>
      </th>
      <td data-label="Used">
        <SeatBar used={licence.consumed} total={licence.enabled} />
      </td>
      <td data-label="Assigned" class="number">
        {count(licence.consumed)}
      </td>
      <td data-label="Bought" class="number">
        {count(licence.enabled)}
      </td>
      <td data-label="Unused" class={free ? 'number quiet' : 'number'}>
        {count(licence.unused)}
      </td>
      <td data-label="In warning" class="number">
        {some(licence.warning)}
      </td>
      <td data-label="Suspended" class="number">
        {some(licence.suspended)}
      </td>
    </tr>
  );
}

/** What was bought, until when, and whether it is a trial. */
export function Subscriptions({ model }: { model: DirectoryModel }) {
  const { subscriptions } = model.directory;
  return (
    <Section
      id="subscriptions"
      heading="Subscriptions"
      figure={count(subscriptions.length)}
      dataset="subscriptions"
      model={model}
    >
      <div id="subscriptions-table" data-live>
        {subscriptions.length === 0 ? (
          <div class="card">This tenant has no subscriptions.</div>
        ) : (
          <div class="table">
            <table class="cards">
              <thead>
                <tr>
                  <th scope="col">Product</th>
                  <th scope="col">Status</th>
                  <th scope="col" class="number">
                    Seats
                  </th>
                  <th scope="col">Next date</th>
                </tr>
              </thead>
              <tbody>
                {subscriptions.map((subscription) => (
                  <SubscriptionRow subscription={subscription} nowMs={model.nowMs} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </div>
    </Section>
  );
}

function SubscriptionRow({ subscription, nowMs }: { subscription: Directory['subscriptions'][number]; nowMs: number }) {
  const { productName, status, totalLicenses, isTrial, nextLifecycleDateTime: next, skuPartNumber } = subscription;
  return (
    <tr>
      <th scope="row">
        {productName} {isTrial ? <span class="tag">trial</span> : null}
        {isFreeProduct(skuPartNumber) ? <span class="tag">free</span> : null}
      </th>
      <td data-label="Status">
        <Status {...subscriptionWords(status)} />
      </td>
      <td data-label="Seats" class="number">
        {count(totalLicenses)}
      </td>
      <td data-label="Next date">
        {next ? (
          <>
            {day(next)} <span class="quiet">{ago(next, nowMs)}</span>
          </>
        ) : (
          <Nothing />
        )}
      </td>
    </tr>
  );
}
