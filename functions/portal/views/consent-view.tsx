// What a customer's administrator sees: who asks, for what and why, what never happens, and how it went.
import type { ConsentLanding, ConsentResult } from '../../../shared/consent/landing.ts';
import type { CustomerPermission } from '../../../shared/microsoft/permissions.ts';
import { actors } from '../parts/explanation.tsx';
import { roomyPage } from '../parts/layout.tsx';
import { dateTime } from '../parts/words.ts';

/** The landing page of a link. A GET changes nothing: mail scanners follow links too. */
export function consentView(model: {
  landing: ConsentLanding;
  token: string;
  permissions: readonly CustomerPermission[];
}): string {
  const { landing } = model;
  if (landing.kind !== 'open') return uselessLink(landing);
  const { mspName, customerName, customerDomain, ownApp, expiresAt } = landing;
  return roomyPage({
    title: `${mspName} asks for access`,
    children: (
      <>
        <h1>
          {mspName} asks to read {customerName}'s Microsoft 365 licences and users
        </h1>
        <p>
          {mspName} looks after Microsoft 365 for {customerName}
          {customerDomain ? ` (${customerDomain})` : ''} and uses Tenantry to see which licences you pay for and which
          of them are used, so that you pay for no seat that nobody uses.
        </p>
        <h2>What will be read</h2>
        <ul>
          {model.permissions.map(({ permission, reads, why }) => (
            <li>
              {reads}. {why} <span class="quiet">({permission})</span>
            </li>
          ))}
        </ul>
        <h2>What never happens</h2>
        <ul>
          <li>Nothing is changed in your tenant: every permission is for reading only.</li>
          <li>No mail, file, calendar or chat is read. The permissions do not allow it.</li>
          <li>No password is seen or asked for by {mspName} or Tenantry. You sign in at Microsoft.</li>
        </ul>
        <h2>What happens next</h2>
        <p>
          Microsoft asks you to sign in as an administrator of {customerName} and shows the same list
          {ownApp ? `, under the name of an app of ${mspName}` : ''}. Accept it once, for the whole organisation. You
          can take it back at any time: Entra admin center, Enterprise applications, {ownApp ? 'that app' : 'Tenantry'},
          Delete.
        </p>
        <form method="post" action={`/consent/${model.token}/start`} data-seen={`/consent/${model.token}/seen`}>
          <button type="submit" class="primary">
            Continue to Microsoft
          </button>
        </form>
        <p class="quiet">
          <br />
          This link works until {dateTime(expiresAt)}. If you do not know {mspName}, close this page: nothing happens.
        </p>
      </>
    ),
  });
}

const uselessWords = {
  expired: 'This link has expired.',
  revoked: 'This link was withdrawn.',
  used: 'This link has been used: consent was given.',
} as const;

function uselessLink(landing: Exclude<ConsentLanding, { kind: 'open' }>): string {
  const known = landing.kind !== 'unknown';
  return roomyPage({
    title: 'Consent link',
    children: (
      <>
        <h1>{known ? uselessWords[landing.kind] : 'This link does not work.'}</h1>
        <p>
          {landing.kind === 'used'
            ? 'You have nothing more to do.'
            : known
              ? `Ask ${landing.mspName} for a new one.`
              : 'Check that the whole address was copied, or ask whoever sent it for a new one.'}
        </p>
      </>
    ),
  });
}

/** How it went: yes or no, and the one thing to do. */
export function consentResultView(result: ConsentResult): string {
  const { title, body } = resultParts(result);
  return roomyPage({
    title,
    children: (
      <div id="result" data-live aria-live="polite" data-poll={result.kind === 'pending' ? '3000' : undefined}>
        <div data-result={result.kind}>
          <h1>{title}</h1>
          {body}
        </div>
      </div>
    ),
  });
}

/** To a reader who is of the customer, and not of the MSP. */
function actorFor({ explanation, mspName }: Extract<ConsentResult, { kind: 'failed' }>): string {
  if (explanation.whoActs === 'msp') return mspName;
  return explanation.whoActs === 'customer' ? 'an administrator of your organisation' : actors[explanation.whoActs];
}

function resultParts(result: ConsentResult) {
  switch (result.kind) {
    case 'granted':
      return {
        title: 'Done. Thank you.',
        body: (
          <p>
            {result.mspName} can now read the licences and users of {result.customerName}. You have nothing more to do
            and can close this page.
          </p>
        ),
      };
    case 'pending':
      return {
        title: 'Consent is given. Microsoft is passing it on.',
        body: (
          <p>
            This usually takes less than a minute, at times some minutes. {result.mspName} is told as soon as it works:
            you can close this page, or stay and watch it.
            <noscript> Reload this page to see whether it is done.</noscript>
          </p>
        ),
      };
    case 'failed':
      return {
        title: 'That did not work.',
        body: (
          <>
            <p>{result.explanation.meaning}</p>
            <p>
              <strong>What to do:</strong> {result.explanation.whatToDo}
            </p>
            <p class="quiet">
              Who can mend it: {actorFor(result)}. Code <code>{result.explanation.code}</code>
              {result.explanation.correlationId ? (
                <>
                  , correlation id <code>{result.explanation.correlationId}</code>
                </>
              ) : null}
              . {result.mspName} sees the same words.
            </p>
          </>
        ),
      };
    case 'unknown':
      return {
        title: 'There is nothing to show here.',
        body: (
          <p>
            This page shows how a consent went, for an hour after it. Open the link that you were sent to see where it
            stands.
          </p>
        ),
      };
  }
}
