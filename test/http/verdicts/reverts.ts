/** Cases of docs/verdicts.md: whether the merge of Bob's #2, which closed the issue, still stands. Dan has no push access, the maintainer has. */
import { pipe, Schema } from "effect"
import * as E from "effect/Effect"
import { type Case, type Play, revert, type Section } from "./Case.ts"
import { day, type Story, WIDGETS } from "./story.ts"

type Method = "merge" | "squash" | "rebase" | "queue"

/** Bob's solution changes two files: four new lines and two. */
export const HINGE = { path: "src/hinge.ts", base: "open()\nclose()\n", head: "open()\noil()\nturn()\noil()\nwait()\nclose()\n" }
const DOOR = { path: "src/door.ts", base: "knock()\n", head: "knock()\nenter()\nleave()\n" }
interface Contents {
  readonly path: string
  readonly base: string | null
  readonly head: string | null
}
const back = ({ base, head, path }: typeof HINGE) => ({ path, base: head, head: base })

/** Merges Bob's solution by one of GitHub's methods; returns its merge commit. */
const solved = (s: Story, method: Method = "squash") =>
  E.gen(function* () {
    yield* pushed(s, "Hang the door", { contents: [{ ...DOOR, base: null, head: DOOR.base }] }, day(2))
    const n = yield* s.open("bob", day(4), { files: [], contents: [DOOR, HINGE] })
    return (yield* s.merge(n, day(5), method)).mergeCommit
  })

/** The maintainer pushes a commit. */
const pushed = (s: Story, message: string, change: object, when = day(6), by = "maintainer") =>
  s.control.pushCommit({ payload: { repository: WIDGETS, by, message, at: when, ...change } })

/** Events after Bob's solution, given its merge commit. */
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

/** The hinge, rewritten: other lines in the same place. */
const REWRITTEN = "open()\nlubricate(oil)\nrotate(slowly)\nlubricate(again)\npause(briefly)\nclose()\n"
/** A solution with lines of more than a name. */
const LATCH = {
  path: "src/latch.ts",
  base: "lift(latch)\n",
  head: "lift(latch)\nconst oiled = oil(latch)\nif (oiled) turn(latch, slowly)\n"
}
const MOVED = "export const oiling = (latch) => {\n  const oiled = oil(latch)\n  if (oiled) turn(latch, slowly)\n}\n"
const PADDING = Array.from({ length: 60 }, (_, line) => `padding ${line}\n`).join("")

export const reverts: Section = {
  title: "Whether the merge of Bob's #2 stands, which closed the issue",
  cases: [
    {
      what: "A maintainer pushed what takes back all of it but a line, whatever it says",
      play: after((s) => pushed(s, "Tidy", { contents: [back(HINGE), { ...back(DOOR), head: "knock()\nenter()\n" }] })),
      verdict: REVERTED
    },
    {
      what: "A later pull request wrote its lines anew, and says that it restores what was before",
      play: after((s) => merged(s, "dan", "Restore #2's style", [{ ...back(HINGE), head: REWRITTEN }, back(DOOR)])),
      verdict: STANDS
    },
    {
      what: "A later pull request changed its white space, and where its lines end",
      play: after((s) =>
        merged(s, "dan", "Undo the style of #2", [
          { ...back(HINGE), head: "\topen()\n\toil(); turn(); oil(); wait()\n\tclose()\n" },
          back(DOOR)
        ])
      ),
      verdict: STANDS
    },
    {
      what: "A later pull request moved its lines to another file",
      play: (s) =>
        pipe(
          pushed(s, "Hang the latch", { contents: [{ ...LATCH, base: null, head: LATCH.base }] }, day(2)),
          E.zipRight(s.open("bob", day(4), { files: [], contents: [LATCH] })),
          E.flatMap((n) => s.merge(n, day(5), "squash")),
          E.zipRight(merged(s, "dan", "Move", [back(LATCH), { path: "src/oiling.ts", base: null, head: MOVED }]))
        ),
      verdict: STANDS
    },
    {
      what: "Sixty-one commits say that they undo it, and change something else",
      play: after((s) =>
        E.forEach(
          Array.from({ length: 61 }, (_, index) => index),
          (index) =>
            pushed(s, `docs: undo a typo of #2, part ${index}`, { contents: [{ path: `docs/${index}.md`, base: null, head: "Oil.\n" }] }),
          { discard: true }
        )
      ),
      verdict: STANDS
    },
    {
      what: "It came with sixty lines for a test, which stay, while its code is taken back in two commits",
      play: (s) =>
        pipe(
          s.open("bob", day(4), { files: [], contents: [HINGE, { path: "test/hinge.txt", base: null, head: PADDING }] }),
          E.flatMap((n) => s.merge(n, day(5), "squash")),
          E.zipRight(pushed(s, "Wait less", { contents: [{ ...back(HINGE), head: "open()\noil()\nturn()\nclose()\n" }] })),
          E.zipRight(pushed(s, "Be dry", { contents: [{ ...HINGE, base: "open()\noil()\nturn()\nclose()\n", head: HINGE.base }] }, day(7)))
        ),
      verdict: STANDS
    },
    {
      what: "A maintainer pushed the exact inverse without mentioning it",
      play: after((s, oid) => pushed(s, "As it was", { undoes: [oid] })),
      verdict: REVERTED
    },
    {
      what: "Dan got the exact inverse merged without mentioning it",
      play: after((s) => merged(s, "dan", "Simplify", [back(DOOR), back(HINGE)])),
      verdict: REVERTED
    },
    {
      what: "A commit says that it reverts it, and takes back less than half of it",
      play: after((s, oid) => pushed(s, `This reverts commit ${oid}.`, { contents: [back(DOOR)] })),
      verdict: STANDS
    },
    {
      what: "It was reverted by a commit whose committer's clock is a year slow",
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
      what: "It came by a rebase, and its first commit, which has less than half of it, was reverted",
      play: after(
        (s, oid) => E.flatMap(hashIn(s, `commits/${oid}`), (first) => pushed(s, `This reverts commit ${first}.`, { undoes: [first] })),
        "rebase"
      ),
      verdict: STANDS
    },
    {
      what: "It came by a rebase, and one commit takes back both of its commits without mentioning it",
      play: after((s) => pushed(s, "As it was", { contents: [back(DOOR), back(HINGE)] }), "rebase"),
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
      what: "Reverted, and merged again with a change by a commit that says Reland #2",
      play: after((s, oid) =>
        E.zipRight(
          pushed(s, `This reverts commit ${oid}.`, { undoes: [oid] }),
          pushed(s, "Reland #2", { contents: [HINGE, { ...DOOR, head: "knock()\nenter()\n" }] }, day(7))
        )
      ),
      verdict: STANDS
    },
    {
      what: "Reverted, and the exact change merged again without a mention",
      play: after((s, oid) =>
        E.zipRight(
          pushed(s, `This reverts commit ${oid}.`, { undoes: [oid] }),
          merged(s, "dan", "Quiet doors", [DOOR, HINGE], { when: day(7) })
        )
      ),
      verdict: STANDS
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
      what: "It was taken back, and GitHub does not show what has changed since",
      play: after((s, oid) =>
        E.zipRight(
          pushed(s, `This reverts commit ${oid}.`, { undoes: [oid] }),
          s.control.addFault({ payload: { fault: { _tag: "Status", status: 404, times: 1_000, path: "/compare/" } } })
        )
      ),
      verdict: "No vote: RevertUnproved",
      byGit: REVERTED
    }
  ]
}
