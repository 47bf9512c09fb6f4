// How this customer consents: its way, to be changed, and automatic consent with the button or the reason why not.
import type { AutomaticRow } from '../../../shared/consent/automatic/overview.ts';
import { consentStrategies } from '../../../shared/consent/strategy.ts';
import type { Explanation } from '../../../shared/errors.ts';
import { strategyWords } from '../parts/automatic-words.ts';
import { Explained } from '../parts/explanation.tsx';
import { CsrfField, type Viewer } from '../parts/layout.tsx';

export interface ConsentWayModel {
  viewer: Viewer;
  way: AutomaticRow;
  /** Why a start was refused just now. */
  wayProblem: Explanation | null;
}

/** For Admins to change, for Readers to read. Nothing for a single tenant, whose administrator connected it. */
export function ConsentWay({ model: { viewer, way, wayProblem } }: { model: ConsentWayModel }) {
  if (way.explanation?.code === 'automatic_single') return null;
  return (
    <section class="card" id="way" aria-labelledby="way-heading">
      <h2 id="way-heading">How this customer consents</h2>
      <Explained explanation={wayProblem} />
      {viewer.role === 'Admin' ? (
        <form class="actions" method="post" action={`/customers/${way.tenantId}/consent-strategy`}>
          <CsrfField token={viewer.csrfToken} />
          <label class="visually-hidden" for="strategy">
            How this customer consents
          </label>
          <select id="strategy" name="strategy">
            <option value="" selected={way.byDefault}>
              As set for all{way.byDefault ? `: ${strategyWords[way.strategy].toLowerCase()}` : ''}
            </option>
            {consentStrategies.map((strategy) => (
              <option value={strategy} selected={!way.byDefault && strategy === way.strategy}>
                {strategyWords[strategy]}
              </option>
            ))}
          </select>
          <button type="submit">Save</button>
        </form>
      ) : (
        <p>{strategyWords[way.strategy]}</p>
      )}
      <Automatic viewer={viewer} way={way} />
    </section>
  );
}

function Automatic({ viewer, way }: Pick<ConsentWayModel, 'viewer' | 'way'>) {
  if (way.mayStart && viewer.role === 'Admin') {
    return (
      <form class="act" method="post" action={`/customers/${way.tenantId}/automatic-consent`}>
        <CsrfField token={viewer.csrfToken} />
        <button type="submit">{way.standing === null ? 'Consent automatically' : 'Try automatic consent now'}</button>{' '}
        <a href="/automatic-consent">What this does</a>
      </form>
    );
  }
  if (way.consent === 'Granted' || way.group !== 'cannot' || !way.explanation) return null;
  return (
    <p class="quiet">
      Automatic consent: {way.explanation.meaning} {way.explanation.whatToDo}
    </p>
  );
}
