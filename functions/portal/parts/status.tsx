// How a status looks, everywhere: word, icon and colour. Colour never stands alone.
import type { Tone } from '../../../shared/customers/screen-status.ts';

const icons: Record<Tone, string> = {
  done: 'M2.5 7.5l3 3 6-7',
  working: 'M7 2v5l3 2',
  soon: 'M7 3v5M7 10.5v.5',
  needsPerson: 'M4 4l6 6M10 4l-6 6',
  notStarted: 'M4 7h6',
};

/** A status as a pill: `word` says it, the icon and colour repeat it. */
export function Status({ tone, word }: { tone: Tone; word: string }) {
  return (
    <span class={`status ${tone}`} data-status={word}>
      <svg viewBox="0 0 14 14" aria-hidden="true">
        <path
          d={icons[tone]}
          fill="none"
          stroke="currentColor"
          stroke-width="2"
          stroke-linecap="round"
          stroke-linejoin="round"
        />
      </svg>
      {word}
    </span>
  );
}
