/**
 * Seeded random numbers: a seed gives the same numbers on every machine. Each purpose has its own stream, so that an additional draw for one purpose
 * does not change another.
 */
import { PCGRandom } from "effect/Utils"

export interface Random {
  /** An integer from 0 to `limit` - 1. */
  readonly below: (limit: number) => number
  /** True with this probability, in parts per million. */
  readonly chance: (ppm: number) => boolean
  /** A random item. An empty list is a caller's defect. */
  readonly oneOf: <A>(items: ReadonlyArray<A>) => A
  /** The items in random order. */
  readonly shuffled: <A>(items: ReadonlyArray<A>) => ReadonlyArray<A>
  /** 32 bytes as 0x-prefixed hexadecimal, like block hashes and drand pulses. */
  readonly hash: () => string
}

/** The stream for a purpose in the run with this seed. */
export const randomOf = (seed: number, purpose: string): Random => {
  const key = new Bun.CryptoHasher("blake2b256").update(`${seed} ${purpose}`).digest()
  const word = (index: number): number => key.readUInt32LE(index * 4)
  const generator = new PCGRandom(word(0), word(1), word(2), word(3))
  // Below 2^53, the product of a double in [0, 1) and an integer is rounded the same way everywhere.
  const below = (limit: number): number => Math.floor(generator.number() * limit)
  return {
    below,
    chance: (ppm) => below(1_000_000) < ppm,
    oneOf: (items) => {
      const item = items[below(items.length)]
      if (item === undefined) throw new RangeError("there is nothing to choose from")
      return item
    },
    shuffled: (items) => {
      const rest = [...items]
      return items.flatMap(() => rest.splice(below(rest.length), 1))
    },
    hash: () => {
      const words = Array.from({ length: 8 }, () =>
        below(2 ** 32)
          .toString(16)
          .padStart(8, "0")
      )
      return `0x${words.join("")}`
    }
  }
}
