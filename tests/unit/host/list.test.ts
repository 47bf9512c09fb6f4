import { readFileSync } from 'node:fs';
import { Cron } from 'croner';
import { describe, expect, it } from 'vitest';
import { functionList } from '../../../functions/list.ts';
import { createRouteTable } from '../../../infra/local/host/route-table.ts';
import { queueNames, queueSettings } from '../../../shared/queue/port.ts';

const duplicates = (values: readonly string[]) => values.filter((value, index) => values.indexOf(value) !== index);

describe('the list of functions', () => {
  it('has names that the Functions host takes, each once', () => {
    const names = functionList.map(({ name }) => name);
    expect(duplicates(names.map((name) => name.toLowerCase()))).toEqual([]);
    for (const name of names) expect(name).toMatch(/^(?!admin|runtime)[A-Za-z][A-Za-z0-9_-]{0,126}$/i);
  });

  it('has routes that can all be served side by side', () => {
    expect(() => createRouteTable(functionList.filter((each) => each.kind === 'http'))).not.toThrow();
  });

  it('has schedules of six fields', () => {
    for (const each of functionList.filter(({ kind }) => kind === 'timer')) {
      if (each.kind === 'timer')
        expect(new Cron(each.schedule, { paused: true, mode: '6-part' }).nextRun()).not.toBeNull();
    }
  });

  it('has at most one worker for each queue: two would share its messages', () => {
    const queues = functionList.flatMap((each) => (each.kind === 'queue' ? [each.queue] : []));
    expect(duplicates(queues)).toEqual([]);
    for (const queue of queues) expect(queueNames).toContain(queue);
  });
});

describe('host.json', () => {
  const host = JSON.parse(readFileSync('host.json', 'utf8'));

  it('serves routes without a prefix and completes messages by itself', () => {
    expect(host.extensions.http.routePrefix).toBe('');
    expect(host.extensions.serviceBus.autoCompleteMessages).toBe(true);
  });

  it('renews locks for longer than a lock lasts and for as long as a function may run', () => {
    const [hours, minutes, seconds] = host.extensions.serviceBus.maxAutoLockRenewalDuration.split(':').map(Number);
    expect(((hours * 60 + minutes) * 60 + seconds) * 1000).toBeGreaterThan(queueSettings.lockMs);
    expect(host.extensions.serviceBus.maxAutoLockRenewalDuration).toBe(host.functionTimeout);
  });

  it('keeps every exception when it samples', () => {
    expect(host.logging.applicationInsights.samplingSettings.excludedTypes).toContain('Exception');
  });
});
