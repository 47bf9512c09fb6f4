// The rules of setup: what each step waits for, how each stands, and that going back loses nothing.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { setupChange, withAnswers } from '../../../shared/setup/change.ts';
import { newSetup, type SetupDoc, setupDoc, setupSteps } from '../../../shared/setup/documents.ts';
import { furthest, obstacleBefore, type SetupFacts, stepsOf } from '../../../shared/setup/rules.ts';

const at = '2026-03-01T00:00:00.000Z';
const nothing: SetupFacts = { connected: false, customers: 0, ready: 0 };
const begun = newSetup(at);
const prepared: SetupDoc = {
  ...begun,
  cspType: 'tier2',
  distributor: 'none',
  confirmedAt: at,
  confirmedBy: 'member:x',
};

const statesOf = (setup: SetupDoc, facts: SetupFacts) => stepsOf(setup, facts).map(({ state }) => state);
const later = ['notYetAvailable', 'notYetAvailable', 'notYetAvailable', 'notYetAvailable'];

describe('the steps', () => {
  it('G1-04 are six, in their order', () => {
    expect(stepsOf(begun, nothing).map(({ step, number }) => `${number} ${step}`)).toEqual([
      '1 preparation',
      '2 connect',
      '3 accounts',
      '4 products',
      '5 settings',
      '6 review',
    ]);
  });

  it.each<[string, SetupDoc, SetupFacts, string[]]>([
    ['nobody has begun', begun, nothing, ['open', 'locked', ...later]],
    ['the first is answered', { ...prepared, step: 'connect' }, nothing, ['done', 'open', ...later]],
    [
      'a customer is ready, and Next was not pressed',
      { ...prepared, step: 'connect' },
      { connected: true, customers: 3, ready: 1 },
      ['done', 'open', ...later],
    ],
    [
      'the second was passed',
      { ...prepared, step: 'accounts' },
      { connected: true, customers: 3, ready: 1 },
      ['done', 'done', ...later],
    ],
    [
      'the last ready customer was lost since',
      { ...prepared, step: 'accounts' },
      { connected: true, customers: 3, ready: 0 },
      ['done', 'open', ...later],
    ],
  ])('say how they stand when %s', (_name, setup, facts, states) => {
    expect(statesOf(setup, facts)).toEqual(states);
  });
});

describe('the gates', () => {
  it.each<[string, Partial<SetupDoc>, string]>([
    ['G1-05 the kind of CSP', { cspType: null }, 'setup_csp_type'],
    ['G1-06 the distributor', { distributor: null }, 'setup_distributor'],
    ['G1-08 the tick', { confirmedAt: null }, 'setup_checklist'],
  ])('%s is asked for before the second step', (_name, missing, code) => {
    expect(obstacleBefore('connect', { ...prepared, ...missing }, nothing)?.code).toBe(code);
    expect(obstacleBefore('connect', prepared, nothing)).toBeNull();
  });

  it.each<[SetupFacts, string | null]>([
    [nothing, 'setup_not_connected'],
    [{ connected: true, customers: 0, ready: 0 }, 'setup_no_customers'],
    [{ connected: true, customers: 2000, ready: 0 }, 'setup_none_ready'],
    [{ connected: true, customers: 2000, ready: 1 }, null],
    [{ connected: false, customers: 1, ready: 1 }, null],
  ])('G1-19 G2-14 one ready customer opens the third step: %j', (facts, code) => {
    expect(obstacleBefore('accounts', prepared, facts)?.code ?? null).toBe(code);
  });

  it('say that what is behind the third step is not there yet, with what to do', () => {
    for (const step of ['products', 'settings', 'review'] as const) {
      const obstacle = obstacleBefore(step, prepared, { connected: true, customers: 1, ready: 1 });
      expect(obstacle?.code).toBe('setup_not_yet_available');
      expect(obstacle?.whatToDo).not.toBe('');
    }
  });

  it('never open a step whose way is not free, whatever the answers and customers', () => {
    const facts = fc.record({ connected: fc.boolean(), customers: fc.nat(3), ready: fc.nat(3) });
    const setup = fc.record({
      step: fc.constantFrom(...setupSteps),
      cspType: fc.constantFrom('tier2' as const, null),
      distributor: fc.constantFrom('pax8' as const, 'none' as const, null),
      confirmedAt: fc.constantFrom(at, null),
    });
    fc.assert(
      fc.property(setup, facts, (answers, seen) => {
        const doc = { ...begun, ...answers };
        for (const { step, state, obstacle } of stepsOf(doc, seen)) {
          const before = obstacleBefore(step, doc, seen);
          // What was reached stays open to be looked at; what was not is open only when nothing is in the way.
          const reached = setupSteps.indexOf(step) < setupSteps.indexOf(doc.step);
          if (state === 'locked') expect(before).not.toBeNull();
          if (state === 'open' && !reached) expect(before).toBeNull();
          if (state === 'done') expect(obstacle).toBeNull();
        }
      }),
    );
  });
});

describe('the answers', () => {
  const who = { by: 'member:x', at };

  it('take Tier 2 only, and say why', () => {
    expect(setupChange.safeParse({ cspType: 'tier2' }).success).toBe(true);
    const refused = setupChange.safeParse({ cspType: 'tier1' });
    expect(refused.error?.issues[0]?.message).toContain('not supported yet');
  });

  it.each([{ distributor: 'ingram' }, { step: 'nowhere' }, { confirmed: 'yes' }, { surprise: 1 }])(
    'refuse %j',
    (change) => {
      expect(setupChange.safeParse(change).success).toBe(false);
    },
  );

  it('keep who ticked first, and when', () => {
    const again = withAnswers(prepared, { confirmed: true }, { by: 'member:y', at: '2026-04-01T00:00:00.000Z' });
    expect(again).toMatchObject({ confirmedAt: at, confirmedBy: 'member:x' });
  });

  it('want a new tick for another distributor: its checklist is another', () => {
    expect(withAnswers(prepared, { distributor: 'pax8' }, who).confirmedAt).toBeNull();
    expect(withAnswers(prepared, { distributor: 'none' }, who).confirmedAt).toBe(at);
    const later = { by: 'member:y', at: '2026-04-01T00:00:00.000Z' };
    expect(withAnswers(prepared, { distributor: 'pax8', confirmed: true }, later).confirmedBy).toBe('member:y');
  });

  it('can take the tick back', () => {
    expect(withAnswers(prepared, { confirmed: false }, who)).toMatchObject({ confirmedAt: null, confirmedBy: null });
  });

  it('leave a document that the store takes', () => {
    expect(setupDoc.parse(withAnswers(begun, { cspType: 'tier2', distributor: 'pax8', confirmed: true }, who))).toEqual(
      {
        ...begun,
        cspType: 'tier2',
        distributor: 'pax8',
        confirmedAt: at,
        confirmedBy: 'member:x',
      },
    );
  });

  it('never go back a step', () => {
    expect(furthest('accounts', 'preparation')).toBe('accounts');
    expect(furthest('preparation', 'connect')).toBe('connect');
  });
});
