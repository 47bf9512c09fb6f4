// A word with its meaning behind it, and what Partner Center and Entra call it. Shown on pointing and on focus; Escape hides it.
import type { Child } from 'hono/jsx';
import { glossary, type Term, type TermId, termOf } from '../../../shared/help/glossary.ts';

/**
 * The word `children` with the explanation of the term `id`. `place` tells two of the same term on one page apart.
 * Not for the head of a table: that is hidden where its rows become cards.
 */
export function WithMeaning({ id, place = '', children }: { id: TermId; place?: string; children: Child }) {
  const { meaning, elsewhere } = termOf(id);
  const tip = `meaning-${id}${place}`;
  return (
    <span class="term">
      <button type="button" aria-describedby={tip}>
        {children}
      </button>
      <span role="tooltip" id={tip}>
        {meaning}
        {elsewhere.map(({ where, word }) => (
          <span class="note">
            {where}: {word}
          </span>
        ))}
      </span>
    </span>
  );
}

/** The glossary as a list of terms. */
export function Glossary({ terms = glossary }: { terms?: readonly Term[] }) {
  return (
    <dl class="facts glossary">
      {terms.map(({ id, word, meaning, elsewhere }) => (
        <>
          <dt id={`word-${id}`}>{word}</dt>
          <dd>
            {meaning}
            {elsewhere.map((there) => (
              <span class="note">
                {there.where}: {there.word}
              </span>
            ))}
          </dd>
        </>
      ))}
    </dl>
  );
}
