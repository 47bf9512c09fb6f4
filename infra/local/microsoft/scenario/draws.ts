// Seeded draws for the scenario. Each label has a stream of its own, so that one customer's data does not depend on how
// many others there are.
import { createHash } from 'node:crypto';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

export interface Draws {
  /** A whole number between the two, both included. */
  int(from: number, to: number): number;
  /** A number in [0, 1). */
  unit(): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** Picks by weight; weights need not sum to 1. */
  weighted<T>(list: readonly { value: T; weight: number }[]): T;
  /** A version 4 GUID in lower case. */
  guid(): string;
}

/** Makes the stream that belongs to a seed and a label. */
export function createDraws(seed: number, label: string): Draws {
  const digest = createHash('sha256').update(`${seed}/${label}`).digest();
  const state = [0, 4, 8, 12].map((at) => digest.readInt32LE(at));
  const generator = xoroshiro128plusFromState(state);

  function int(from: number, to: number): number {
    return uniformInt(generator, from, to);
  }

  function unit(): number {
    return int(0, 0x3fffffff) / 0x40000000;
  }

  function pick<T>(list: readonly T[]): T {
    const value = list[int(0, list.length - 1)];
    if (value === undefined) throw new Error('cannot pick from an empty list');
    return value;
  }

  return {
    int,
    unit,
    pick,
    chance: (probability) => unit() < probability,
    weighted(list) {
      let rest = unit() * list.reduce((sum, item) => sum + item.weight, 0);
      for (const item of list) {
        rest -= item.weight;
        if (rest < 0) return item.value;
      }
      return pick(list).value;
    },
    guid() {
      const hex = [0, 1, 2, 3].map(() => (generator.next() >>> 0).toString(16).padStart(8, '0')).join('');
      const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) % 4];
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
  };
}
