/** The bounties of the demo: an endless series of invented ones, or real ones from a file of facts. */
import { Array as Arrays, Duration, Effect, Ref } from "effect"
import { DUST } from "../../src/domain/Collateral.ts"
import { IssueNumber, IssueRef, RepositoryName } from "../../src/domain/IssueRef.ts"
import { messageOf } from "../../src/domain/messageOf.ts"
import { contributorsOf } from "../devnet/github/facts/contributors.ts"
import type { PullRequestFact } from "../devnet/github/facts/GitHubFacts.ts"
import type { PlannedMatch } from "../devnet/github/facts/matchPlan.ts"
import { solvedIssues } from "../devnet/github/facts/solvedIssues.ts"
import { DemoNetwork } from "./DemoNetwork.ts"
import { type Miner, recruit } from "./miners.ts"
import type { Pace } from "./pace.ts"
import { BountyFailed, type BountyPlan } from "./playBounty.ts"
import { solutionOf, writtenFile } from "./repositories.ts"
import { DEPOSIT } from "./settings.ts"
import * as SharedMerge from "./sharedMerge.ts"
import { openStory, playStory } from "./watchedBounties.ts"

/** A bounty that takes longer has failed. Bounties that share a pull request get more time, because a miner enters only one competition a round. */
const BOUNTY_TIMEOUT = Duration.minutes(10)
const PATIENCE_FOR_EACH_SHARE = Duration.seconds(30)

const refOf = (repository: string, number: number) =>
  IssueRef.make({ repository: RepositoryName.make(repository), number: IssueNumber.make(number) })

const asBountyFailed = (reference: IssueRef) => (cause: unknown) =>
  new BountyFailed({ issue: reference.toString(), reason: messageOf(cause) })

/** Turns accounts of the GitHub stand-in into miners. */
const recruitLogins = Effect.fn("demo.recruitLogins")(function* (logins: ReadonlyArray<string>, stake: bigint) {
  const { github } = yield* DemoNetwork
  const newcomers = yield* Effect.forEach(logins, (login) => github.control.user({ payload: { login } }).pipe(Effect.orDie))
  return yield* recruit(newcomers, github.url, stake)
})

/** After this many bounties a new miner joins: two miners may meet only twice, so without newcomers the demo would run out of pairs. */
const BOUNTIES_PER_NEWCOMER = 3
/** Miners that enrol for each invented bounty. */
const ENROLLING = 4

/** Titles of further issues, for when the shipped ones are solved. */
const FURTHER_TITLES = [
  "Make it faster",
  "Say what went wrong",
  "Work without a network",
  "Read the old format too",
  "Do not lose the last line"
]

/** Logins of newcomers, when all contributors of the facts have joined. */
const NEWCOMERS = ["slate-heron", "juniper-fox", "copper-wren", "velvet-moth", "brisk-badger", "ochre-finch", "lunar-vole", "rustic-ibex"]

/** One of several series that are played side by side. They share no miner. */
export interface Lane {
  readonly place: number
  readonly of: number
}

/** How long before a miner joins its earlier work is merged, in milliseconds. */
const MERGED_BEFORE_JOINING = 3_600_000

