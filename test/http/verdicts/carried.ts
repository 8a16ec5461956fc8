/** Cases of docs/verdicts.md: the commit or pull request that closed the issue carries work that was not merged by itself. */
import * as E from "effect/Effect"
import { type Case, type Play, type Section, seen } from "./Case.ts"
import { at, DEADLINE, day, number, type Opening, type Story, WIDGETS } from "./story.ts"

const HOUR = 3_600_000

/** A bot lands Bob's #n by a commit with the same changes; `author`: the commit's GitHub account; `email`: the email in it. */
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

const BOBS = { path: "src/bob.ts", additions: 3, deletions: 1 }
const CLEOS = { ...BOBS, path: "src/cleo.ts" }

interface Rollup {
  readonly headBranch: string
  readonly author: string
  readonly closes: ReadonlyArray<number>
  readonly files: ReadonlyArray<typeof BOBS>
  readonly merged: number
}

/** A pull request of the day before, whose head a maintainer has reviewed. */
const opens = (s: Story, author: string, files = [{ ...BOBS, path: `src/${author}.ts` }]) =>
  E.tap(s.open(author, day(4), { files }), (n) => seen(s, n, day(4, 60)))

/** A pull request that closes the issue and carries others. */
const rollup = (
  s: Story,
  carries: ReadonlyArray<number>,
  { author = "maintainer", closes = [1], files = [BOBS], headBranch, merged = day(6) }: Partial<Rollup> = {}
) =>
  E.flatMap(
    s.open(author, merged - HOUR, {
      title: "Rollup",
      body: carries.map((one) => `Takes #${one}.`).join(" "),
      closes,
      ...(headBranch === undefined ? {} : { headBranch }),
      carries: carries.map((one) => number(one)),
      files
    }),
    (n) => s.merge(n, merged, "merge")
  )

const drafts = (s: Story, author: string, count: number) =>
  E.forEach(Array.from({ length: count }), () => s.open(author, day(4), { draft: true }))

/** Bob's pull request was merged into `develop`, and a release brought it to the default branch. */
const released =
  (merged: number, { byCommit = false, brought = day(5), own = 0 } = {}): Play =>
  (s) =>
    E.gen(function* () {
      const how = byCommit ? { closes: [], commitCloses: [1] } : {}
      const n = yield* s.open("bob", day(4), { baseBranch: "develop", ...how, files: [{ ...BOBS, additions: 30 }] })
      yield* s.merge(n, brought)
      yield* rollup(s, [n], { merged, closes: byCommit ? [] : [1], headBranch: "develop", files: [{ ...BOBS, additions: 30 + own }] })
    })

const textOf = (lines: ReadonlyArray<string>) => lines.map((line) => `${line}\n`).join("")
const OILING = Array.from(
  { length: 40 },
  (_, index) => `${["const turned = swing", "if (turned) oil", "log"][index % 3]}(hinge, ${index}, 'left')`
)
const GREASING = Array.from({ length: 40 }, (_, index) => `for (const pin of pins) grease.apply(pin, ${index * 3}, amount)`)
const LOCK = Array.from({ length: 200 }, (_, index) => `"node_modules/p${index}": { "version": "1.${index}.0" },`)

/** Bob's forty lines are seen a day before Cleo's lines, and hers are merged. `asked`: lines of the text. `both`: what both change besides. */
const copied = (
  what: string,
  cleos: ReadonlyArray<string>,
  verdict: string,
  { asked = [], both = [], path = "src/hinge.ts" }: { asked?: ReadonlyArray<string>; both?: Opening["contents"]; path?: string } = {}
): Case => ({
  what,
  play: (s) =>
    E.gen(function* () {
      if (asked.length > 0)
        yield* s.control.edit({ payload: { ...at(1), body: textOf(["It squeaks:", "```ts", ...asked, "```"]), at: day(1, -60) } })
      const opened = (author: string, when: number, own: string, lines: ReadonlyArray<string>) =>
        E.tap(s.open(author, when, { contents: [{ path: own, base: null, head: textOf(lines) }, ...both] }), (n) =>
          seen(s, n, when + 60_000)
        )
      yield* opened("bob", day(4), "src/hinge.ts", OILING)
      const n = yield* opened("cleo", day(5), path, cleos)
      yield* s.merge(n, day(6))
    }),
  verdict
})

const unfilled: Play = (s) =>
  s.control.addFault({ payload: { fault: { _tag: "Unfilled", field: "associatedPullRequests", times: 1_000, path: "graphql" } } })

