// One way to log: a short message and named fields. The redactor stands between every logger and its output.
import { redact, redactText } from './redact.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, unknown>>;
export type Log = (level: LogLevel, message: string, fields?: LogFields) => void;

/** A line that is ready to be written: no secret is in it. */
export interface LogLine {
  level: LogLevel;
  message: string;
  fields: LogFields;
}

const order: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** Whether a text names a level, for settings. */
export function isLogLevel(text: string): text is LogLevel {
  return Object.hasOwn(order, text);
}

/** A logger that redacts each line and hands those of `leastLevel` and above to `write`. */
export function createLog(write: (line: LogLine) => void, leastLevel: LogLevel = 'info'): Log {
  return (level, message, fields = {}) => {
    if (order[level] < order[leastLevel]) return;
    const safe = redact(fields);
    write({
      level,
      message: redactText(message),
      fields: typeof safe === 'object' && safe !== null ? { ...safe } : {},
    });
  };
}

/** The same logger with `fields` on every line, such as the workspace and tenant of a run. */
export function withFields(log: Log, fields: LogFields): Log {
  return (level, message, more) => log(level, message, { ...fields, ...more });
}

/** One line of JSON, for files and standard output. `nowMs` is milliseconds since the epoch. */
export function toJsonLine({ level, message, fields }: LogLine, nowMs: number): string {
  return JSON.stringify({ time: new Date(nowMs).toISOString(), level, message, ...fields });
}
