/** Cases of docs/verdicts.md: what closed the issue carries somebody's work that was not merged by itself. */
import * as E from "effect/Effect"
import type { Case, Play, Section } from "./Case.ts"
import { at, DEADLINE, day, number, type Story, WIDGETS } from "./story.ts"

const HOUR = 3_600_000

/** A bot lands Bob's #n by a commit with the same changes; its author by GitHub's accounts, and the email in it. */
const lands = (s: Story, n: number, { author = "bob", email }: { readonly author?: string; readonly email?: string } = {}) =>
  E.zipRight(
    s.control.pushCommit({
      payload: {
        repository: WIDGETS,
        message: "Oil the hinge\n\nFixes #1",
        by: "maintainer",
        author,
        ...(email === undefined ? {} : { email }),
        lands: { number: number(n), as: "Same" },
        closes: [number(1)],
        at: day(5)
      }
    }),
    s.control.close({ payload: { ...at(n), by: "maintainer", at: day(5, 2) } })
  )

/** Somebody's pull request that closes the issue and carries others. */
const rollup = (s: Story, carries: ReadonlyArray<number>, { author = "maintainer", closes = [1], merged = day(6) } = {}) =>
  E.flatMap(s.open(author, merged - HOUR, { title: "Rollup", closes, carries: carries.map((one) => number(one)) }), (n) =>
    s.merge(n, merged, "merge")
  )

const drafts = (s: Story, author: string, count: number) =>
  E.forEach(Array.from({ length: count }), () => s.open(author, day(4), { draft: true }))

/** Bob's pull request went into `develop`, and a release brought it to the default branch. */
const released =
  (merged: number, { byCommit = false, brought = day(5) } = {}): Play =>
  (s) =>
    E.gen(function* () {
      const how = byCommit ? { closes: [], commitCloses: [1] } : {}
      const n = yield* s.open("bob", day(4), { baseBranch: "develop", ...how })
      yield* s.merge(n, brought)
      yield* rollup(s, [n], { merged, closes: byCommit ? [] : [1] })
    })

const unfilled: Play = (s) =>
  s.control.addFault({ payload: { fault: { _tag: "Unfilled", field: "associatedPullRequests", times: 1_000, path: "graphql" } } })

export const carried: Section = {
  title: "What closed it carries somebody's work",
  cases: [
    {
      what: "A merge bot landed Bob's pull request, and Cleo has seven drafts linked to the issue",
      play: (s) =>
        E.zipRight(
          drafts(s, "cleo", 7),
          E.flatMap(s.open("bob", day(4)), (n) => lands(s, n))
        ),
      verdict: "Solved by Bob with #9"
    },
    {
      what: "A merge bot landed Bob's pull request under an email that Cleo's account claimed afterwards",
      play: (s) =>
        E.gen(function* () {
          yield* s.open("cleo", day(4), { files: [{ path: "src/bob.ts", additions: 3, deletions: 1 }] })
          const n = yield* s.open("bob", day(4), { files: [{ path: "src/bob.ts", additions: 3, deletions: 1 }] })
          yield* lands(s, n, { author: "cleo", email: "bob@laptop.example" })
        }),
      verdict: "No vote: LandingUnproved"
    },
    {
      what: "A maintainer's rollup closed it, which carries the commits of Bob's linked pull request",
      play: (s) => E.flatMap(s.open("bob", day(4)), (n) => rollup(s, [n])),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "The same, with a stranger's rollup",
      play: (s) => E.flatMap(s.open("bob", day(4)), (n) => rollup(s, [n], { author: "dan" })),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "A maintainer's rollup carries the commits of both competitors",
      play: (s) => E.flatMap(E.all([s.open("bob", day(4)), s.open("cleo", day(4))]), (both) => rollup(s, both)),
      verdict: "No vote: AmbiguousSolver"
    },
    {
      what: "Cleo's pull request closed it, which carries the commits of Bob's",
      play: (s) => E.flatMap(s.open("bob", day(4)), (n) => rollup(s, [n], { author: "cleo" })),
      verdict: "No vote: AmbiguousSolver"
    },
    {
      what: "The same, and GitHub does not say which commits Bob's has",
      play: (s) =>
        E.zipRight(
          E.flatMap(s.open("bob", day(4)), (n) => rollup(s, [n], { author: "cleo" })),
          s.control.addFault({
            payload: { fault: { _tag: "Status", status: 404, times: 1_000, path: "^/repos/acme/widgets/pulls/2/commits" } }
          })
        ),
      verdict: "No vote: GitHubSilent"
    },
    {
      what: "Cleo's pull request closed it, and Bob's later one has its commits",
      play: (s) =>
        E.gen(function* () {
          const cleos = yield* s.open("cleo", day(4))
          yield* s.open("bob", day(5), { carries: [number(cleos)] })
          yield* s.merge(cleos, day(6), "merge")
        }),
      verdict: "Solved by Cleo with #2"
    },
    {
      what: "A maintainer's pull request closed it while Bob's is linked and open, whose commits it does not have",
      play: (s) => E.zipRight(s.open("bob", day(4)), rollup(s, [])),
      verdict: "Cancelled: SolvedOutside"
    },
    {
      what: "The same, and GitHub does not say which commits the two have",
      play: (s) =>
        E.zipRight(
          E.zipRight(s.open("bob", day(4)), rollup(s, [])),
          s.control.addFault({
            payload: { fault: { _tag: "Status", status: 404, times: 1_000, path: "^/repos/acme/widgets/pulls/3/commits" } }
          })
        ),
      verdict: "No vote: LandingUnproved"
    },
    {
      what: "Bob's pull request was merged into develop in time, and a release in time, which says that it closes the issue, brought it to the default branch",
      play: released(day(10)),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "The same, and the release came after the deadline",
      play: released(DEADLINE + HOUR),
      verdict: "No vote: MergedAfterDeadline"
    },
    {
      what: "A commit of Bob's, merged into develop in time, says that it closes the issue, and a release in time brought it",
      play: released(day(10), { byCommit: true }),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "The same, and the release came after the deadline",
      play: released(DEADLINE + HOUR, { byCommit: true }),
      verdict: "No vote: MergedAfterDeadline"
    },
    {
      what: "A commit of Bob's pull request closed it, and GitHub lists no pull requests of the commit yet",
      play: (s) => E.zipRight(s.solve("bob", day(4), day(5), { closes: [], commitCloses: [1] }), unfilled(s)),
      hours: 1,
      verdict: "Cancelled: SolvedOutside"
    },
    {
      what: "The same, and then GitHub lists them",
      play: (s) => E.zipRight(s.solve("bob", day(4), day(5), { closes: [], commitCloses: [1] }), unfilled(s)),
      later: { 1: (s) => s.control.removeFaults({ payload: {} }) },
      verdict: "Solved by Bob with #2"
    }
  ] satisfies ReadonlyArray<Case>
}
