/**
 * Measures how much of what landed pull requests add was had before, in their own repository and in the roster's others. What cannot be read is unmeasured,
 * never zero. Only rosters that pay for work ask. The first measurement reads all sources of all repositories, later ones read what changed.
 */
import { Array as Arrays, Clock, Context, Duration, Effect, Either, Layer, Schema } from "effect"
import { canonicalHash } from "../../../domain/canonicalJson.ts"
import { OperationFailed } from "../../../domain/failures.ts"
import { type AddedText, HAD_EDITION, type HadFile, hadIn, type Standing } from "../../../rules/contributions/had.ts"
import { GitHistory, type RecordedRepository } from "../../git/history/GitHistory.ts"
import { MOST_QUESTIONS, type RecordAnswer } from "../../git/history/historyTask.ts"
import type { GitHubUnavailable } from "../errors.ts"
import { CommitCache } from "./CommitCache.ts"
import { findAll, keepAll } from "./files.ts"

/** A landed pull request, by the commits before and after it on the branch. */
export interface LandedWork {
  readonly repository: RecordedRepository
  readonly number: number
  /** Its author's account; empty where it was deleted. */
  readonly author: string
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
  /** Every repository of the roster that GitHub shows, and what forks are of. */
  readonly roster: ReadonlyArray<RecordedRepository>
  /** Whether these are all but those that are proved to be gone. Otherwise large work is measured in part. */
  readonly isAll: boolean
  /** The extensions of the roster's languages, in lower case. */
  readonly extensions: ReadonlyArray<string>
}

/** The changed sources that get words, for `hadShares`. `isPartial`: a place could not be looked at, or GitHub did not answer. Another time more may be found. */
export interface MeasuredFiles {
  readonly files: ReadonlyArray<HadFile>
  readonly isPartial: boolean
}
export type HadFiles = Either.Either<MeasuredFiles, OperationFailed>

/** A pull request that brought a commit, by GitHub's record: its author's account, and when it was merged, in milliseconds since 1970. */
export interface Brought {
  readonly author: string
  readonly mergedAt: number
}

/** The merged pull requests that brought commits of a repository, by commit. A commit that is left out came by none. */
export type WhoBrought = (
  repository: RecordedRepository,
  commits: ReadonlyArray<string>
) => Effect.Effect<ReadonlyMap<string, ReadonlyArray<Brought>>, GitHubUnavailable>

export class HadBefore extends Context.Tag("gittensor/HadBefore")<
  HadBefore,
  {
    /**
     * Measures each work. In its own repository the tree before it counts and what was replaced there in 90 days, in every other one the tree of the default branch when it landed.
     * Whose a commit is, GitHub says. A repository that cannot be read now leaves the work of all others measured in part.
     */
    readonly measure: (places: Places, work: ReadonlyArray<LandedWork>) => Effect.Effect<ReadonlyMap<LandedWork, HadFiles>>
  }
>() {}

/** Pull requests of one repository about which git is asked at once. */
const AT_ONCE = 50
/** The most runs to hold in memory before they are searched for, besides those of one more answer. A run takes 12 bytes. */
const MOST_RUNS = 1_000_000
/** For so long GitHub may not yet say which pull request brought a commit. */
const UNSAID = Duration.hours(1)

