/**
 * Seeded random numbers: the same seed gives the same numbers on every machine. Each purpose draws from a stream of its own, so that one draw
 * more in one place changes nothing in another.
 */
import { PCGRandom } from "effect/Utils"

export interface Random {
  /** A whole number from 0 to `limit` - 1. */
  readonly below: (limit: number) => number
  /** Whether something happens that has so many chances in a million. */
  readonly chance: (ppm: number) => boolean
  /** One of these; drawing from nothing is a defect of the caller. */
  readonly oneOf: <A>(items: ReadonlyArray<A>) => A
  /** The same items in another order. */
  readonly shuffled: <A>(items: ReadonlyArray<A>) => ReadonlyArray<A>
  /** 32 bytes as 0x-hex, as block hashes and drand pulses are. */
  readonly hash: () => string
}

/** The stream of a purpose: `seed` is the run's, `purpose` names what the numbers are for. */
export const randomOf = (seed: number, purpose: string): Random => {
  const key = new Bun.CryptoHasher("blake2b256").update(`${seed} ${purpose}`).digest()
  const word = (index: number): number => key.readUInt32LE(index * 4)
  const generator = new PCGRandom(word(0), word(1), word(2), word(3))
  // Below 2^53 the product of a double in [0, 1) and a whole number is rounded alike everywhere.
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
