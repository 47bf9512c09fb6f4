// Rules of setup: what each step waits for, and how each one stands. states.md, "Mapping and sync" and "Readiness". Pure.
import type { Explanation } from '../errors.ts';
import { type SetupDoc, type SetupStep, setupSteps } from './documents.ts';

/** What the gates look at. */
export interface SetupFacts {
  /** Whether any connection to Microsoft is Connected. */
  connected: boolean;
  customers: number;
  ready: number;
}

/** What must hold before the step after it opens; undefined where nothing is in the way. */
export type Obstacle = Pick<Explanation, 'code' | 'meaning' | 'whatToDo'>;

export type SetupStepState =
  /** All that it asks for is there, and setup has gone on. */
  | 'done'
  /** It can be worked on. */
  | 'open'
  /** A step before it waits. */
  | 'locked'
  /** This part of Tenantry is not there yet. */
  | 'notYetAvailable';

export interface SetupStepReport {
  step: SetupStep;
  /** From 1. */
  number: number;
  state: SetupStepState;
  /** Why the next step does not open; null when it does. */
  obstacle: Obstacle | null;
}

const available = new Set<SetupStep>(['preparation', 'connect']);

/** Whether Tenantry has this step already. */
export function isAvailable(step: SetupStep): boolean {
  return available.has(step);
}

/** How each step stands, in order. */
export function stepsOf(setup: SetupDoc, facts: SetupFacts): SetupStepReport[] {
  const reached = setupSteps.indexOf(setup.step);
  let locked = false;
  return setupSteps.map((step, index) => {
    const obstacle = obstacleAfter(step, setup, facts);
    const state = isAvailable(step) ? stateOf({ locked, obstacle, passed: index < reached }) : 'notYetAvailable';
    locked ||= obstacle !== null;
    return { step, number: index + 1, state, obstacle };
  });
}

/** A step that was passed and whose condition no longer holds is open again: setup says so and loses nothing. */
function stateOf(step: { locked: boolean; obstacle: Obstacle | null; passed: boolean }): SetupStepState {
  if (step.passed) return step.obstacle ? 'open' : 'done';
  return step.locked ? 'locked' : 'open';
}

/** What keeps the step after this one shut. Next after `connect` opens with one ready customer: G1-19, G2-14. */
export function obstacleAfter(step: SetupStep, setup: SetupDoc, facts: SetupFacts): Obstacle | null {
  if (step === 'preparation') return preparationObstacle(setup);
  if (step === 'connect') return connectObstacle(facts);
  return notYetAvailable;
}

function preparationObstacle({ cspType, distributor, confirmedAt }: SetupDoc): Obstacle | null {
  if (cspType === null)
    return {
      code: 'setup_csp_type',
      meaning: 'The kind of CSP is not chosen yet.',
      whatToDo: 'Choose Tier 2 in step 1.',
    };
  if (distributor === null)
    return {
      code: 'setup_distributor',
      meaning: 'The distributor is not chosen yet.',
      whatToDo: 'Choose your distributor, or none, in step 1.',
    };
  if (confirmedAt === null)
    return {
      code: 'setup_checklist',
      meaning: 'The checklist is not confirmed yet.',
      whatToDo: 'Go through the checklist in step 1 and tick the box below it.',
    };
  return null;
}

function connectObstacle({ connected, customers, ready }: SetupFacts): Obstacle | null {
  if (ready > 0) return null;
  if (!connected)
    return {
      code: 'setup_not_connected',
      meaning: 'Microsoft is not connected yet.',
      whatToDo: 'Choose Connect to Microsoft in step 2.',
    };
  if (customers === 0)
    return {
      code: 'setup_no_customers',
      meaning: 'No customer has been found yet.',
      whatToDo: 'Wait until the customers are read, or choose Refresh in step 2.',
    };
  return {
    code: 'setup_none_ready',
    meaning: 'No customer is ready yet. Setup goes on with the first one.',
    whatToDo: 'Bring one customer to Ready: an admin relationship that is in order, and consent.',
  };
}

const notYetAvailable: Obstacle = {
  code: 'setup_not_yet_available',
  meaning: 'This part of setup is not yet available.',
  whatToDo: 'Nothing: your ready customers are synced without it, and setup goes on here once it is there.',
};

/** The first obstacle on the way to a step; null where the way is free. */
export function obstacleBefore(target: SetupStep, setup: SetupDoc, facts: SetupFacts): Obstacle | null {
  for (const step of setupSteps.slice(0, setupSteps.indexOf(target))) {
    const obstacle = obstacleAfter(step, setup, facts);
    if (obstacle) return obstacle;
  }
  return null;
}

/** The later of two steps: going back to look at an earlier one loses nothing. */
export function furthest(a: SetupStep, b: SetupStep): SetupStep {
  return setupSteps.indexOf(a) >= setupSteps.indexOf(b) ? a : b;
}
