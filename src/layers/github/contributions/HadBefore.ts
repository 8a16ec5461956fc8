/**
 * Measures how much of what landed pull requests add was had before, in their own repository and in the roster's others. What cannot be read is unmeasured,
 * never zero. Only rosters that pay for work ask. The first measurement reads all sources of all repositories, later ones read what changed.
 */
import { Array as Arrays, Clock, Duration, Effect, Either, Schema } from "effect"
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

/** Pull requests of one repository about which git is asked at once. */
const AT_ONCE = 50
/** The most runs to hold in memory before they are searched for, besides those of one more answer. A run takes 12 bytes. */
const MOST_RUNS = 1_000_000
/** For so long GitHub may not yet say which pull request brought a commit. */
const UNSAID = Duration.hours(1)

const Numbers = Schema.Array(Schema.NonNegativeInt)

/** What was found of a pull request so far. Later rounds search only the repositories that could not be searched before. */
const Kept = Schema.parseJson(
  Schema.Struct({
    /** The ids of the repositories in which all was searched for, and of those in which something was found. */
    searched: Numbers,
    from: Numbers,
    /** In each text that it adds: the places in its list of runs. */
    texts: Schema.Array(Schema.Struct({ had: Numbers, shared: Numbers, whole: Schema.NullOr(Schema.Literal("had", "shared")) })),
    /** What that comes to. */
    files: Schema.Array(
      Schema.Struct({
        path: Schema.String,
        added: Schema.NonNegativeInt,
        had: Schema.NonNegativeInt,
        shared: Schema.NonNegativeInt,
        compared: Schema.NonNegativeInt
      })
    )
  })
)
type Kept = typeof Kept.Type

/** What was found of one file so far. */
interface FoundSoFar {
  readonly runs: Map<number, Standing>
  whole: Standing
}

/** Work on the way to its measure. */
interface Search {
  readonly work: LandedWork
  readonly kept: Kept | undefined
  files: ReadonlyArray<AddedText>
  found: ReadonlyArray<FoundSoFar>
  /** As in `Kept`. */
  readonly searched: Set<number>
  readonly from: Set<number>
  /** Why it cannot be measured now. */
  why: string | null
}

/** What was found of an added text, and what is kept of it. */
const restored = ({ runs }: AddedText, kept: Kept["texts"][number] | undefined): FoundSoFar => {
  const found = new Map<number, Standing>()
  for (const place of kept?.shared ?? []) found.set(runs[place] ?? 0, "shared")
  for (const place of kept?.had ?? []) found.set(runs[place] ?? 0, "had")
  return { runs: found, whole: kept?.whole ?? undefined }
}
const keptOf = ({ runs }: AddedText, found: FoundSoFar | undefined): Kept["texts"][number] => {
  const placesOf = (as: Standing) => [...runs.keys()].filter((place) => found?.runs.get(runs[place] ?? 0) === as)
  return { had: placesOf("had"), shared: placesOf("shared"), whole: found?.whole ?? null }
}

const sorted = (ids: ReadonlySet<number>): ReadonlyArray<number> => [...ids].toSorted((one, other) => one - other)

/** What was found of a pull request by now. */
const foundIn = ({ files, found, from, searched }: Search): Kept => ({
  searched: sorted(searched),
  from: sorted(from),
  texts: files.map((file, index) => keptOf(file, found[index])),
  files: hadIn(files, (index) => ({ ofFile: found[index]?.whole, ofRun: (run) => found[index]?.runs.get(run) }))
})

const runsOf = (files: ReadonlyArray<AddedText>): number => files.reduce((sum, { runs }) => sum + runs.length, 0)

/** What was had is had, whoever else brought it. */
const together = (one: Standing, other: Standing): Standing => (one === "had" || other === "had" ? "had" : (one ?? other))

