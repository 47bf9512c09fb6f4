// Secrets, certificates and sign-ins that end soon: on Home and on Connections, the soonest first.
import type { ExpiryWarning } from '../../../shared/connections/expiry-warnings.ts';
import type { Viewer } from './layout.tsx';
import { Status } from './status.tsx';

/** Nothing where nothing ends within 30 days. */
export function ExpiryWarnings({ warnings, viewer }: { warnings: readonly ExpiryWarning[]; viewer: Viewer }) {
  if (warnings.length === 0) return null;
  return (
    <section class="card" aria-labelledby="expiry">
      <h2 id="expiry">To renew</h2>
      <ul class="warnings">
        {warnings.map((warning) => (
          <li data-warning={warning.kind}>
            <Status {...stateOf(warning)} /> {warning.meaning} {warning.whatToDo}{' '}
            <Link warning={warning} viewer={viewer} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function stateOf({ thresholdDays }: ExpiryWarning) {
  if (thresholdDays === 0) return { tone: 'needsPerson', word: 'Ended' } as const;
  return thresholdDays === 1
    ? ({ tone: 'needsPerson', word: 'Ends within a day' } as const)
    : ({ tone: 'soon', word: `Ends within ${thresholdDays} days` } as const);
}

function Link({ warning, viewer }: { warning: ExpiryWarning; viewer: Viewer }) {
  const own = warning.kind === 'ownAppSecret' || warning.kind === 'ownAppCertificate';
  if (!own || viewer.role !== 'Admin') return null;
  return <a href={`/connections/${warning.connectionId}/app#registration`}>App registration</a>;
}
