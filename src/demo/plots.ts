/** What happens in the demo: invented bounties without end, or real ones from a file of facts. */
import { Array as Arrays, Duration, Effect, Ref } from "effect"
import { contributorsOf } from "../devnet/github/facts/contributors.ts"
import type { PlannedMatch } from "../devnet/github/facts/matchPlan.ts"
import { solvedIssues } from "../devnet/github/facts/solvedIssues.ts"
import type { PullRequestFact } from "../domain/GitHubFacts.ts"
import { IssueNumber, IssueRef, RepositoryName } from "../domain/IssueRef.ts"
import { type Miner, recruit } from "./miners.ts"
import * as SharedMerge from "./sharedMerge.ts"
import { type Plot, StoryFailed } from "./story.ts"
import { World } from "./World.ts"

/** How long one story may take before it counts as failed; and each that waits for the same pull request, as a miner gets one competition a round. */
const PATIENCE = Duration.minutes(10)
const PATIENCE_EACH = Duration.seconds(30)

const refOf = (repository: string, number: number) =>
  IssueRef.make({ repository: RepositoryName.make(repository), number: IssueNumber.make(number) })

const asStoryFailure = (reference: IssueRef) => (cause: unknown) =>
  new StoryFailed({ issue: reference.toString(), reason: cause instanceof Error ? cause.message : String(cause) })

/** Recruits contributors of the stand-in by login. */
const recruitLogins = Effect.fn("demo.recruitLogins")(function* (logins: ReadonlyArray<string>) {
  const { github } = yield* World
  const newcomers = yield* Effect.forEach(logins, (login) => github.control.user({ payload: { login } }).pipe(Effect.orDie))
  return yield* recruit(newcomers, github.url)
})

/** A newcomer joins after so many bounties, so that the rule "two meet at most twice" never ends the story. */
const BOUNTIES_PER_NEWCOMER = 3
const COMPANY = 4

/** Work that is never done, for when the shipped issues are. */
const CHORES = ["Make it faster", "Say what went wrong", "Work without a network", "Read the old format too", "Do not lose the last line"]

/** An endless sequence of plots: four miners enrol, one of the two that the validators match solves the issue. */
export const invented = (facts: ReadonlyArray<PullRequestFact>) =>
  Effect.gen(function* () {
    const { github } = yield* World
    const issues = solvedIssues(facts)
    const owners = new Set(issues.map(({ author }) => author.login))
    const known = contributorsOf(facts)
      .all.map(({ login }) => login)
      .filter((login) => !owners.has(login))
    const repositories = [...new Set(issues.map(({ repository }) => repository))]
    const company = yield* Ref.make<ReadonlyArray<Miner>>([])
    const told = yield* Ref.make(0)

    const join = (count: number) =>
      Effect.gen(function* () {
        const present = (yield* Ref.get(company)).length
        const logins = Array.from({ length: count }, (_, index) => known[present + index] ?? `contributor-${present + index + 1}`)
        yield* Effect.forEach(
          logins.filter((login) => !known.includes(login)),
          (login) => github.control.createUser({ payload: { login } }).pipe(Effect.orDie)
        )
        const miners = yield* recruitLogins(logins)
        yield* Ref.update(company, (all) => [...all, ...miners])
      })

    const nextIssue = (index: number) =>
      Effect.gen(function* () {
        const shipped = issues[index]
        if (shipped !== undefined) return { reference: refOf(shipped.repository, shipped.number), title: shipped.pullRequest.title }
        const repository = RepositoryName.make(repositories[index % repositories.length] ?? "acme/widgets")
        const title = `${CHORES[index % CHORES.length]} (${index})`
        const author = issues.find((issue) => issue.repository === repository)?.author.login ?? "maintainer"
        const { number } = yield* github.control.openIssue({ payload: { repository, title, author } }).pipe(Effect.orDie)
        return { reference: refOf(repository, number), title }
      })

    return Effect.gen(function* () {
      const index = yield* Ref.getAndUpdate(told, (count) => count + 1)
      if (index === 0) yield* join(COMPANY)
      else if (index % BOUNTIES_PER_NEWCOMER === 0) yield* join(1)
      const { reference, title } = yield* nextIssue(index)
      const miners = (yield* Ref.get(company)).slice(-COMPANY)
      return {
        reference,
        miners,
        solve: (pair, from) =>
          Effect.gen(function* () {
            const author = pair[index % 2 === 0 ? 0 : 1]
            const at = Math.max(from, Date.now())
            const { number } = yield* github.control.openPullRequest({
              payload: { repository: reference.repository, title, author: author.login, closes: [reference.number], at }
            })
            yield* github.control.mergePullRequest({ payload: { repository: reference.repository, number, at: at + 1000 } })
            return { pullRequest: number, author }
          }).pipe(Effect.mapError(asStoryFailure(reference))),
        abandon: Effect.void,
        patience: PATIENCE
      } satisfies Plot
    })
  })

/** The plots of real matches. A pull request that closes several planned issues happens once, when all of them are running. */
export const real = (matches: ReadonlyArray<PlannedMatch>) =>
  Effect.gen(function* () {
    const { github } = yield* World
    const logins = [...new Set(matches.flatMap(({ solver, other }) => [solver.login, other.login]))].toSorted()
    const miners = new Map((yield* recruitLogins(logins)).map((miner) => [miner.login, miner]))
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
        const patience = Duration.sum(PATIENCE, Duration.times(PATIENCE_EACH, group.length))
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
        return Arrays.zipWith(group, shares, (match, { arrive, abandon }): Plot => {
          const reference = refOf(match.repository, match.number)
          // The story calls them as the data does: the solver by its login at that time.
          const author: Miner = { ...minerOf(match.solver.login), login: match.pullRequest.author.login }
          return {
            reference,
            miners: [author, { ...minerOf(match.other.login), login: match.other.name }],
            solve: (_, from) =>
              arrive(from).pipe(Effect.as({ pullRequest: match.pullRequest.number, author }), Effect.mapError(asStoryFailure(reference))),
            abandon,
            patience
          }
        })
      })
    )
  })
