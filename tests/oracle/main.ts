// npm run oracle: after any changes, faults, kills and presses of Sync now, is what is stored what is true, and was every
// change told once? Exits 1 and names each difference if not.
import { writeFileSync } from 'node:fs';
import { readAccounts, serviceAccountOf, walkJourney } from '../../infra/local/journey/journey.ts';
import { createDraws } from '../../infra/local/microsoft/scenario/draws.ts';
import { MINUTE_MS, SECOND_MS } from '../../shared/clock.ts';
import { openChanger } from './changer.ts';
import { baselineOf, compareBaseline, compareEnding, type Ending } from './compare.ts';
import { type Control, openControl } from './control.ts';
import { type Deployment, startDeployment } from './deployment.ts';
import { type Difference, differenceLine } from './difference.ts';
import { type OracleOptions, oracleHelp, readOptions } from './options.ts';
import { openPace, type Pace } from './pace.ts';
import { openPresser } from './presser.ts';
import { type OracleReport, reportText, usersOf } from './report.ts';
import { firstSyncScene } from './scenes.ts';
import { selfCheck } from './self-check.ts';
import { settle, waitForBaseline } from './settle.ts';
import { openHistory } from './states.ts';
import { readStored } from './stored.ts';
import { makeTrouble, startKiller, type TroubleCounts } from './trouble.ts';

const startedMs = Date.now();

/** What goes on, for a person who waits; on stderr. */
function say(line: string): void {
  process.stderr.write(`${((Date.now() - startedMs) / 1000).toFixed(1).padStart(6)} s  ${line}\n`);
}

interface Scene {
  options: OracleOptions;
  deployment: Deployment;
  control: Control;
  pace: Pace;
}

/** The whole run; gives the report and the differences. */
async function run(scene: Scene): Promise<OracleReport> {
  const { options, deployment, control, pace } = scene;
  const workspaceId = serviceAccountOf(await readAccounts(deployment)).tenantId;
  const firstKills = await prepare(scene);
  const customers = await customersOf(scene, workspaceId);
  await waitForBaseline({ deployment, pace, customers });
  const truths = async () => {
    const wanted = new Set(customers.map(({ tenantId }) => tenantId));
    return (await control.truths()).filter(({ tenantId }) => wanted.has(tenantId));
  };
  const begin = await truths();
  const differences = compareBaseline(begin, readStored(deployment.storeFile));
  say(`first sync of ${customers.length} customers: ${differences.length} differences`);
  const history = openHistory();
  for (const truth of begin) history.record(truth);
  const draws = createDraws(options.seed, 'oracle');
  const changer = openChanger(control, history, createDraws(options.seed, 'oracle changes'));
  const presser = await openPresser(deployment);
  const tenantIds = customers.map(({ tenantId }) => tenantId);
  const { sceneMs, hired } = options.sizes;
  const trouble = await makeTrouble({
    ...{ deployment, control, pace, presser, changer, tenantIds, draws, sceneMs, hired, say },
  });
  for (const lines of deployment.refusals) say(`a run ended in AuthError:\n${lines}`);
  say('settling');
  const uncleanEnds = await settle({ deployment, pace, customers }, Math.max(changer.lastChangeMs, pace.now()));
  const stored = readStored(deployment.storeFile);
  const ending: Ending = { workspaceId, truths: await truths(), baseline: baselineOf(begin), history, stored };
  differences.push(...compareEnding(ending), ...aside(scene, uncleanEnds), ...unhit(trouble));
  const checked = differences.length === 0 ? selfCheck(ending) : { tried: 0, unnoticed: [] };
  differences.push(...checked.unnoticed.map(unnoticed));
  return {
    seed: options.seed,
    length: options.length,
    customers: customers.length,
    users: usersOf(ending.truths),
    changes: changer.made,
    states: history.noted,
    events: [...stored.tenants.values()].reduce((sum, { events }) => sum + events.length, 0),
    documents: stored.documents,
    faults: trouble.faults,
    workerKills: trouble.workerKills + firstKills,
    appKills: trouble.appKills,
    syncNow: presser.presses,
    runs: deployment.runs,
    errors: countBy(deployment.errors.map(({ message }) => message)),
    selfChecks: checked.tried,
    requests: await control.requests(),
    simulatedHours: Math.round((pace.movedMs / 3_600_000) * 10) / 10,
    seconds: Math.round((Date.now() - startedMs) / 1000),
    differences,
  };
}

