// What is under way, in one line that is announced as it changes, and a Refresh for those who have no script.

/**
 * `words` says what is under way and how far it is; undefined when nothing is. `address` is the page's own.
 * The script of the pages keeps this line and all that is `data-live` current while `data-poll` is there.
 */
export function Progress({ words, address }: { words: string | undefined; address: string }) {
  return (
    <div id="progress" class="under-way" data-live role="status" data-poll={words ? '3000' : undefined}>
      {words ? (
        <p>
          <span class="spinner" aria-hidden="true" />
          {words}
          <noscript>
            {' '}
            <a href={address}>Refresh</a>
          </noscript>
        </p>
      ) : null}
    </div>
  );
}
