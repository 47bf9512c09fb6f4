// An error in words: what happened, who can mend it, how, and the id that Microsoft's support asks for.
import type { Explanation, WhoActs } from '../../../shared/errors.ts';
import { helpKnows } from '../../../shared/help/search.ts';
import { CsrfField } from './layout.tsx';

export const actors: Record<WhoActs, string> = {
  msp: 'you or an Admin of your workspace',
  customer: "the customer's administrator",
  microsoft: 'Microsoft',
  tenantry: 'whoever runs this Tenantry',
};

/** The form that tests again just what the error is about. */
export interface CheckAgain {
  /** Where it is sent: a path of ours. */
  path: string;
  csrfToken: string;
  /** What is tested, for those who hear the page: many errors may stand on it. */
  about: string;
  /** The page to come back to, where it is not the customer's. */
  back?: string;
}

/**
 * A banner that explains; nothing without an explanation. `action` leads to where it is mended, `check` tests it again.
 */
export function Explained({
  explanation,
  heading,
  action,
  check,
}: {
  explanation: Explanation | null | undefined;
  heading?: string;
  action?: { href: string; word: string };
  check?: CheckAgain;
}) {
  if (!explanation) return null;
  return (
    <div class="banner needsPerson" data-code={explanation.code}>
      {heading ? (
        <p>
          <strong>{heading}</strong>
        </p>
      ) : null}
      <p>
        {explanation.meaning} {explanation.whatToDo}
      </p>
      <p class="quiet">
        Who can mend it: {actors[explanation.whoActs]}. <ErrorCode code={explanation.code} />
        {explanation.correlationId ? (
          <>
            {' '}
            · correlation id <code>{explanation.correlationId}</code>
          </>
        ) : null}
      </p>
      {action || check ? (
        <div class="actions">
          {action ? <a href={action.href}>{action.word}</a> : null}
          {check ? <CheckForm check={check} /> : null}
        </div>
      ) : null}
    </div>
  );
}

/** The button; in a table it stands beside the error by itself. */
export function CheckForm({ check: { path, csrfToken, about, back } }: { check: CheckAgain }) {
  return (
    <form class="inline" method="post" action={path}>
      <CsrfField token={csrfToken} />
      {back ? <input type="hidden" name="back" value={back} /> : null}
      <button type="submit">
        Check again<span class="visually-hidden"> {about}</span>
      </button>
    </form>
  );
}

/** An error's code, which leads to Help where that has it. */
export function ErrorCode({ code }: { code: string }) {
  if (!helpKnows(code)) return <code>{code}</code>;
  return (
    <a href={`/help?text=${encodeURIComponent(code)}#errors`}>
      <code>{code}</code>
    </a>
  );
}
