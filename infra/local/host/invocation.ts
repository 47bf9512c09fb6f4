// The context that the Functions library would give an invocation, built from the library's own class.
import { InvocationContext, type TriggerMetadata } from '@azure/functions';
import type { App } from '../../../shared/app.ts';
import { type Log, type LogLevel, withFields } from '../../../shared/log.ts';

export interface Invocation {
  context: InvocationContext;
  /** The app with a log that names the function and the invocation on every line, as on Azure. */
  app: App;
}

/** A context and app for one run of a function. */
export function createInvocation(functionName: string, app: App, triggerMetadata?: TriggerMetadata): Invocation {
  const invocationId = app.ids.uuid();
  const log = withFields(app.log, { function: functionName, invocationId });
  const context = new InvocationContext({
    functionName,
    invocationId,
    logHandler: (level, ...parts) => writeParts(log, level, parts),
    ...(triggerMetadata === undefined ? {} : { triggerMetadata }),
  });
  return { context, app: { ...app, log } };
}

const levels: Readonly<Record<string, LogLevel>> = {
  trace: 'debug',
  debug: 'debug',
  information: 'info',
  warning: 'warn',
  error: 'error',
  critical: 'error',
};

function writeParts(log: Log, level: string, [message, ...details]: readonly unknown[]): void {
  log(levels[level] ?? 'info', String(message), details.length === 0 ? {} : { details });
}
