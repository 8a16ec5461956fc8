/**
 * Measures which share of a landed pull request's new lines had been in the roster's repositories before. A share that cannot be read is unmeasured,
 * never zero. Only rosters that pay for work ask. The first measurement reads all sources of all repositories, later ones read what changed.
 */
import { Array as Arrays, Context, Effect, Either, Layer, Schema } from "effect"
import { canonicalHash } from "../../../domain/canonicalJson.ts"
import { OperationFailed } from "../../../domain/failures.ts"
import { copiedIn, type HadFile, RUN_EDITION, type Runs } from "../../../rules/contributions/copies.ts"
import { GitHistory, type RecordedRepository } from "../../git/history/GitHistory.ts"
import { MOST_QUESTIONS } from "../../git/history/historyTask.ts"
import { CommitCache } from "./CommitCache.ts"
import { findAll, keepAll } from "./files.ts"

/** A landed pull request, by the commits before and after it on the branch. */
export interface LandedWork {
  readonly repository: RecordedRepository
  readonly number: number
  /** The commit before it: the landing's first parent, or the commit that a rebase was put on. */
  readonly base: string
  readonly head: string
  /** GitHub's time of the merge, in milliseconds since 1970. */
  readonly landedAt: number
}

/** Where copies are looked for. */
export interface Places {
  /** Every repository of the roster that GitHub shows. */
  readonly roster: ReadonlyArray<RecordedRepository>
  /** The extensions of the roster's languages, in lower case. */
  readonly extensions: ReadonlyArray<string>
}

/** The changed sources that add something, for `hadShares`. */
export type HadFiles = Either.Either<ReadonlyArray<HadFile>, OperationFailed>

export class Copies extends Context.Tag("gittensor/Copies")<
  Copies,
  {
    /**
     * Measures each work. In its own repository the tree before it counts, in every other one the tree of the default branch when it landed.
     * A repository that is beyond a limit is left out for everybody; one that cannot be read now leaves the work of all others unmeasured.
     */
    readonly measure: (places: Places, work: ReadonlyArray<LandedWork>) => Effect.Effect<ReadonlyMap<LandedWork, HadFiles>>
  }
>() {}

/** Pull requests of one repository about which git is asked at once. */
const AT_ONCE = 50
/** The most runs to hold in memory before they are searched for, besides those of one more answer. A run takes 8 bytes. */
const MOST_RUNS = 1_000_000

const StoredFiles = Schema.parseJson(
  Schema.Array(Schema.Struct({ path: Schema.String, added: Schema.NonNegativeInt, had: Schema.NonNegativeInt }))
)

/** Work on the way to its measure. */
interface Search {
  readonly work: LandedWork
  files: ReadonlyArray<{ readonly path: string; readonly runs: Runs }>
  runs: Runs
  /** The runs that were found in a repository. */
  readonly standing: Set<number>
  /** Whether a repository exceeded a limit and was left out. Another time it may not. */
  isPartial: boolean
  /** Why it cannot be measured. */
  why: string | null
}

const joinRuns = (all: ReadonlyArray<Runs>): Runs => {
  const runs = new Float64Array(all.reduce((sum, one) => sum + one.length, 0))
  let at = 0
  for (const one of all) {
    runs.set(one, at)
    at += one.length
  }
  return runs
}

export const make = Effect.gen(function* () {
  const record = yield* GitHistory
  const commits = yield* CommitCache

  /** Asks git for the new runs of one repository's pull requests. A pull request that does not fit into the answer is asked about alone. */
  const readGained = (repository: RecordedRepository, sources: ReadonlyArray<string>, some: ReadonlyArray<Search>): Effect.Effect<void> =>
    Effect.gen(function* () {
      const gained = some.map(({ work: { base, head } }) => ({ base, head }))
      const asked = yield* Effect.either(record.ask(repository, { gained, sources }))
      for (const [index, one] of some.entries()) {
        const files = Either.isRight(asked) ? (asked.right.gained[index] ?? null) : null
        one.files = files ?? []
        one.runs = joinRuns(one.files.map(({ runs }) => runs))
        if (Either.isLeft(asked)) one.why = asked.left.message
        else if (files === null && some.length > 1) yield* readGained(repository, sources, [one])
        else if (files === null) one.why = "git does not show what it changed, or it is too much"
      }
    })

  /** Searches one repository for the new runs of all pull requests. */
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
      else if (found === null) one.isPartial = true
    }
  })

  /** Searches every repository for the new runs. */
  const lookEverywhere = Effect.fn("Copies.lookEverywhere")(function* ({ extensions, roster }: Places, all: ReadonlyArray<Search>) {
    for (const place of roster) {
      const searched = all.filter(({ runs, why }) => why === null && runs.length > 0)
      if (searched.length > 0) yield* lookIn(place, extensions, searched)
    }
    return all.map(({ files, isPartial, standing, why, work }) => {
      const { number } = work
      const measured: HadFiles =
        why === null
          ? Either.right(copiedIn(files, (run) => standing.has(run)))
          : Either.left(new OperationFailed({ message: `it is not known how much of #${number} was copied: ${why}` }))
      return { work, measured, isPartial }
    })
  })

  return Copies.of({
    measure: Effect.fn("Copies.measure")(
      function* ({ extensions, roster }: Places, work: ReadonlyArray<LandedWork>) {
        const all = [...roster, ...work.map(({ repository }) => repository)].toSorted((one, other) => one.id - other.id)
        const places = { extensions: extensions.toSorted(), roster: Arrays.dedupeWith(all, (one, other) => one.id === other.id) }
        const where = canonicalHash({ edition: RUN_EDITION, extensions: places.extensions, roster: places.roster.map(({ id }) => id) })
        const keyOf = ({ base, head, landedAt, repository }: LandedWork) => `had ${where} ${repository.id} ${base} ${head} ${landedAt}`
        const kept = yield* findAll(StoredFiles, work.map(keyOf))
        const found = new Map<string, HadFiles>([...kept].map(([key, files]) => [key, Either.right(files)]))
        const finish = (held: ReadonlyArray<Search>) =>
          Effect.gen(function* () {
            const all = yield* lookEverywhere(places, held)
            for (const { measured, work } of all) found.set(keyOf(work), measured)
            yield* keepAll(
              StoredFiles,
              all.flatMap(({ isPartial, measured, work }) =>
                Either.isRight(measured) && !isPartial ? [[keyOf(work), measured.right] as const] : []
              )
            )
          })
        const unknown = work
          .filter((one) => !kept.has(keyOf(one)))
          .map((work): Search => ({ work, files: [], runs: new Float64Array(0), standing: new Set(), isPartial: false, why: null }))
        let held: ReadonlyArray<Search> = []
        for (const own of Object.values(Arrays.groupBy(unknown, (one) => String(one.work.repository.id))))
          for (const part of Arrays.chunksOf(own, AT_ONCE)) {
            yield* readGained(own[0].work.repository, places.extensions, part)
            held = [...held, ...part]
            if (held.length + AT_ONCE <= MOST_QUESTIONS && held.reduce((sum, { runs }) => sum + runs.length, 0) <= MOST_RUNS) continue
            yield* finish(held)
            held = []
          }
        yield* finish(held)
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