/** Walks the journey over the real pages while the first runs meet faults and workers die. Gives the number of kills. */
async function prepare({ options, deployment, control, pace }: Scene): Promise<number> {
  say(`seed ${options.seed}: walking the journey with ${options.sizes.customers} customers`);
  await control.setFaults(firstSyncScene.rules);
  const killer = startKiller(deployment, pace, createDraws(options.seed, 'oracle first sync'), true);
  // Sessions end after an hour without a page, and the journey is one session.
  const clock = setInterval(() => {
    if (pace.movedMs < 40 * MINUTE_MS) void pace.step(3 * SECOND_MS);
  }, 100);
  try {
    const { failures } = await walkJourney(deployment, () => undefined);
    const consents = failures.filter((failure) => !failure.includes('sync is'));
    if (consents.length > 0) throw new Error(`The journey failed: ${consents.join('; ')}`);
  } finally {
    clearInterval(clock);
    await control.clearFaults();
    await killer.stop();
  }
  return killer.kills.workerKills;
}

async function customersOf({ control, deployment }: Scene, workspaceId: string) {
  const states = readStored(deployment.storeFile).workspaces.get(workspaceId) ?? new Set<string>();
  const truths = (await control.truths()).filter(({ tenantId }) => states.has(tenantId));
  return truths.map(({ tenantId, hasEntraP1 }) => ({ tenantId, hasEntraP1 }));
}

/** What must hold beside the data: no dead letter, no bug in a worker, and processes that end when they are asked. */
function aside({ deployment, pace }: Scene, uncleanEnds: readonly string[]): Difference[] {
  const say = (dataset: string, object: string, found: string) => ({
    ...{ tenant: '', dataset, object, field: '', expected: 'none', found },
  });
  return [
    ...pace
      .deadLetters()
      .map(({ queue, reason, body }) => say('queue', `dead letter of ${queue}`, `${reason} ${body}`)),
    ...deployment.errors
      .filter(({ message }) => message.startsWith('A worker threw') || message.startsWith('A function threw'))
      .map((line) => say('process', 'error', JSON.stringify(line))),
    ...[...uncleanEnds, ...deployment.unasked].map((found) => say('process', 'end', found)),
  ];
}

/** A fault that never hit was not tried. */
function unhit({ faults }: TroubleCounts): Difference[] {
  return Object.entries(faults)
    .filter(([, hits]) => hits === 0)
    .map(([kind]) => ({ tenant: '', dataset: 'faults', object: kind, field: 'hits', expected: 'some', found: '0' }));
}

function unnoticed(object: string): Difference {
  return { tenant: '', dataset: 'oracle', object, field: '', expected: 'to be noticed', found: 'not noticed' };
}

function countBy(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(`${oracleHelp}\n`);
    return 0;
  }
  const deployment = await startDeployment(options);
  const control = openControl(deployment.control);
  const pace = openPace(control, deployment.queueFile, say);
  try {
    const report = await run({ options, deployment, control, pace });
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
    process.stdout.write(`${reportText(report)}\n`);
    for (const difference of report.differences.slice(0, 200)) process.stdout.write(`${differenceLine(difference)}\n`);
    return report.differences.length === 0 ? 0 : 1;
  } catch (error) {
    for (const { level, message, ...fields } of deployment.errors.slice(-10))
      say(`${level}: ${message} ${JSON.stringify(fields)}`);
    for (const line of deployment.unasked) say(line);
    throw error;
  } finally {
    pace.close();
    await deployment.close();
  }
}

process.exitCode = await main();
