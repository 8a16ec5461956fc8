/** Cases of docs/verdicts.md: whether the merge of Bob's #2, which closed the issue, still stands. Dan may not push, the maintainer may. */
import { pipe, Schema } from "effect"
import * as E from "effect/Effect"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import { type Case, type Play, rename, revert, type Section } from "./Case.ts"
import { day, type Story, WIDGETS } from "./story.ts"

type Method = "merge" | "squash" | "rebase" | "queue"

/** The two files of Bob's solution: four new lines and two. */
export const HINGE = { path: "src/hinge.ts", base: "open()\nclose()\n", head: "open()\noil()\nturn()\noil()\nwait()\nclose()\n" }
const DOOR = { path: "src/door.ts", base: "knock()\n", head: "knock()\nenter()\nleave()\n" }
interface Contents {
  readonly path: string
  readonly base: string | null
  readonly head: string | null
}
const back = ({ base, head, path }: typeof HINGE) => ({ path, base: head, head: base })

/** Bob's solution by one of GitHub's ways; its merge commit. */
const solved = (s: Story, method: Method = "squash") =>
  E.gen(function* () {
    yield* pushed(s, "Hang the door", { contents: [{ ...DOOR, base: null, head: DOOR.base }] }, day(2))
    const n = yield* s.open("bob", day(4), { files: [], contents: [DOOR, HINGE] })
    return (yield* s.merge(n, day(5), method)).mergeCommit
  })

/** The maintainer pushes a commit. */
const pushed = (s: Story, message: string, change: object, when = day(6), by = "maintainer") =>
  s.control.pushCommit({ payload: { repository: WIDGETS, by, message, at: when, ...change } })

/** What happens after Bob's solution, given its merge commit. */
const after =
  (happens: (s: Story, mergeCommit: string) => ReturnType<Play>, method?: Method): Play =>
  (s) =>
    E.flatMap(solved(s, method), (mergeCommit) => happens(s, mergeCommit))

const Sha = Schema.Struct({ sha: Schema.String })
/** The first commit in an answer of GitHub's about the repository. */
const Answer = Schema.Union(Schema.NonEmptyArray(Sha), Schema.Struct({ parents: Schema.NonEmptyArray(Sha) }))
const hashIn = (s: Story, path: string) =>
  E.promise(async () => {
    const answer = Schema.decodeUnknownSync(Answer)(await (await fetch(`${s.url}/repos/acme/widgets/${path}`)).json())
    return ("parents" in answer ? answer.parents : answer)[0].sha
  })

/** A pull request that changes this, merged a day after it was opened. */
const merged = (
  s: Story,
  author: string,
  title: string,
  contents: ReadonlyArray<Contents>,
  { body = "", when = day(6), method = "squash" as Method } = {}
) => E.flatMap(s.open(author, when, { closes: [], title, body, files: [], contents }), (n) => s.merge(n, when + 3_600_000, method))

const REVERTED = "No vote: AlreadyReverted"
const STANDS = "Solved by Bob with #2"

/** Texts that name the merge, of a commit that takes it back but for a line. */
const WORDINGS: ReadonlyArray<readonly [what: string, message: (mergeCommit: string) => string]> = [
  ["git's words", (oid) => `Revert "Oil the hinge"\n\nThis reverts commit ${oid}.`],
  ["several hashes in one sentence", (oid) => `Roll back\n\nThis reverts commits ${"d".repeat(40)} and\n${oid}.`],
  ["a conventional commit's words", (oid) => `revert: oil the hinge\n\nRefs: ${oid.slice(0, 8)}`],
  ["the pull request's full address", () => "Back out the oil\n\nReverts https://github.com/acme/widgets/pull/2"],
  ["Mercurial's words", (oid) => `Backed out changeset ${oid.slice(0, 12)} (bug 17) for squeaks`],
  ["words of its own, with the title", () => "[hinge] Temporarily revert `Oil the hinge.`"],
  ["its headline, and a footer says what it was", () => "Revert the squeaks\n\nReason for revert: squeaks\nOriginal PR: #2"]
]

