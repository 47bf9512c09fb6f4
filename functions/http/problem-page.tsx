// The page that shows a problem: what happened, who can mend it, how, and the id to quote.
import type { Problem } from '../../shared/errors.ts';

const actors = {
  msp: 'You or your Admin',
  customer: "The customer's administrator",
  microsoft: 'Microsoft',
  tenantry: 'Whoever runs this Tenantry',
};

/** A whole HTML document. Everything in it is escaped by the renderer. */
export function renderProblem({ problem, correlationId }: { problem: Problem; correlationId: string }): string {
  const { meaning, whatToDo, whoActs, code } = problem.explanation;
  const page = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>{`${meaning} – Tenantry`}</title>
        <link rel="stylesheet" href="/assets/tenantry.css" />
      </head>
      <body>
        <main data-problem={code}>
          <h1>{meaning}</h1>
          <p>{whatToDo}</p>
          <p>Who can mend it: {actors[whoActs]}.</p>
          {problem.fields ? (
            <ul>
              {Object.entries(problem.fields).map(([field, message]) => (
                <li>
                  {field}: {message}
                </li>
              ))}
            </ul>
          ) : null}
          <p>
            Correlation id: <code>{correlationId}</code>
          </p>
          <p>
            <a href="/">Back to the start</a>
          </p>
        </main>
      </body>
    </html>
  );
  return `<!DOCTYPE html>${page.toString()}`;
}
