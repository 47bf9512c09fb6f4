// An error in words: what happened, who can mend it, how, and the id that Microsoft's support asks for.
import type { Explanation, WhoActs } from '../../../shared/errors.ts';
import { helpKnows } from '../../../shared/help/search.ts';

export const actors: Record<WhoActs, string> = {
  msp: 'you or an Admin of your workspace',
  customer: "the customer's administrator",
  microsoft: 'Microsoft',
  tenantry: 'whoever runs this Tenantry',
};

/** A banner that explains; nothing without an explanation. `action` leads to where it is mended. */
export function Explained({
  explanation,
  heading,
  action,
}: {
  explanation: Explanation | null | undefined;
  heading?: string;
  action?: { href: string; word: string };
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
        Who can mend it: {actors[explanation.whoActs]}. <Code code={explanation.code} />
        {explanation.correlationId ? (
          <>
            {' '}
            · correlation id <code>{explanation.correlationId}</code>
          </>
        ) : null}
      </p>
      {action ? (
        <p>
          <a href={action.href}>{action.word}</a>
        </p>
      ) : null}
    </div>
  );
}

/** The code, which leads to Help where that has it. */
function Code({ code }: { code: string }) {
  if (!helpKnows(code)) return <code>{code}</code>;
  return (
    <a href={`/help?text=${encodeURIComponent(code)}#errors`}>
      <code>{code}</code>
    </a>
  );
}
