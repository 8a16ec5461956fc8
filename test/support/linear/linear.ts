/**
 * Measures whether a reader of strangers' text takes time and memory in proportion to the text. Two sizes are compared in one run, so that a slow or busy machine
 * changes nothing: four times the text may take eight times as long.
 */
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import * as fc from "fast-check"
import { givenSeed } from "../seed.ts"
import { growthOf, knowsPeaks, processorTime } from "../strangers/measured.ts"

/** A text that can have any size: each unit is repeated equally often, one after the other. A function makes the unit with this index, for units that differ. */
export interface Shape {
  readonly prefix?: string
  readonly units: ReadonlyArray<string | ((index: number) => string)>
  readonly suffix?: string
}

export interface Reader {
  /** Pieces of which random texts are made: whatever means something to the reader. */
  readonly pieces: ReadonlyArray<string>
  /** Texts that a reader of this kind has fallen for, or may fall for. */
  readonly worst: ReadonlyArray<Shape>
  /** May answer with a promise, which is waited for. */
  readonly read: (text: string) => unknown
  /** Characters of the shortest text; for readers whose time has a limit that shorter ones do not reach. */
  readonly smallest?: number
}

/** Characters. A text grows until reading it takes SHORTEST milliseconds of the processor. Where it is at its largest before, it is read several times. */
const SMALLEST = 500
const LARGEST = 40_000
const SHORTEST = 3
const FACTOR = 4
/** In the middle between what is linear (4) and what is quadratic (16): a busy machine's caches cost a linear reader some of it. */
const MOST = 8
/** Sizes at which a reader may show that it is linear. A quadratic one is so at each. */
const SIZES = 3
const CLEARLY = 3 * MOST
/** No jump in the costs explains more. */
const HOPELESS = 200
/** Milliseconds after which nothing is repeated. */
const TOO_LONG = 2_000
/** Texts of random pieces, and how many of them, the slowest ones, are measured at two sizes. */
const TRIED = 12
const MEASURED = 2
/** A busy machine slows some repetitions and spares others, so the least time counts. */
const REPETITIONS = 12
/** The collector decides when memory is free again, so less than this says nothing. */
const NOISE = 64 * 2 ** 20

const repeated = (unit: Shape["units"][number], length: number): string => {
  if (typeof unit === "string") return unit.repeat(Math.ceil(length / unit.length))
  const parts: Array<string> = []
  for (let size = 0; size < length; size += parts.at(-1)?.length ?? length) parts.push(unit(parts.length))
  return parts.join("")
}

const textOf = ({ prefix = "", units, suffix = "" }: Shape, size: number): string =>
  // Flat, as a decoder makes it: a tree of parts would be joined while the reader is measured.
  Buffer.from(prefix + units.map((unit) => repeated(unit, size / units.length)).join("") + suffix).toString()

const timeOf = async (read: Reader["read"], text: string, times = 1): Promise<number> => {
  const start = processorTime()
  for (let time = 0; time < times; time++) await read(text)
  return (processorTime() - start) / times
}

/** The most memory that the process held meanwhile, beyond what it held before. Undefined where the system does not tell. */
const memoryOf = async (read: Reader["read"], text: string): Promise<number | undefined> =>
  knowsPeaks ? Effect.runPromise(growthOf(Effect.promise(async () => read(text)))) : undefined

/** The size from which the reader takes long enough. */
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
  /** Bytes; undefined where the system does not tell. */
  readonly memory: readonly [small: number | undefined, large: number | undefined]
}

const nameOf = ({ prefix = "", units, suffix = "" }: Shape): string =>
  [prefix, ...units.map((unit) => `${typeof unit === "string" ? unit : `${unit(0)}${unit(1)}`}…`), suffix]
    .filter((part) => part !== "")
    .map((part) => JSON.stringify(part.length > 60 ? `${part.slice(0, 60)}…` : part))
    .join(" ")

/**
 * The least times for a text of this size, and for one four times as long. Both are read until as many characters were read, so that the collector of memory disturbs both
 * alike.
 */
const timesOf = async ({ read }: Reader, shape: Shape, size: number): Promise<readonly [small: number, large: number]> => {
  const [small, large] = [textOf(shape, size), textOf(shape, FACTOR * size)]
  const often = Math.ceil(SHORTEST / FACTOR / Math.max(0.01, await timeOf(read, small)))
  let [least, most] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    least = Math.min(least, await timeOf(read, small, FACTOR * often))
    most = Math.min(most, await timeOf(read, large, often))
    // Once it is clearly linear, more repetitions say nothing new. Neither do they if it is clearly not.
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
    // Beyond the size of a processor's cache, or of the engine's own stack for expressions, everything takes longer: once, and not again at the next size.
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

/** Random texts: pieces in any order, and few pieces again and again, in one row or in several. */
const randomShapes = (pieces: ReadonlyArray<string>): ReadonlyArray<Shape> => {
  const row = (most: number) => fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: most }).map((parts) => parts.join(""))
  const repeating = fc.record({ prefix: row(3), units: fc.array(row(4), { minLength: 1, maxLength: 2 }), suffix: row(3) })
  const mixed = row(200).map((unit): Shape => ({ units: [unit] }))
  return fc.sample(fc.oneof({ arbitrary: repeating, weight: 3 }, { arbitrary: mixed, weight: 1 }), {
    numRuns: TRIED,
    ...(givenSeed === undefined ? {} : { seed: givenSeed })
  })
}

/** Its worst texts, and the slowest of random ones. */
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