const StoredFiles = Schema.parseJson(
  Schema.Array(
    Schema.Struct({
      path: Schema.String,
      added: Schema.NonNegativeInt,
      had: Schema.NonNegativeInt,
      shared: Schema.NonNegativeInt,
      compared: Schema.NonNegativeInt
    })
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
  files: ReadonlyArray<AddedText>
  found: ReadonlyArray<FoundSoFar>
  isPartial: boolean
  /** Why it cannot be measured. */
  why: string | null
}

const runsOf = (files: ReadonlyArray<AddedText>): number => files.reduce((sum, { runs }) => sum + runs.length, 0)

/** What was had is had, whoever else brought it. */
const together = (one: Standing, other: Standing): Standing => (one === "had" || other === "had" ? "had" : (one ?? other))

export const make = Effect.fn("HadBefore.make")(function* (whoBrought: WhoBrought) {
  const record = yield* GitHistory
  const commits = yield* CommitCache

  /** Asks git what one repository's pull requests add. A pull request that does not fit into the answer is asked about alone. */
  const readAdded = (repository: RecordedRepository, sources: ReadonlyArray<string>, some: ReadonlyArray<Search>): Effect.Effect<void> =>
    Effect.gen(function* () {
      const added = some.map(({ work: { base, head } }) => ({ base, head }))
      const asked = yield* Effect.either(record.ask(repository, { added, sources }))
      for (const [index, one] of some.entries()) {
        const answer = Either.isRight(asked) ? (asked.right.added[index] ?? null) : null
        one.files = answer ?? []
        one.found = one.files.map(() => ({ runs: new Map(), whole: undefined }))
        if (Either.isLeft(asked)) one.why = asked.left.message
        else if (answer === null && some.length > 1) yield* readAdded(repository, sources, [one])
        else if (answer === null) one.why = "git does not show what it changed, or it is too much"
      }
    })

  const isOwn = ({ work }: Search, place: RecordedRepository) => work.repository.id === place.id

  /** Asks one repository. `own`, `landed`: of its commits those that GitHub says to be the author's, and to have landed by the time the pull request was opened. */
  const askPlace = (
    place: RecordedRepository,
    sources: ReadonlyArray<string>,
    some: ReadonlyArray<{ readonly one: Search; readonly own?: ReadonlyArray<string>; readonly landed?: ReadonlyArray<string> }>
  ) => {
    const places = some.map(({ landed = [], one, own = [] }) => ({
      ...(isOwn(one, place) ? { base: one.work.base } : { until: one.work.landedAt }),
      opened: one.work.openedAt,
      own,
      landed,
      files: one.files.map(({ lines, runs }) => ({ lines, runs }))
    }))
    return Effect.map(record.ask(place, { places, sources }), (answer) =>
      some.map(({ one }, index) => [one, answer.places[index] ?? null] as const)
    )
  }

  /** The answers in which others brought something meanwhile, asked for again with what GitHub says of its commits. Where GitHub says nothing, others brought it. */
  const withBrought = Effect.fn("HadBefore.withBrought")(function* (
    place: RecordedRepository,
    sources: ReadonlyArray<string>,
    all: ReadonlyArray<readonly [Search, NonNullable<RecordAnswer["places"][number]>]>
  ) {
    const commits = Arrays.dedupe(all.flatMap(([, { meanwhile }]) => meanwhile))
    if (commits.length === 0) return []
    const asked = yield* Effect.either(whoBrought(place, commits))
    const now = yield* Clock.currentTimeMillis
    const brought = Either.isRight(asked) ? asked.right : new Map<string, ReadonlyArray<Brought>>()
    const said = all.flatMap(([one, { meanwhile }]) => {
      const { author, landedAt, openedAt } = one.work
      const isYoung = now - landedAt < Duration.toMillis(UNSAID)
      if (meanwhile.some((commit) => !brought.has(commit)) && (Either.isLeft(asked) || isYoung)) one.isPartial = true
      const where = (holds: (by: Brought) => boolean) => meanwhile.filter((commit) => brought.get(commit)?.some(holds) === true)
      const own = where((by) => by.author !== "" && by.author === author)
      const landed = where(({ mergedAt }) => mergedAt <= openedAt)
      return own.length + landed.length === 0 ? [] : [{ one, own, landed }]
    })
    return said.length === 0 ? [] : yield* askPlace(place, sources, said)
  })

  /** Searches one repository for what all pull requests add. */
  const lookIn = Effect.fn("HadBefore.lookIn")(function* (
    place: RecordedRepository,
    sources: ReadonlyArray<string>,
    all: ReadonlyArray<Search>
  ) {
    const asked = yield* Effect.either(
      Effect.gen(function* () {
        const first = yield* askPlace(
          place,
          sources,
          all.map((one) => ({ one }))
        )
        const shown = first.flatMap(([one, answer]) => (answer === null ? [] : [[one, answer] as const]))
        return new Map([...first, ...(yield* withBrought(place, sources, shown))])
      })
    )
    for (const one of all) {
      if (Either.isLeft(asked)) {
        if (isOwn(one, place)) one.why = asked.left.message
        else one.isPartial = true
        continue
      }
      const answer = asked.right.get(one) ?? null
      if (answer === null && isOwn(one, place)) one.why = "its repository has too many files, or does not show the commit before it"
      for (const [at, { had, shared, whole }] of (answer?.files ?? []).entries()) {
        const [file, found] = [one.files[at], one.found[at]]
        if (file === undefined || found === undefined) continue
        const add = (run: number, standing: Standing) => found.runs.set(run, together(found.runs.get(run), standing))
        for (const run of had) add(file.runs[run] ?? 0, "had")
        for (const run of shared) add(file.runs[run] ?? 0, "shared")
        found.whole = together(found.whole, whole ?? undefined)
      }
    }
  })

  /** Searches every repository. */
  const lookEverywhere = Effect.fn("HadBefore.lookEverywhere")(function* (
    { extensions, roster }: Pick<Places, "extensions" | "roster">,
    all: ReadonlyArray<Search>
  ) {
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
          ? Either.right({
              isPartial,
              files: hadIn(files, (index) => ({ ofFile: found[index]?.whole, ofRun: (run) => found[index]?.runs.get(run) }))
            })
          : Either.left(new OperationFailed({ message: `it is not known how much of #${number} was had before: ${why}` }))
      return { work, measured }
    })
  })

  return HadBefore.of({
    measure: Effect.fn("HadBefore.measure")(
      function* ({ extensions, isAll, roster }: Places, work: ReadonlyArray<LandedWork>) {
        const all = [...roster, ...work.map(({ repository }) => repository)].toSorted((one, other) => one.id - other.id)
        const places = { extensions: extensions.toSorted(), roster: Arrays.dedupeWith(all, (one, other) => one.id === other.id) }
        const where = canonicalHash({ edition: HAD_EDITION, extensions: places.extensions, roster: places.roster.map(({ id }) => id) })
        const keyOf = ({ author, base, head, isLarge, landedAt, openedAt, repository }: LandedWork) =>
          `had ${where} ${repository.id} ${base} ${head} ${author} ${openedAt} ${landedAt} ${isLarge}`
        const kept = yield* findAll(StoredFiles, work.map(keyOf))
        const isPartial = ({ isLarge }: LandedWork) => isLarge && !isAll
        const found = new Map<string, HadFiles>(
          work.flatMap((one) => {
            const files = kept.get(keyOf(one))
            return files === undefined ? [] : [[keyOf(one), Either.right({ files, isPartial: isPartial(one) })]]
          })
        )
        const finish = (held: ReadonlyArray<Search>) =>
          Effect.gen(function* () {
            const all = yield* lookEverywhere(places, held)
            for (const { measured, work } of all) found.set(keyOf(work), measured)
            yield* keepAll(
              StoredFiles,
              all.flatMap(({ measured, work }) =>
                Either.isRight(measured) && !measured.right.isPartial ? [[keyOf(work), measured.right.files] as const] : []
              )
            )
          })
        const unknown = work
          .filter((one) => !kept.has(keyOf(one)))
          .map((work): Search => ({ work, files: [], found: [], isPartial: isPartial(work), why: null }))
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

export const layer = (whoBrought: WhoBrought): Layer.Layer<HadBefore, never, CommitCache> => Layer.effect(HadBefore, make(whoBrought))
