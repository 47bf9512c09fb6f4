// What Azure runs: registers the list of functions and composes the app once, when it is first needed.
// Nothing may throw before the last registration: the host would show an app without functions and no error.
import { app as host, type InvocationContext } from '@azure/functions';
import type { App } from '../shared/app.ts';
import { composeApp } from '../shared/compose.ts';
import { createLog, type Log, type LogLine } from '../shared/log.ts';
import { readConfig } from '../shared/read-config.ts';
import type { FunctionDefinition } from './define.ts';
import { functionList } from './list.ts';
import { servedMethods } from './served-methods.ts';

let composed: Promise<App> | undefined;

/** The app, composed at the first call; a failure is kept and told at each call, settings do not change while it runs. */
function sharedApp(): Promise<App> {
  composed ??= compose();
  return composed;
}

async function compose(): Promise<App> {
  return composeApp(readConfig(process.env), { log: createLog(writeToConsole) });
}

/** Each invocation logs through its own context, so that Application Insights shows the lines with it. */
async function appFor(context: InvocationContext): Promise<App> {
  const app = await sharedApp();
  return { ...app, log: contextLog(context) };
}

function contextLog(context: InvocationContext): Log {
  return createLog(({ level, message, fields }) => context[level](message, JSON.stringify(fields)));
}

function writeToConsole({ level, message, fields }: LogLine): void {
  // biome-ignore lint/suspicious/noConsole: on Azure the console is the way into Application Insights
  console[level](message, JSON.stringify(fields));
}

function register(definition: FunctionDefinition): void {
  const { name } = definition;
  switch (definition.kind) {
    case 'http':
      host.http(name, {
        route: definition.route,
        methods: servedMethods(definition),
        authLevel: 'anonymous',
        handler: async (request, context) => definition.run(request, context, await appFor(context)),
      });
      break;
    case 'timer':
      host.timer(name, {
        schedule: definition.schedule,
        handler: async (timer, context) => definition.run(timer, context, await appFor(context)),
      });
      break;
    case 'queue':
      host.serviceBusQueue(name, {
        queueName: definition.queue,
        connection: 'ServiceBusConnection',
        handler: async (body, context) => definition.run(body, context, await appFor(context)),
      });
      break;
  }
}

for (const definition of functionList) register(definition);

// Wrong settings stop the start with a message that names each of them.
host.hook.appStart(async () => {
  try {
    await sharedApp();
  } catch (error) {
    writeToConsole({ level: 'error', message: error instanceof Error ? error.message : String(error), fields: {} });
    throw error;
  }
});
