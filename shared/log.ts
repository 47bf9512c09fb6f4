// One way to log: a short message and named fields. The redactor stands between every logger and its output.

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, unknown>>;
export type Log = (level: LogLevel, message: string, fields?: LogFields) => void;
