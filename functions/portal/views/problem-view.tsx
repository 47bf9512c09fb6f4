// The page that shows a problem: what happened, who can mend it, how, and the id to quote.
import type { Problem } from '../../../shared/errors.ts';
import { actors } from '../parts/explanation.tsx';
import { roomyPage } from '../parts/layout.tsx';

/** The page as a document. `correlationId` is of this request; Microsoft's own stands beside it where there is one. */
export function problemView({ problem, correlationId }: { problem: Problem; correlationId: string }): string {
  const { meaning, whatToDo, whoActs, code, correlationId: atMicrosoft } = problem.explanation;
  const fields = Object.entries(problem.fields ?? {});
  return roomyPage({
    title: meaning,
    children: (
      <div data-problem={code}>
        <h1>{meaning}</h1>
        <p>{whatToDo}</p>
        {fields.length > 0 ? (
          <ul>
            {fields.map(([field, message]) => (
              <li>
                <strong>{field}</strong>: {message}
              </li>
            ))}
          </ul>
        ) : null}
        <p class="quiet">
          Who can mend it: {actors[whoActs]}. Code <code>{code}</code>, correlation id <code>{correlationId}</code>
          {atMicrosoft ? (
            <>
              , at Microsoft <code>{atMicrosoft}</code>
            </>
          ) : null}
          .
        </p>
        <p>
          <a href="/">Back to the start</a>
        </p>
      </div>
    ),
  });
}
