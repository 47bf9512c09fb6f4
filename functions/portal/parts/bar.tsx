// A bar of used and unused seats, drawn on the server.
import { count } from './words.ts';

/** `used` of `total`; more used than there are is shown whole and red. The text alternative says it in numbers. */
export function SeatBar({ used, total }: { used: number; total: number }) {
  const width = total > 0 ? Math.min(100, Math.round((used / total) * 1000) / 10) : 0;
  return (
    <svg
      class="bar"
      viewBox="0 0 100 8"
      preserveAspectRatio="none"
      role="img"
      aria-label={`${count(used)} of ${count(total)} seats used`}
    >
      <rect class="rest" width="100" height="8" rx="1" />
      <rect class={used > total ? 'over' : 'used'} width={String(used > total ? 100 : width)} height="8" rx="1" />
    </svg>
  );
}