export const reverts: Section = {
  title: "Whether the merge of Bob's #2 stands, which closed the issue",
  cases: [
    ...WORDINGS.map(
      ([what, message]): Case => ({
        what: `A maintainer pushed what takes back all of it but a line, and says so in ${what}`,
        play: after((s, oid) => pushed(s, message(oid), { contents: [back(HINGE), { ...back(DOOR), head: "knock()\nenter()\n" }] })),
        verdict: REVERTED
      })
    ),
    {
      what: "The same, with words that speak of something else",
      play: after((s) => pushed(s, "Tidy", { contents: [back(HINGE), { ...back(DOOR), head: "knock()\nenter()\n" }] })),
      verdict: STANDS
    },
    {
      what: "A maintainer pushed the exact inverse, and says nothing of it",
      play: after((s, oid) => pushed(s, "As it was", { undoes: [oid] })),
      verdict: REVERTED
    },
    {
      what: "Dan got the exact inverse merged, and says nothing of it",
      play: after((s) => merged(s, "dan", "Simplify", [back(DOOR), back(HINGE)])),
      verdict: REVERTED
    },
    {
      what: "A commit says that it reverts it, and takes back less than half of it",
      play: after((s, oid) => pushed(s, `This reverts commit ${oid}.`, { contents: [back(DOOR)] })),
      verdict: STANDS
    },
    {
      what: "Cleo got a pull request merged that says that it reverts Bob's, and changes something else",
      play: after((s, oid) =>
        merged(s, "cleo", 'Revert "Oil the hinge (#2)"', [{ path: "docs.md", base: null, head: "Oil.\n" }], {
          body: `Reverts #2\n\nThis reverts commit ${oid}.`
        })
      ),
      verdict: STANDS
    },
    {
      what: "The maintainer did the same",
      play: after((s, oid) => pushed(s, `Revert "Oil the hinge"\n\nThis reverts commit ${oid}.`, {})),
      verdict: STANDS
    },
    {
      what: "Only the description of the merged pull request says that it reverts it, which it does but for a line",
      play: after((s) =>
        merged(s, "dan", "Back to the old hinge", [back(HINGE), { ...back(DOOR), head: "knock()\nenter()\n" }], {
          body: "Reverts acme/widgets#2"
        })
      ),
      verdict: REVERTED
    },
    {
      what: "A commit reverts it whose committer's clock is a year slow",
      play: after((s, oid) => pushed(s, `This reverts commit ${oid}.`, { undoes: [oid], committedAt: day(6) - 365 * 86_400_000 })),
      verdict: REVERTED
    },
    {
      what: "It came by a merge commit, and its own commit was reverted, not the merge commit",
      play: after(
        (s) =>
          E.flatMap(hashIn(s, "pulls/2/commits"), (own) =>
            pushed(s, `Revert "Oil the hinge"\n\nThis reverts commit ${own}.`, { contents: [back(HINGE)] })
          ),
        "merge"
      ),
      verdict: REVERTED
    },
    {
      what: "It came by a rebase as two commits, and the second one was reverted, which has more than half",
      play: after((s, oid) => pushed(s, `This reverts commit ${oid}.`, { undoes: [oid] }), "rebase"),
      verdict: REVERTED
    },
    {
      what: "It came by a rebase, and the first one was reverted, which has less than half",
      play: after(
        (s, oid) => E.flatMap(hashIn(s, `commits/${oid}`), (first) => pushed(s, `This reverts commit ${first}.`, { undoes: [first] })),
        "rebase"
      ),
      verdict: STANDS
    },
    {
      what: "It came by a rebase, and one commit without words takes back both",
      play: after((s) => pushed(s, "As it was", { contents: [back(DOOR), back(HINGE)] }), "rebase"),
      verdict: REVERTED
    },
    {
      what: "A maintainer pushed a plain revert, and Bob's later pull request contains it",
      play: after((s, oid) =>
        E.zipRight(
          pushed(s, `Revert "Oil"\n\nThis reverts commit ${oid}.`, { undoes: [oid] }),
          s.solve("bob", day(6), day(8), { closes: [], title: "Fix typo", branchUpdatedAt: day(7) })
        )
      ),
      verdict: REVERTED
    },
    ...(["squash", "merge", "rebase", "queue"] as const).flatMap(
      (method): ReadonlyArray<Case> => [
        {
          what: `A maintainer pressed "Revert", and merged by ${method}`,
          play: (s) => E.zipRight(s.solve("bob"), revert(s, 2, day(6), { method })),
          verdict: REVERTED
        },
        {
          what: `The same, and the revert was reverted by ${method}`,
          play: (s) =>
            pipe(
              s.solve("bob"),
              E.zipRight(revert(s, 2, day(6), { method })),
              E.flatMap(({ number }) => revert(s, number, day(7), { method }))
            ),
          verdict: STANDS
        }
      ]
    ),
    {
      what: 'A maintainer pressed "Revert" where squashed commits have the title alone',
      play: (s) => E.zipRight(s.solve("bob"), revert(s, 2, day(6), { titleOnly: true })),
      verdict: REVERTED
    },
    {
      what: "Reverted, reverted back, and reverted a third time",
      play: (s) =>
        pipe(
          s.solve("bob"),
          E.zipRight(revert(s, 2, day(6))),
          E.flatMap(({ number }) => revert(s, number, day(7))),
          E.flatMap(({ number }) => revert(s, number, day(8)))
        ),
      verdict: REVERTED
    },
    {
      what: "Reverted, and brought again with a change by a commit that says Reland #2",
      play: after((s, oid) =>
        E.zipRight(
          pushed(s, `This reverts commit ${oid}.`, { undoes: [oid] }),
          pushed(s, "Reland #2", { contents: [HINGE, { ...DOOR, head: "knock()\nenter()\n" }] }, day(7))
        )
      ),
      verdict: STANDS
    },
    {
      what: "Reverted, and the exact change brought again without a word",
      play: after((s, oid) =>
        E.zipRight(
          pushed(s, `This reverts commit ${oid}.`, { undoes: [oid] }),
          merged(s, "dan", "Quiet doors", [DOOR, HINGE], { when: day(7) })
        )
      ),
      verdict: STANDS
    },
    {
      what: "Reverted, and a commit says that it reverts the revert, and does not",
      play: after((s, oid) =>
        E.flatMap(pushed(s, `This reverts commit ${oid}.`, { undoes: [oid] }), ({ sha }) =>
          pushed(s, `Reapply "Oil"\n\nThis reverts commit ${sha}.`, {}, day(7))
        )
      ),
      verdict: REVERTED
    },
    {
      what: "Another pull request was reverted",
      play: (s) =>
        pipe(
          s.solve("bob"),
          E.zipRight(s.solve("dan", day(5), day(6), { closes: [] })),
          E.flatMap((n) => revert(s, n, day(7)))
        ),
      verdict: STANDS
    },
    {
      what: "The repository was renamed, and the revert names it by its former name",
      play: after((s) =>
        E.zipRight(
          s.control.changeRepository({ payload: rename("acme/gadgets") }),
          s.control.pushCommit({
            payload: {
              repository: RepositoryName.make("acme/gadgets"),
              by: "maintainer",
              message: "Roll back\n\nReverts acme/widgets#2",
              contents: [back(HINGE)],
              at: day(6)
            }
          })
        )
      ),
      verdict: REVERTED
    },
    {
      what: "The default branch was renamed, and then the merge reverted on it",
      play: after((s, oid) =>
        E.zipRight(
          s.control.changeDefaultBranch({ payload: { repository: WIDGETS, to: "trunk", as: "Renamed" } }),
          pushed(s, `This reverts commit ${oid}.`, { undoes: [oid] })
        )
      ),
      verdict: REVERTED
    },
    {
      what: "A commit says that it reverts it, and GitHub does not show what that changed",
      play: after((s, oid) =>
        E.flatMap(pushed(s, `This reverts commit ${oid}.`, { undoes: [oid] }), ({ sha }) =>
          s.control.addFault({
            payload: { fault: { _tag: "Status", status: 404, times: 1_000, path: `^/repos/acme/widgets/commits/${sha}` } }
          })
        )
      ),
      verdict: "No vote: RevertUnproved",
      byGit: REVERTED
    }
  ]
}
