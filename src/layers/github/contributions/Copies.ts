/**
 * How much of what landed pull requests brought had been in the roster's repositories before. What cannot be had is not measured; it never counts as nothing copied. Only
 * rosters that score by it ask: it reads the contents of all sources of all repositories once, and afterwards what changed in them.
 */
import { Array as Arrays, Context, Effect, Either, Layer, Schema } from "effect"
import { canonicalHash } from "../../../domain/canonicalJson.ts"
import { type CopiedFile, copiedIn, EDITION, type Runs } from "../../../scoring/oss_contributions/rules/copies.ts"
import { GitRecord, type RecordedRepository } from "../../git/record/GitRecord.ts"
import { CommitCache } from "./CommitCache.ts"
import { findAll, keepAll } from "./files.ts"

/** A pull request by the commits between which the branch got it. */
export interface LandedWork {
  readonly repository: RecordedRepository
  readonly number: number
  /** What the branch was before: the landing's first parent, or what a rebase was put on. */
  readonly base: string
  readonly head: string
  /** GitHub's time of the merge, in milliseconds since 1970. */
  readonly landedAt: number
}

/** It is not known what was copied. */
export class CopiesUnmeasured extends Schema.TaggedError<CopiesUnmeasured>()("CopiesUnmeasured", {
  repository: Schema.String,
  number: Schema.Number,
  why: Schema.String
}) {
  override get message() {
    return `it is not known how much of #${this.number} was copied: ${this.why}`
  }
}

/** Where copies are looked for. */
export interface Places {
  /** Every repository of the roster that GitHub shows. */
  readonly roster: ReadonlyArray<RecordedRepository>
  /** The extensions of the roster's languages, in lower case. */
  readonly extensions: ReadonlyArray<string>
}

/** The changed sources that have new runs, for `copiedShare`. */
export type Measured = Either.Either<ReadonlyArray<CopiedFile>, CopiesUnmeasured>

export class Copies extends Context.Tag("gittensor/Copies")<
  Copies,
  {
    /**
     * Measures each work. In its own repository the tree before it counts, in every other one the tree of the default branch when it landed.
     * A repository that is beyond a limit is left out for everybody; one that cannot be read now leaves the work of all others unmeasured.
     */
    readonly measure: (places: Places, work: ReadonlyArray<LandedWork>) => Effect.Effect<ReadonlyMap<LandedWork, Measured>>
  }
>() {}

/** Pull requests whose runs are held at once. */
const AT_ONCE = 100
/** Pull requests of which git is asked at once what they brought: their runs must fit into one answer. */
const GAINED_AT_ONCE = 20

const Kept = Schema.parseJson(
  Schema.Array(Schema.Struct({ path: Schema.String, runs: Schema.NonNegativeInt, copied: Schema.NonNegativeInt }))
)

/** Work on the way to its measure. */
interface Search {
  readonly work: LandedWork
  files: ReadonlyArray<{ readonly path: string; readonly runs: Runs }>
  /** Those of all files. */
  runs: Runs
  /** Those that stood somewhere. */
  readonly standing: Set<number>
  /** Why it cannot be measured. */
  why: string | null
}

const joined = (all: ReadonlyArray<Runs>): Runs => {
  const runs = new Float64Array(all.reduce((sum, one) => sum + one.length, 0))
  let at = 0
  for (const one of all) {
    runs.set(one, at)
    at += one.length
  }
  return runs
}