/** An endless series: four miners enrol, and one of the two matched miners solves the issue. */
export const inventedBounties = (facts: ReadonlyArray<PullRequestFact>, pace: Pace, lane: Lane) =>
  Effect.gen(function* () {
    const { github } = yield* DemoNetwork
    const services = yield* Effect.context<Effect.Effect.Context<ReturnType<typeof playStory>>>()
    const issues = solvedIssues(facts)
    const owners = new Set(issues.map(({ author }) => author.login))
    const known = contributorsOf(facts)
      .all.map(({ login }) => login)
      .filter((login) => !owners.has(login))
    const logins = [...known, ...NEWCOMERS].filter((_, index) => index % lane.of === lane.place)
    const repositories = [...new Set(issues.map(({ repository }) => repository))]
    const miners = yield* Ref.make<ReadonlyArray<Miner>>([])
    /** What is still to be merged of the first miners' earlier work. */
    const earlier = yield* Ref.make(Effect.void)
    const planned = yield* Ref.make(0)
    /** The issues that have been solved in each repository. */
    const solved = yield* Ref.make<ReadonlyMap<string, ReadonlyArray<number>>>(new Map())

    /** A miner's earlier work: a merged pull request in one of the repositories. Later miners get more code. */
    const mergeEarlierWork = (author: string, place: number) =>
      Effect.gen(function* () {
        const repository = RepositoryName.make(repositories[place % repositories.length] ?? "acme/widgets")
        const at = Date.now() - MERGED_BEFORE_JOINING
        const contents = [writtenFile(author, 4 + 2 * place)]
        const { number } = yield* github.control.openPullRequest({
          payload: { repository, title: `Add ${author}'s module`, author, contents, at }
        })
        yield* github.control.mergePullRequest({ payload: { repository, number, at: at + 1000 } })
      }).pipe(Effect.orDie)

    const join = (count: number) =>
      Effect.gen(function* () {
        const present = (yield* Ref.get(miners)).length
        const names = Array.from({ length: count }, (_, index) => {
          const place = present + index
          return logins[place] ?? `contributor-${place * lane.of + lane.place + 1}`
        })
        yield* Effect.forEach(
          names.filter((login) => !known.includes(login)),
          (login) => github.control.createUser({ payload: { login } }).pipe(Effect.orDie)
        )
        const recruits = yield* recruitLogins(names, DEPOSIT + DUST)
        yield* Ref.update(miners, (all) => [...all, ...recruits])
        return Effect.forEach(names, (author, index) => mergeEarlierWork(author, present + index), { discard: true })
      })

    const maintainerOf = (repository: string) =>
      issues.find((issue) => issue.repository === repository)?.repository.split("/", 1)[0] ?? "maintainer"

    /** The nth bounty of this lane as a watched one; undefined if it is solved at once. */
    const watchedAt = (index: number) => {
      const first = lane.place === 0 ? pace.first : pace.match
      const lasts = index === 0 ? first : pace.match
      return lasts === null ? undefined : { lasts, story: index * lane.of + lane.place - (pace.first === null ? 1 : 0) }
    }

    const nextIssue = (index: number) =>
      Effect.gen(function* () {
        const watched = watchedAt(index)
        if (watched !== undefined) {
          const repository = RepositoryName.make(repositories[watched.story % repositories.length] ?? "acme/widgets")
          const number = yield* openStory(watched.story, repository, maintainerOf(repository)).pipe(Effect.orDie)
          return { reference: refOf(repository, number), title: "" }
        }
        const shipped = issues[index]
        if (shipped !== undefined) {
          const reference = refOf(shipped.repository, shipped.number)
          const { title } = shipped.pullRequest
          // Facts have no issue titles.
          yield* github.control.edit({ payload: { repository: reference.repository, number: reference.number, title } }).pipe(Effect.orDie)
          return { reference, title }
        }
        const repository = RepositoryName.make(repositories[index % repositories.length] ?? "acme/widgets")
        const title = `${FURTHER_TITLES[index % FURTHER_TITLES.length]} (${index})`
        const author = issues.find((issue) => issue.repository === repository)?.author.login ?? "maintainer"
        const { number } = yield* github.control.openIssue({ payload: { repository, title, author } }).pipe(Effect.orDie)
        return { reference: refOf(repository, number), title }
      })

    return Effect.gen(function* () {
      const index = yield* Ref.getAndUpdate(planned, (count) => count + 1)
      if (index === 0) yield* Ref.set(earlier, yield* join(ENROLLING))
      else if (index % BOUNTIES_PER_NEWCOMER === 0) yield* Effect.flatten(join(1))
      // Validators score it while nobody waits for the first bounty.
      if (index > 0 || lane.place > 0) yield* Effect.flatten(Ref.getAndSet(earlier, Effect.void))
      const { reference, title } = yield* nextIssue(index)
      const enrolling = (yield* Ref.get(miners)).slice(-ENROLLING)
      return {
        reference,
        miners: enrolling,
        solve: (pair, from) =>
          Effect.gen(function* () {
            const { repository, number: issue } = reference
            const watched = watchedAt(index)
            if (watched !== undefined)
              return yield* playStory(watched.story, { repository, issue, maintainer: maintainerOf(repository) }, pair, {
                from,
                lasts: watched.lasts
              })
            const author = pair[index % 2 === 0 ? 0 : 1]
            const at = Math.max(from, Date.now())
            const before = (yield* Ref.get(solved)).get(repository) ?? []
            const { number } = yield* github.control.openPullRequest({
              payload: { repository, title, author: author.login, closes: [issue], contents: solutionOf(issue, before), at }
            })
            yield* github.control.mergePullRequest({ payload: { repository, number, at: at + 1000 } })
            yield* Ref.update(solved, (all) => new Map(all).set(repository, [...before, issue]))
            return { pullRequest: number, author }
          }).pipe(Effect.mapError(asBountyFailed(reference)), Effect.provide(services)),
        abandon: Effect.void,
        playsAgain: true,
        patience: Duration.sum(BOUNTY_TIMEOUT, Duration.times(pace.match ?? Duration.zero, 2))
      } satisfies BountyPlan
    })
  })

/** Bounties for real matches. A pull request that closes several of their issues is merged once, when all their competitions are running. */
export const realBounties = (matches: ReadonlyArray<PlannedMatch>) =>
  Effect.gen(function* () {
    const { github } = yield* DemoNetwork
    const logins = [...new Set(matches.flatMap(({ solver, other }) => [solver.login, other.login]))].toSorted()
    const miners = new Map((yield* recruitLogins(logins, 0n)).map((miner) => [miner.login, miner]))
    const minerOf = (login: string) => {
      const miner = miners.get(login)
      if (miner === undefined) throw new Error(`${login} was not recruited`)
      return miner
    }
    const key = (match: PlannedMatch) => `${match.repository}#${match.pullRequest.number}`
    const groups = new Map<string, Array<PlannedMatch>>()
    for (const match of matches) groups.set(key(match), [...(groups.get(key(match)) ?? []), match])

    return yield* Effect.forEach([...groups.values()], (group) =>
      Effect.gen(function* () {
        const patience = Duration.sum(BOUNTY_TIMEOUT, Duration.times(PATIENCE_FOR_EACH_SHARE, group.length))
        const shares = yield* SharedMerge.make(group.length, (from) =>
          Effect.gen(function* () {
            const [first] = group
            if (first === undefined) return
            const at = Math.max(from, Date.now())
            const payload = { repository: RepositoryName.make(first.repository), number: first.pullRequest.number }
            yield* github.control.openHeldPullRequest({ payload: { ...payload, at } })
            yield* github.control.mergePullRequest({ payload: { ...payload, at: at + 1000 } })
          })
        )
        return Arrays.zipWith(group, shares, (match, { arrive, abandon }): BountyPlan => {
          const reference = refOf(match.repository, match.number)
          // The story uses the login at that time, as in the data.
          const author: Miner = { ...minerOf(match.solver.login), login: match.pullRequest.author.login }
          return {
            reference,
            miners: [author, { ...minerOf(match.other.login), login: match.other.name }],
            solve: (_, from) =>
              arrive(from).pipe(Effect.as({ pullRequest: match.pullRequest.number, author }), Effect.mapError(asBountyFailed(reference))),
            abandon,
            playsAgain: false,
            patience
          }
        })
      })
    )
  })
