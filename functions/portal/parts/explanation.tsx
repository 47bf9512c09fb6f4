// An error in words: what happened, who can mend it, how, and the id that Microsoft's support asks for.
import type { Explanation, WhoActs } from '../../../shared/errors.ts';

export const actors: Record<WhoActs, string> = {
  msp: 'you or an Admin of your workspace',
  customer: "the customer's administrator",
  microsoft: 'Microsoft',
  tenantry: 'whoever runs this Tenantry',
};

/** A banner that explains; nothing without an explanation. */
export function Explained({ explanation, heading }: { explanation: Explanation | null | undefined; heading?: string }) {
  if (!explanation) return null;
  return (
    <div class="banner needsPerson" data-code={explanation.code}>
      {heading ? (
        <p>
          <strong>{heading}</strong>
        </p>
      ) : null}
      <p>{explanation.meaning}</p>
      <p>
        {explanation.whatToDo} <span class="quiet">Who can mend it: {actors[explanation.whoActs]}.</span>
      </p>
      <p class="quiet">
        <code>{explanation.code}</code>
        {explanation.correlationId ? (
          <>
            {' '}
            · correlation id <code>{explanation.correlationId}</code>
          </>
        ) : null}
      </p>
    </div>
  );
}
