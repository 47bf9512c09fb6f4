// The links under a table that has more rows than a page shows.
import { count } from './words.ts';

/** Which page of how many this is, and the way to those beside it; nothing where one page shows all. */
export function Pages({ page, pages, at }: { page: number; pages: number; at: (page: number) => string }) {
  if (pages < 2) return null;
  return (
    <nav class="pages" aria-label="Pages">
      {page > 1 ? <a href={at(page - 1)}>Previous page</a> : null}
      <span>
        Page {count(page)} of {count(pages)}
      </span>
      {page < pages ? <a href={at(page + 1)}>Next page</a> : null}
    </nav>
  );
}
