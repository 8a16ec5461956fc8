/**
 * Measures whether a reader of untrusted text takes time and memory in proportion to the text. Two sizes are compared in one run, so that a slow or
 * busy machine does not matter: four times the text may take eight times as long.
 */
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import * as fc from "fast-check"
import { growthOf, knowsPeaks, processorTime } from "../strangers/measured.ts"

/** A scalable text: each unit is repeated equally often, one after the other. A function makes the unit with this index, for units that differ. */
export interface Shape {
  readonly prefix?: string
  readonly units: ReadonlyArray<string | ((index: number) => string)>
  readonly suffix?: string
}

export interface Reader {
  /** Pieces for random texts: tokens with a meaning for the reader. */
  readonly pieces: ReadonlyArray<string>
  /** Texts that made a reader of this kind quadratic, or may do so. */
  readonly worst: ReadonlyArray<Shape>
  /** Reads the text. A returned promise is awaited. */
  readonly read: (text: string) => unknown
  /** Characters of the shortest text; for readers with a time limit that shorter texts do not reach. */
  readonly smallest?: number
}

/**
 * In characters. A text grows until reading it takes SHORTEST milliseconds of CPU time. A text that reaches its maximum size before is read several
 * times.
 */
const SMALLEST = 500
const LARGEST = 40_000
const SHORTEST = 3
const FACTOR = 4
/** Halfway between linear (4) and quadratic (16): cache misses on a busy machine slow a linear reader down, too. */
const MOST = 8
/** Number of sizes at which a reader may prove linear. A quadratic reader fails at each. */
const SIZES = 3
const CLEARLY = 3 * MOST
/** A factor that no cache effect explains. */
const HOPELESS = 200
/** After this many milliseconds, no measurement is repeated. */
const TOO_LONG = 2_000
/** Texts of random pieces, and how many of them (the slowest) are measured at two sizes. */
const TRIED = 12
const MEASURED = 2
/** A busy machine slows only some repetitions, so the least time counts. */
const REPETITIONS = 12
/** The garbage collector decides when memory is free again, so smaller growth means nothing. */
const NOISE = 64 * 2 ** 20

const repeated = (unit: Shape["units"][number], length: number): string => {
  if (typeof unit === "string") return unit.repeat(Math.ceil(length / unit.length))
  const parts: Array<string> = []
  for (let size = 0; size < length; size += parts.at(-1)?.length ?? length) parts.push(unit(parts.length))
  return parts.join("")
}

const textOf = ({ prefix = "", units, suffix = "" }: Shape, size: number): string =>
  // A flat string, as a decoder makes it: a rope would be flattened while the reader is measured.
  Buffer.from(prefix + units.map((unit) => repeated(unit, size / units.length)).join("") + suffix).toString()

const timeOf = async (read: Reader["read"], text: string, times = 1): Promise<number> => {
  const start = processorTime()
  for (let time = 0; time < times; time++) await read(text)
  return (processorTime() - start) / times
}

/** The peak memory of the process during the read, beyond the memory before. Undefined if the system does not report it. */
const memoryOf = async (read: Reader["read"], text: string): Promise<number | undefined> =>
  knowsPeaks ? Effect.runPromise(growthOf(Effect.promise(async () => read(text)))) : undefined

/** The smallest size whose reading takes long enough. */
const sizeFor = async ({ read, smallest = SMALLEST }: Reader, shape: Shape): Promise<number> => {
  let size = smallest
  while (size < LARGEST && (await timeOf(read, textOf(shape, size))) < SHORTEST) size *= 2
  return size
}

interface Measured {
  readonly shape: string
  readonly size: number
  /** Milliseconds for the size, and for four times as much. */
  readonly times: readonly [small: number, large: number]
  /** In bytes; undefined if the system does not report it. */
  readonly memory: readonly [small: number | undefined, large: number | undefined]
}

