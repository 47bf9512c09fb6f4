// What `npm start` prints: progress, the table at the end, and where to go next.
import type { JourneyResult, Progress, SimulatedAccount } from '../journey/journey.ts';
import type { DataFolder } from './data-folder.ts';

/**
 * Progress on one line of a terminal, or a line a step where the output is not one. Written to `stream`, so that a
 * table asked for as JSON has standard output to itself.
 */
export function progressLine(stream: NodeJS.WriteStream): { progress: Progress; end(): void } {
  let last = '';
  let step = '';
  const end = () => {
    if (stream.isTTY && last !== '') stream.write('\n');
    last = '';
  };
  const progress: Progress = (name, done, total) => {
    const line = total === undefined ? `${name} …` : `${name} … ${done ?? 0} of ${total}`;
    if (line === last) return;
    if (stream.isTTY) {
      if (name !== step) end();
      stream.write(`\r\u001b[K${line}`);
    } else if (name !== step || done === total) stream.write(`${line}\n`);
    [last, step] = [line, name];
  };
  return { progress, end };
}

const number = new Intl.NumberFormat('en-GB');

/** The table of a journey, for people. */
export function table(result: JourneyResult, seconds: number): string {
  const rows: [string, string][] = [
    ['Customers', number.format(result.customers)],
    ...Object.entries(result.byStatus)
      .sort(([, a], [, b]) => b - a)
      .map(([status, count]): [string, string] => [`  ${status}`, number.format(count)]),
    ['Ready', number.format(result.ready)],
    ['Tenants synced', number.format(result.synced)],
    ['Users', number.format(result.users)],
    ['Licences (products)', number.format(result.licences)],
    ['Unused seats', number.format(result.unusedSeats)],
    ['  of products that cost money', number.format(result.unusedPaidSeats)],
    ['Requests to Microsoft', number.format(result.requests)],
    ['Seconds', seconds.toFixed(1)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value.padStart(9)}`).join('\n');
}

/** The table as one JSON object. */
export function tableJson(result: JourneyResult, seconds: number): string {
  const { failures, ...counts } = result;
  return JSON.stringify({
    ...counts,
    seconds: Math.round(seconds * 10) / 10,
    ...(failures.length > 0 ? { failures } : {}),
  });
}

/** Where the portal is, and who can sign in there. */
export function welcome(
  { portal, control }: { portal: string; control: string },
  accounts: readonly SimulatedAccount[],
  folder: DataFolder,
): string {
  const people = accounts.filter(({ tenantKind }) => tenantKind === 'partner');
  const width = Math.max(...people.map(({ upn }) => upn.length));
  return [
    '',
    `Tenantry:  ${portal}`,
    '',
    'Sign in there with Microsoft (simulated; no password is asked for) as one of',
    ...people.map(
      ({ upn, tenantName, roleWords, mfa }) =>
        `  ${upn.padEnd(width)}  ${tenantName}: ${roleWords.join(', ')}${mfa ? '' : ' (no MFA)'}`,
    ),
    '',
    `The simulated Microsoft is changed by its control API, ${control}/control.`,
    `State is kept in ${folder.path}; --reset begins anew. Ctrl-C stops.`,
    '',
  ].join('\n');
}