export const carried: Section = {
  title: "What closed it carries someone's work",
  cases: [
    {
      what: "A merge bot landed Bob's pull request, and Cleo has seven drafts linked to the issue",
      play: (s) =>
        E.zipRight(
          drafts(s, "cleo", 7),
          E.flatMap(opens(s, "bob", [{ ...BOBS, additions: 30 }]), (n) => lands(s, n))
        ),
      verdict: "Solved by Bob with #9"
    },
    {
      what: "A merge bot landed what Bob had in his pull request a day before Cleo, whose address is in the commit",
      play: (s) =>
        E.gen(function* () {
          const files = [{ ...BOBS, additions: 30 }]
          const n = yield* opens(s, "bob", files)
          yield* E.flatMap(s.open("cleo", day(5, -60), { files }), (cleos) => seen(s, cleos, day(5, -30)))
          yield* lands(s, n, { author: "cleo", email: "bob@laptop.example" })
        }),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "A maintainer's rollup closed it, which names Bob's open pull request and has its changes",
      play: (s) => E.flatMap(opens(s, "bob"), (n) => rollup(s, [n])),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "The same, with a stranger's rollup",
      play: (s) => E.flatMap(opens(s, "bob"), (n) => rollup(s, [n], { author: "dan" })),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "A maintainer's rollup has the changes of both competitors",
      play: (s) => E.flatMap(E.all([opens(s, "bob"), opens(s, "cleo")]), (both) => rollup(s, both, { files: [BOBS, CLEOS] })),
      verdict: "No vote: SharedWork"
    },
    {
      what: "Cleo's pull request closed it, which has Bob's few lines: with fewer than ten lines, the work belongs to the author of what was merged",
      play: (s) =>
        E.zipRight(
          opens(s, "bob"),
          E.flatMap(s.open("cleo", day(5), { files: [BOBS] }), (n) => s.merge(n, day(6)))
        ),
      verdict: "Solved by Cleo with #3"
    },
    {
      what: "A maintainer's pull request closed it while Bob's is linked and open, whose changes it does not have",
      play: (s) => E.zipRight(opens(s, "bob"), rollup(s, [], { files: [CLEOS] })),
      verdict: "No vote: WaitsForProject"
    },
    copied("Cleo copies forty lines of Bob's to the letter a day later, and hers is merged", OILING, "Solved by Bob with #2"),
    copied(
      "The same, in another file, with semicolons, other quotes and comments, and two lines in one",
      OILING.flatMap((line, index) => (index % 2 === 0 ? [`/* oil */ ${line.replaceAll("'", '"')}; ${OILING[index + 1]} // oiled`] : [])),
      "Solved by Bob with #2",
      { path: "lib/oil.ts" }
    ),
    copied("The same, with 35 of the lines", OILING.slice(5), "No vote: SharedWork"),
    copied("The same, with as many lines of her own", [...OILING, ...GREASING], "No vote: SharedWork"),
    copied(
      "The same, with other names",
      OILING.map((line) => line.replaceAll("hinge", "joint").replaceAll("turned", "moved")),
      "No vote: SharedWork"
    ),
    copied("Cleo's has other lines, and one that anyone would write", [...GREASING, OILING[0] ?? ""], "Solved by Cleo with #3"),
    copied(
      "Both have the thirty lines of a test that the issue asks for",
      [...OILING.slice(0, 30), ...GREASING],
      "Solved by Cleo with #3",
      {
        asked: OILING.slice(0, 30)
      }
    ),
    copied("Both have the same lock file", GREASING, "Solved by Cleo with #3", {
      both: [{ path: "package-lock.json", base: null, head: textOf(LOCK) }]
    }),
    {
      what: "Bob's pull request was merged into develop in time, and a release in time, which says that it closes the issue, brought it to the default branch",
      play: released(day(10)),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "The same, and the release came after the deadline",
      play: released(DEADLINE + HOUR),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "The release in time also has three lines that came by no pull request: under a tenth",
      play: released(day(10), { own: 3 }),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "The same, with four lines: they may be what solved it",
      play: released(day(10), { own: 4 }),
      verdict: "No vote: SharedWork"
    },
    {
      what: "A commit of Bob's, merged into develop in time, says that it closes the issue, and a release in time brought it",
      play: released(day(10), { byCommit: true }),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "The same, and the release came after the deadline",
      play: released(DEADLINE + HOUR, { byCommit: true }),
      verdict: "Solved by Bob with #2"
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
