/**
 * Measures how much of what landed pull requests add was had before, in their own repository and in the roster's others. What cannot be read is unmeasured,
 * never zero. Only rosters that pay for work ask. The first measurement reads all sources of all repositories, later ones read what changed.
 */
import { Array as Arrays, Context, Effect, Either, Layer, Schema } from "effect"
import { canonicalHash } from "../../../domain/canonicalJson.ts"
import { OperationFailed } from "../../../domain/failures.ts"
import { type AddedText, HAD_EDITION, type HadFile, hadIn, type Standing } from "../../../rules/contributions/had.ts"
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
  /** GitHub's times, in milliseconds since 1970. */
  readonly openedAt: number
  readonly landedAt: number
  /** Whether it is large enough to be looked for in other repositories. */
  readonly isLarge: boolean
}

/** Where words may come from. */
export interface Places {
  /** Every repository of the roster that GitHub shows. */
  readonly roster: ReadonlyArray<RecordedRepository>
  /** The extensions of the roster's languages, in lower case. */
  readonly extensions: ReadonlyArray<string>
}

/** The changed sources that get words, for `hadShares`. */
export type HadFiles = Either.Either<ReadonlyArray<HadFile>, OperationFailed>

export class HadBefore extends Context.Tag("gittensor/HadBefore")<
  HadBefore,
  {
    /**
     * Measures each work. In its own repository the tree before it counts and what was replaced there in 90 days, in every other one the tree of the default branch when it landed.
     * A repository that is beyond a limit is left out for everybody; one that cannot be read now leaves the work of all others unmeasured.
     */
    readonly measure: (places: Places, work: ReadonlyArray<LandedWork>) => Effect.Effect<ReadonlyMap<LandedWork, HadFiles>>
  }
>() {}

/** Pull requests of one repository about which git is asked at once. */
const AT_ONCE = 50
/** The most runs to hold in memory before they are searched for, besides those of one more answer. A run takes 12 bytes. */
const MOST_RUNS = 1_000_000

const StoredFiles = Schema.parseJson(
  Schema.Array(
    Schema.Struct({ path: Schema.String, added: Schema.NonNegativeInt, had: Schema.NonNegativeInt, shared: Schema.NonNegativeInt })
  )
)

/** What was found of one file so far. */
interface FoundSoFar {
  readonly runs: Map<number, Standing>
  whole: Standing
}

/** Work on the way to its measure. */
interface Search {
  readonly work: LandedWork
  author: string
  files: ReadonlyArray<AddedText>
  found: ReadonlyArray<FoundSoFar>
  /** Whether a repository exceeded a limit and was left out. Another time it may not. */
  isPartial: boolean
  /** Why it cannot be measured. */
  why: string | null
}

const runsOf = (files: ReadonlyArray<AddedText>): number => files.reduce((sum, { runs }) => sum + runs.length, 0)

/** What was had is had, whoever else brought it. */
const together = (one: Standing, other: Standing): Standing => (one === "had" || other === "had" ? "had" : (one ?? other))