/**
 * Makes the function that measures each work. In its own repository the tree before it counts and what was replaced there in 90 days, in every other one the tree of the default
 * branch when it landed. Whose a commit is, GitHub says. A repository that cannot be read now leaves the work of all others measured in part, and is searched alone another time.
 */
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
        one.found = one.files.map((file, index) => restored(file, one.kept?.texts[index]))
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

  /**
   * The answers in which others brought something meanwhile, asked for again with what GitHub says of its commits. Where GitHub says nothing, others brought it; `unsaid` gets those of
   * which it may say something another time.
   */
  const withBrought = Effect.fn("HadBefore.withBrought")(function* (
    place: RecordedRepository,
    sources: ReadonlyArray<string>,
    all: ReadonlyArray<readonly [Search, NonNullable<RecordAnswer["places"][number]>]>,
    unsaid: Set<Search>
  ) {
    const commits = Arrays.dedupe(all.flatMap(([, { meanwhile }]) => meanwhile))
    if (commits.length === 0) return []
    const asked = yield* Effect.either(whoBrought(place, commits))
    const now = yield* Clock.currentTimeMillis
    const brought = Either.isRight(asked) ? asked.right : new Map<string, ReadonlyArray<Brought>>()
    const said = all.flatMap(([one, { meanwhile }]) => {
      const { author, landedAt, openedAt } = one.work
      const isYoung = now - landedAt < Duration.toMillis(UNSAID)
      if (meanwhile.some((commit) => !brought.has(commit)) && (Either.isLeft(asked) || isYoung)) unsaid.add(one)
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
    const unsaid = new Set<Search>()
    const asked = yield* Effect.either(
      Effect.gen(function* () {
        const first = yield* askPlace(
          place,
          sources,
          all.map((one) => ({ one }))
        )
        const shown = first.flatMap(([one, answer]) => (answer === null ? [] : [[one, answer] as const]))
        return new Map([...first, ...(yield* withBrought(place, sources, shown, unsaid))])
      })
    )
    for (const one of all) {
      if (Either.isLeft(asked)) {
        if (isOwn(one, place)) one.why = asked.left.message
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
        if (had.length + shared.length > 0 || whole !== null) one.from.add(place.id)
      }
      if (!unsaid.has(one)) one.searched.add(place.id)
    }
  })

  /** Searches every repository in which it was not searched before. */
  const lookEverywhere = Effect.fn("HadBefore.lookEverywhere")(function* (
    { extensions, roster }: Pick<Places, "extensions" | "roster">,
    all: ReadonlyArray<Search>
  ) {
    for (const place of roster) {
      const searched = all.filter(
        (one) => one.why === null && one.files.length > 0 && (one.work.isLarge || isOwn(one, place)) && !one.searched.has(place.id)
      )
      if (searched.length > 0) yield* lookIn(place, extensions, searched)
    }
  })

  return Effect.fn("HadBefore.measure")(
    function* ({ extensions, isAll, roster }: Places, work: ReadonlyArray<LandedWork>) {
      const all = [...roster, ...work.map(({ repository }) => repository)].toSorted((one, other) => one.id - other.id)
      const places = { extensions: extensions.toSorted(), roster: Arrays.dedupeWith(all, (one, other) => one.id === other.id) }
      const ids = new Set(places.roster.map(({ id }) => id))
      const by = canonicalHash({ edition: HAD_EDITION, extensions: places.extensions })
      const keyOf = ({ author, base, head, isLarge, landedAt, openedAt, repository }: LandedWork) =>
        `had ${by} ${repository.id} ${base} ${head} ${author} ${openedAt} ${landedAt} ${isLarge}`
      const skipped = new Set((yield* Effect.filter(places.roster, record.skipsCopiesIn)).map(({ id }) => id))
      /** Where it is still to be searched for. What adds nothing is nowhere. */
      const unsearched = ({ isLarge, repository }: LandedWork, { searched, texts }: Kept) => {
        const done = new Set(searched)
        return texts.length === 0 ? [] : [...(isLarge ? ids : [repository.id])].filter((id) => !done.has(id))
      }
      const measuredAs = (work: LandedWork, kept: Kept): HadFiles => {
        const isPartial = unsearched(work, kept).length > 0 || (work.isLarge && !isAll && kept.texts.length > 0)
        return Either.right({ files: kept.files, isPartial })
      }
      const stored = yield* findAll(Kept, work.map(keyOf))
      // A repository that left the roster is no place. One that is not shown may still be in it.
      const kept = new Map([...stored].filter(([, { from }]) => !isAll || from.every((id) => ids.has(id))))
      const found = new Map<string, HadFiles>()
      const finish = (held: ReadonlyArray<Search>) =>
        Effect.gen(function* () {
          yield* lookEverywhere(places, held)
          const news = held.flatMap((one) => (one.why === null ? [[keyOf(one.work), foundIn(one)] as const] : []))
          const known = new Map([...kept, ...news])
          for (const { why, work } of held) {
            const now = known.get(keyOf(work))
            const message = `it is not known how much of #${work.number} was had before: ${why}`
            found.set(keyOf(work), now === undefined ? Either.left(new OperationFailed({ message })) : measuredAs(work, now))
          }
          yield* keepAll(Kept, news)
        })
      const unknown = work.flatMap((work): ReadonlyArray<Search> => {
        const before = kept.get(keyOf(work))
        if (before !== undefined) found.set(keyOf(work), measuredAs(work, before))
        if (before !== undefined && unsearched(work, before).every((id) => skipped.has(id))) return []
        return [{ work, kept: before, files: [], found: [], searched: new Set(before?.searched), from: new Set(before?.from), why: null }]
      })
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
