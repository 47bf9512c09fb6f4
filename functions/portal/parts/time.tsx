// An age with its exact time behind it, and the dash where there is nothing to show.
import { ago, dateTime } from './words.ts';

/** `4 min ago` as a time element whose title is the exact time; `never` without a time. Older than `lateMs` is marked. */
export function Age({ at, nowMs, lateMs }: { at: string | null | undefined; nowMs: number; lateMs?: number }) {
  if (!at) return <span class="quiet">never</span>;
  const late = lateMs !== undefined && nowMs - Date.parse(at) > lateMs;
  return (
    <time dateTime={at} title={dateTime(at)} class={late ? 'late' : undefined}>
      {ago(at, nowMs)}
      {late ? <span class="visually-hidden"> (late)</span> : null}
    </time>
  );
}

/** A cell without a value. Where a row is shown as a card, the cell is left out. */
export function Nothing() {
  return <span class="quiet nothing">–</span>;
}