export const make = Effect.gen(function* () {
  const record = yield* GitHistory
  const commits = yield* CommitCache

  /** Asks git what one repository's pull requests add. A pull request that does not fit into the answer is asked about alone. */
  const readAdded = (repository: RecordedRepository, sources: ReadonlyArray<string>, some: ReadonlyArray<Search>): Effect.Effect<void> =>
    Effect.gen(function* () {
      const added = some.map(({ work: { base, head } }) => ({ base, head }))
      const asked = yield* Effect.either(record.ask(repository, { added, sources }))
      for (const [index, one] of some.entries()) {
        const answer = Either.isRight(asked) ? (asked.right.added[index] ?? null) : null
        one.author = answer?.author ?? ""
        one.files = answer?.files ?? []
        one.found = one.files.map(() => ({ runs: new Map(), whole: undefined }))
        if (Either.isLeft(asked)) one.why = asked.left.message
        else if (answer === null && some.length > 1) yield* readAdded(repository, sources, [one])
        else if (answer === null) one.why = "git does not show what it changed, or it is too much"
      }
    })

  /** Searches one repository for what all pull requests add. */
  const lookIn = Effect.fn("HadBefore.lookIn")(function* (
    place: RecordedRepository,
    sources: ReadonlyArray<string>,
    all: ReadonlyArray<Search>
  ) {
    const isOwn = ({ work }: Search) => work.repository.id === place.id
    const places = all.map((one) => ({
      ...(isOwn(one) ? { base: one.work.base } : { until: one.work.landedAt }),
      opened: one.work.openedAt,
      author: one.author,
      files: one.files.map(({ lines, runs }) => ({ lines, runs }))
    }))
    const asked = yield* Effect.either(record.ask(place, { places, sources }))
    for (const [index, one] of all.entries()) {
      const answer = Either.isRight(asked) ? (asked.right.places[index] ?? null) : null
      for (const [at, { had, shared, whole }] of (answer ?? []).entries()) {
        const [file, found] = [one.files[at], one.found[at]]
        if (file === undefined || found === undefined) continue
        const add = (run: number, standing: Standing) => found.runs.set(run, together(found.runs.get(run), standing))
        for (const run of had) add(file.runs[run] ?? 0, "had")
        for (const run of shared) add(file.runs[run] ?? 0, "shared")
        found.whole = together(found.whole, whole ?? undefined)
      }
      if (Either.isLeft(asked)) one.why = asked.left.message
      else if (answer === null && isOwn(one)) one.why = "its repository has too many files, or does not show the commit before it"
      else if (answer === null) one.isPartial = true
    }
  })

  /** Searches every repository. */
  const lookEverywhere = Effect.fn("HadBefore.lookEverywhere")(function* ({ extensions, roster }: Places, all: ReadonlyArray<Search>) {
    for (const place of roster) {
      const searched = all.filter(
        ({ files, why, work }) => why === null && files.length > 0 && (work.isLarge || work.repository.id === place.id)
      )
      if (searched.length > 0) yield* lookIn(place, extensions, searched)
    }
    return all.map(({ files, found, isPartial, why, work }) => {
      const { number } = work
      const measured: HadFiles =
        why === null
          ? Either.right(hadIn(files, (index) => ({ ofFile: found[index]?.whole, ofRun: (run) => found[index]?.runs.get(run) })))
          : Either.left(new OperationFailed({ message: `it is not known how much of #${number} was had before: ${why}` }))
      return { work, measured, isPartial }
    })
  })

  return HadBefore.of({
    measure: Effect.fn("HadBefore.measure")(
      function* ({ extensions, roster }: Places, work: ReadonlyArray<LandedWork>) {
        const all = [...roster, ...work.map(({ repository }) => repository)].toSorted((one, other) => one.id - other.id)
        const places = { extensions: extensions.toSorted(), roster: Arrays.dedupeWith(all, (one, other) => one.id === other.id) }
        const where = canonicalHash({ edition: HAD_EDITION, extensions: places.extensions, roster: places.roster.map(({ id }) => id) })
        const keyOf = ({ base, head, isLarge, landedAt, openedAt, repository }: LandedWork) =>
          `had ${where} ${repository.id} ${base} ${head} ${openedAt} ${landedAt} ${isLarge}`
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
          .map((work): Search => ({ work, author: "", files: [], found: [], isPartial: false, why: null }))
        let held: ReadonlyArray<Search> = []
        for (const own of Object.values(Arrays.groupBy(unknown, (one) => String(one.work.repository.id))))
          for (const part of Arrays.chunksOf(own, AT_ONCE)) {
            yield* readAdded(own[0].work.repository, places.extensions, part)
            held = [...held, ...part]
            if (held.length + AT_ONCE <= MOST_QUESTIONS && held.reduce((sum, { files }) => sum + runsOf(files), 0) <= MOST_RUNS) continue
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

export const layer: Layer.Layer<HadBefore, never, CommitCache> = Layer.effect(HadBefore, make)
