// Times as Graph writes those of directory objects: UTC, to the second.

const DAY_MS = 86_400_000;
// A large tenant has hundreds of thousands of times on a few thousand days: formatting each day once saves seconds.
const days = new Map<number, string>();

/** `2026-03-01T09:00:00Z` */
export function secondsText(ms: number): string {
  const day = Math.floor(ms / DAY_MS);
  let date = days.get(day);
  if (date === undefined) {
    date = new Date(day * DAY_MS).toISOString().slice(0, 11);
    days.set(day, date);
  }
  const second = Math.floor((ms - day * DAY_MS) / 1000);
  return `${date}${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}Z`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