const make = Effect.gen(function* () {
  const record = yield* GitRecord
  const commits = yield* CommitCache

  /** Asks git what work of one repository brought. */
  const readGained = Effect.fn("Copies.readGained")(function* (
    repository: RecordedRepository,
    sources: ReadonlyArray<string>,
    some: ReadonlyArray<Search>
  ) {
    const gained = some.map(({ work: { base, head } }) => ({ base, head }))
    const asked = yield* Effect.either(record.ask(repository, { gained, sources }))
    for (const [index, one] of some.entries()) {
      if (Either.isLeft(asked)) {
        one.why = asked.left.message
        continue
      }
      const files = asked.right.gained[index] ?? null
      if (files === null) one.why = "git does not show what it changed, or it is too much"
      one.files = files ?? []
      one.runs = joined(one.files.map(({ runs }) => runs))
    }
  })

  /** Looks for what all work brought in one repository. */
  const lookIn = Effect.fn("Copies.lookIn")(function* (
    place: RecordedRepository,
    sources: ReadonlyArray<string>,
    all: ReadonlyArray<Search>
  ) {
    const isOwn = ({ work }: Search) => work.repository.id === place.id
    const copies = all.map((one) => ({ ...(isOwn(one) ? { commit: one.work.base } : { until: one.work.landedAt }), runs: one.runs }))
    const asked = yield* Effect.either(record.ask(place, { copies, sources }))
    for (const [index, one] of all.entries()) {
      const found = Either.isRight(asked) ? (asked.right.copies[index] ?? null) : null
      for (const at of found ?? []) one.standing.add(one.runs[at] ?? 0)
      if (Either.isLeft(asked)) one.why = asked.left.message
      else if (found === null && isOwn(one)) one.why = "its repository has too many files, or does not show the commit before it"
    }
  })

  const measureSome = Effect.fn("Copies.measureSome")(function* ({ extensions, roster }: Places, some: ReadonlyArray<LandedWork>) {
    const all = some.map((work): Search => ({ work, files: [], runs: new Float64Array(0), standing: new Set(), why: null }))
    for (const own of Object.values(Arrays.groupBy(all, ({ work }) => String(work.repository.id))))
      for (const part of Arrays.chunksOf(own, GAINED_AT_ONCE)) yield* readGained(own[0].work.repository, extensions, part)
    for (const place of roster) {
      const searched = all.filter(({ runs, why }) => why === null && runs.length > 0)
      if (searched.length > 0) yield* lookIn(place, extensions, searched)
    }
    return all.map(
      ({ files, standing, why, work: { number, repository } }): Measured =>
        why === null
          ? Either.right(copiedIn(files, (run) => standing.has(run)))
          : Either.left(new CopiesUnmeasured({ repository: repository.url, number, why }))
    )
  })

  return Copies.of({
    measure: Effect.fn("Copies.measure")(
      function* ({ extensions, roster }: Places, work: ReadonlyArray<LandedWork>) {
        const all = [...roster, ...work.map(({ repository }) => repository)].toSorted((one, other) => one.id - other.id)
        const places = { extensions: extensions.toSorted(), roster: Arrays.dedupeWith(all, (one, other) => one.id === other.id) }
        const where = canonicalHash({ edition: EDITION, extensions: places.extensions, roster: places.roster.map(({ id }) => id) })
        const keyOf = ({ base, head, landedAt, repository }: LandedWork) => `copies ${where} ${repository.id} ${base} ${head} ${landedAt}`
        const kept = yield* findAll(Kept, work.map(keyOf))
        const found = new Map<string, Measured>([...kept].map(([key, files]) => [key, Either.right(files)]))
        // Trees that follow each other differ least.
        const unknown = work.filter((one) => !kept.has(keyOf(one))).toSorted((one, other) => one.landedAt - other.landedAt)
        for (const some of Arrays.chunksOf(unknown, AT_ONCE)) {
          const measured = yield* measureSome(places, some)
          const keyed = some.flatMap((one, index) => measured.slice(index, index + 1).map((files) => [keyOf(one), files] as const))
          for (const [key, files] of keyed) found.set(key, files)
          yield* keepAll(
            Kept,
            keyed.flatMap(([key, files]) => (Either.isRight(files) ? [[key, files.right] as const] : []))
          )
        }
        return new Map(
          work.flatMap((one) => {
            const measured = found.get(keyOf(one))
            return measured === undefined ? [] : [[one, measured] as const]
          })
        )
      },
      Effect.provideService(CommitCache, commits)
    )
  })
})

export const layer: Layer.Layer<Copies, never, CommitCache> = Layer.effect(Copies, make)