const nameOf = ({ prefix = "", units, suffix = "" }: Shape): string =>
  [prefix, ...units.map((unit) => `${typeof unit === "string" ? unit : `${unit(0)}${unit(1)}`}…`), suffix]
    .filter((part) => part !== "")
    .map((part) => JSON.stringify(part.length > 60 ? `${part.slice(0, 60)}…` : part))
    .join(" ")

/**
 * The least times for a text of this size, and for one four times as long. Both are read until the same number of characters was read, so that the
 * garbage collector affects both alike.
 */
const timesOf = async ({ read }: Reader, shape: Shape, size: number): Promise<readonly [small: number, large: number]> => {
  const [small, large] = [textOf(shape, size), textOf(shape, FACTOR * size)]
  const often = Math.ceil(SHORTEST / FACTOR / Math.max(0.01, await timeOf(read, small)))
  let [least, most] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    least = Math.min(least, await timeOf(read, small, FACTOR * often))
    most = Math.min(most, await timeOf(read, large, often))
    // A clearly linear or clearly quadratic result needs no more repetitions.
    if (repetition > 1 && most < 5 * least) break
    if (repetition > 5 && most > CLEARLY * least) break
    if (most > TOO_LONG) break
  }
  return [least, most]
}

const measure = async (reader: Reader, shape: Shape): Promise<Measured> => {
  let size = await sizeFor(reader, shape)
  let times = await timesOf(reader, shape, size)
  const unclear = () => times[1] > MOST * times[0] && times[1] < HOPELESS * times[0] && times[1] < TOO_LONG
  for (let tried = 1; tried < SIZES && unclear(); tried++) {
    // Beyond a processor cache's size, or the regular-expression engine's own stack, everything takes longer, but only once: not again at the next
    // size.
    size *= FACTOR
    times = await timesOf(reader, shape, size)
  }
  return {
    shape: nameOf(shape),
    size,
    times,
    memory: [await memoryOf(reader.read, textOf(shape, size)), await memoryOf(reader.read, textOf(shape, FACTOR * size))]
  }
}

/** Random texts: pieces in any order, and a few pieces repeated, in one sequence or in several. */
const randomShapes = (pieces: ReadonlyArray<string>): ReadonlyArray<Shape> => {
  const row = (most: number) => fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: most }).map((parts) => parts.join(""))
  const repeating = fc.record({ prefix: row(3), units: fc.array(row(4), { minLength: 1, maxLength: 2 }), suffix: row(3) })
  const mixed = row(200).map((unit): Shape => ({ units: [unit] }))
  return fc.sample(fc.oneof({ arbitrary: repeating, weight: 3 }, { arbitrary: mixed, weight: 1 }), TRIED)
}

/** The reader's worst texts, and the slowest random ones. */
const slowest = async (reader: Reader): Promise<ReadonlyArray<Shape>> => {
  const tried: Array<{ readonly shape: Shape; readonly size: number }> = []
  for (const shape of randomShapes(reader.pieces)) tried.push({ shape, size: await sizeFor(reader, shape) })
  const random = tried.toSorted((one, other) => one.size - other.size).slice(0, MEASURED)
  return [...reader.worst, ...random.map(({ shape }) => shape)]
}

/** Fails when four times as much text takes more than eight times as long, or more than eight times the memory. */
export const assertLinear = async (reader: Reader): Promise<void> => {
  for (const one of await slowest(reader)) {
    const { shape, size, times, memory } = await measure(reader, one)
    assert.isAtMost(
      times[1] / times[0],
      MOST,
      `${size} characters of ${shape} take ${times[0].toFixed(1)} ms, and four times as many take ${times[1].toFixed(1)} ms`
    )
    const [small, large] = memory
    if (small !== undefined && large !== undefined)
      assert.isAtMost(
        large,
        MOST * Math.max(small, NOISE),
        `bytes held for ${4 * size} characters of ${shape}; a quarter of them takes ${small}`
      )
  }
}
