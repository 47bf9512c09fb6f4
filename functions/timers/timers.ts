// Every timer.
import type { TimerFunction } from '../define.ts';
import { dispatchFunction } from './dispatch.ts';
import { productNamesFunction } from './product-names.ts';
import { watchDeadLettersFunction } from './watch-dead-letters.ts';

export const timerFunctions: readonly TimerFunction[] = [
  dispatchFunction,
  productNamesFunction,
  watchDeadLettersFunction,
];
