// An age with its exact time behind it.
import { ago, dateTime } from './words.ts';

/** `4 min ago` as a time element whose title is the exact time; `never` without a time. */
export function Age({ at, nowMs }: { at: string | null | undefined; nowMs: number }) {
  if (!at) return <span class="quiet">never</span>;
  return (
    <time dateTime={at} title={dateTime(at)}>
      {ago(at, nowMs)}
    </time>
  );
}
