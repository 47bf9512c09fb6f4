// Every function of the product, in one list: functions/index.ts registers it on Azure, the one-machine host serves it.
import type { FunctionDefinition } from './define.ts';
import { healthFunction } from './http/health.ts';
import { httpFunctions } from './http/routes.ts';
import { pageFunctions } from './portal/pages.ts';
import { timerFunctions } from './timers/timers.ts';
import { workerFunctions } from './workers/workers.ts';

export const functionList: readonly FunctionDefinition[] = [
  healthFunction,
  ...pageFunctions,
  ...httpFunctions,
  ...timerFunctions,
  ...workerFunctions,
];
