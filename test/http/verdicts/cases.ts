/**
 * Every event of an issue with a competition, and the resulting verdict. Played over HTTP in front of a validator's verdict loop by `cases.test.ts`,
 * listed in docs/verdicts.md.
 */
import { pipe } from "effect"
import * as E from "effect/Effect"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import { type Case, close, type Play, rename, reopen, revert, type Section, seen } from "./Case.ts"
import { carried } from "./carried.ts"
import { hidden } from "./hidden.ts"
import { reverts } from "./reverts.ts"
import { at, DEADLINE, day, number, OTHER, type Story, SUBMISSIONS_FROM, WIDGETS } from "./story.ts"

const closings: Section = {
  title: "How the issue was closed",
  cases: [
    { what: "It is open", play: () => E.void, verdict: "No vote: IssueOpen" },
    {
      what: "Bob's pull request, opened and merged in time, closed it",
      play: (s) => s.solve("bob"),
      verdict: "Solved by Bob with #2"
    },
    { what: "A stranger's pull request closed it", play: (s) => s.solve("dan"), verdict: "Cancelled: SolvedOutside" },
    {
      what: "A commit that a maintainer pushed to the default branch closed it",
      play: (s) =>
        s.control.pushCommit({
          payload: { repository: WIDGETS, message: "Oil, fixes #1", by: "maintainer", closes: [number(1)], at: day(5) }
        }),
      verdict: "Cancelled: SolvedOutside"
    },
    {
      what: "A commit of a stranger's pull request closed it",
      play: (s) => s.solve("dan", day(4), day(5), { closes: [], commitCloses: [1] }),
      verdict: "Cancelled: SolvedOutside"
    },
    { what: "Someone closed it by hand as completed", play: (s) => close(s, day(5)), verdict: "Cancelled: SolvedOutside" },
    { what: "Someone closed it as not planned", play: (s) => close(s, day(5), "not_planned"), verdict: "Cancelled: NotPlanned" },
    { what: "Someone closed it as a duplicate", play: (s) => close(s, day(5), "duplicate"), verdict: "Cancelled: Duplicate" },
    {
      what: "Bob's pull request was merged into another branch, and the issue is open",
      play: (s) => s.solve("bob", day(4), day(5), { baseBranch: "next" }),
      verdict: "No vote: IssueOpen"
    },
    {
      what: "The same, and then someone closed it by hand",
      play: (s) => E.zipRight(s.solve("bob", day(4), day(5), { baseBranch: "next" }), close(s, day(6))),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "Bob's pull request is linked and not merged, and someone closed the issue by hand",
      play: (s) => E.zipRight(s.open("bob", day(4)), close(s, day(6))),
      verdict: "No vote: WorkUnproved"
    },
    {
      what: "Bob's pull request was merged without closing it, and a maintainer closed the issue by hand afterwards, with the two linked",
      play: (s) => E.zipRight(E.zipRight(s.solve("bob"), reopen(s, day(6))), close(s, day(7))),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "Someone closed it by hand, and Bob's linked pull request was merged only afterwards",
      play: (s) => E.flatMap(s.open("bob", day(4)), (n) => E.zipRight(close(s, day(5)), s.merge(n, day(6)))),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "Bob's pull request closed several issues, including this one",
      play: (s) =>
        E.zipRight(
          s.control.openIssue({ payload: { repository: WIDGETS, title: "Another squeak", author: "ada" } }),
          s.solve("bob", day(4), day(5), { closes: [2, 1] })
        ),
      verdict: "Solved by Bob with #3"
    }
  ]
}

/** Bob's pull request is closed unmerged, and a bot's commit that closes the issue carries it, or claims to. */
const botLands =
  (
    as: "Commits" | "Same" | "Changed",
    {
      author = "bob",
      isSeen = true,
      opened = day(4)
    }: { readonly author?: string; readonly isSeen?: boolean; readonly opened?: number } = {}
  ): Play =>
  (s) =>
    E.gen(function* () {
      const n = yield* s.open("bob", opened, { files: [{ path: "src/hinge.ts", additions: 3, deletions: 1 }] })
      if (isSeen) yield* seen(s, n, opened + 60_000)
      yield* s.control.pushCommit({
        payload: {
          repository: WIDGETS,
          message: `Oil the hinge\n\nFixes #1\n\nPull request resolved: #${n}`,
          by: "maintainer",
          author,
          lands: { number: number(n), as },
          closes: [number(1)],
          at: day(5)
        }
      })
      yield* s.control.close({ payload: { ...at(n), by: "maintainer", at: day(5, 2) } })
    })

export const landings: Section = {
  title: "Landed by a merge bot: the pull request is closed unmerged, and a commit closes the issue",
  cases: [
    {
      what: "The commit has all commits of Bob's pull request in its history",
      play: botLands("Commits"),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "The commit makes the changes of Bob's pull request and a further one",
      play: botLands("Changed"),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "The commit makes the same changes, with a stranger as its author: authors' names decide nothing",
      play: (s) => E.zipRight(s.control.user({ payload: { login: "dan" } }), botLands("Same", { author: "dan" })(s)),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "The same, and nothing proves how long Bob's pull request has had them",
      play: botLands("Same", { isSeen: false }),
      verdict: "No vote: WorkUnproved"
    },
    {
      what: "Bob's pull request that it carries was opened too early",
      play: botLands("Same", { opened: day(2) }),
      verdict: "Cancelled: SubmittedTooEarly by Bob"
    },
    {
      what: "A maintainer's own commit closed it, while a pull request of Bob's is linked and open",
      play: (s) =>
        E.zipRight(
          s.open("bob", day(4)),
          s.control.pushCommit({ payload: { repository: WIDGETS, message: "Fixes #1", by: "maintainer", closes: [number(1)], at: day(5) } })
        ),
      verdict: "No vote: WaitsForProject"
    },
    {
      what: "A maintainer's own commit closed it, and only then Bob opened a pull request for it",
      play: (s) =>
        E.zipRight(
          s.control.pushCommit({
            payload: { repository: WIDGETS, message: "Fixes #1", by: "maintainer", closes: [number(1)], at: day(5) }
          }),
          s.open("bob", day(6))
        ),
      verdict: "No vote: WaitsForProject"
    }
  ]
}

const twice: Section = {
  title: "Closed and opened again, and more than one pull request",
  cases: [
    {
      what: "Bob's and Cleo's pull requests both say they close it; Bob's was merged first",
      play: (s) => E.flatMap(s.open("cleo", day(4)), (cleos) => E.zipRight(s.solve("bob"), s.merge(cleos, day(6)))),
      verdict: "No vote: SharedWork"
    },
    {
      what: "Both were merged in the same second, and changed as much",
      play: (s) => E.flatMap(s.open("bob", day(4)), (bobs) => E.zipRight(s.solve("cleo", day(4), day(5)), s.merge(bobs, day(5)))),
      verdict: "No vote: SharedWork"
    },
    {
      what: "Bob's pull request closed it, it was reopened, and Cleo's closed it again",
      play: (s) => E.zipRight(E.zipRight(s.solve("bob"), reopen(s, day(6))), s.solve("cleo", day(6), day(7))),
      verdict: "No vote: SharedWork"
    },
    {
      what: "Closed by hand, reopened, and closed by Bob's pull request",
      play: (s) => E.zipRight(E.zipRight(close(s, day(2)), reopen(s, day(3))), s.solve("bob")),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "Closed as not planned and reopened",
      play: (s) => E.zipRight(close(s, day(4), "not_planned"), reopen(s, day(5))),
      verdict: "No vote: IssueOpen"
    },
    {
      what: "Bob's pull request closed it, and its reason was changed to not planned afterwards: the first closing counts",
      play: (s) => E.zipRight(s.solve("bob"), s.control.changeReason({ payload: { ...at(1), reason: "not_planned", at: day(6) } })),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "The same, and changed back",
      play: (s) =>
        pipe(
          s.solve("bob"),
          E.zipRight(s.control.changeReason({ payload: { ...at(1), reason: "not_planned", at: day(6) } })),
          E.zipRight(s.control.changeReason({ payload: { ...at(1), reason: "completed", at: day(7) } }))
        ),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "Closed by hand as completed, and its reason was changed to not planned afterwards",
      play: (s) => E.zipRight(close(s, day(5)), s.control.changeReason({ payload: { ...at(1), reason: "not_planned", at: day(6) } })),
      verdict: "Cancelled: SolvedOutside"
    },
    {
      what: "An agent closed it as completed under the maintainer's name, and nothing was merged",
      play: (s) => s.control.close({ payload: { ...at(1), by: "maintainer", byAgent: true, at: day(5) } }),
      verdict: "No vote: IssueOpen"
    },
    {
      what: "An agent closed it as not planned under the maintainer's name, and Bob's pull request, which says that it closes it, was merged afterwards",
      play: (s) =>
        E.flatMap(s.open("bob", day(4)), (n) =>
          E.zipRight(
            s.control.close({ payload: { ...at(1), reason: "not_planned", by: "maintainer", byAgent: true, at: day(5) } }),
            s.merge(n, day(6))
          )
        ),
      verdict: "Solved by Bob with #2"
    }
  ]
}

/** As an account with push access can do, with any branch. */
const becomesPullRequest = (s: Story, issue: number) => s.open("bob", day(4), { issue: number(issue), closes: [] })

const page: Section = {
  title: "What became of the issue",
  cases: [
    { what: "It was deleted", play: (s) => s.control.deleteIssue({ payload: at(1) }), verdict: "Cancelled: Deleted" },
    {
      what: "It was transferred before the first check, and Bob's pull request, which names it, was merged a day later",
      play: (s) =>
        E.gen(function* () {
          yield* s.control.createRepository({ payload: { repository: OTHER } })
          const n = yield* s.open("bob", day(4))
          yield* s.control.transferIssue({ payload: { ...at(1), to: OTHER, at: day(5) } })
          yield* s.merge(n, day(6))
        }),
      verdict: "No vote: GoneAfterMerge",
      later: {},
      hours: 8
    },
    {
      what: "It was deleted before the first check, after Bob's merge, which names it, was reverted",
      play: (s) =>
        E.flatMap(s.solve("bob", day(4), day(5), { contents: lines(20, "src/hinge.ts") }), (n) =>
          E.zipRight(revert(s, n, day(6)), s.control.deleteIssue({ payload: at(1) }))
        ),
      verdict: "Cancelled: Deleted"
    },
    {
      what: "It was transferred to another repository of the same owner",
      play: (s) =>
        E.zipRight(
          s.control.createRepository({ payload: { repository: OTHER } }),
          s.control.transferIssue({ payload: { ...at(1), to: OTHER, at: day(4) } })
        ),
      verdict: "Cancelled: Transferred"
    },
    {
      what: "It was transferred to a repository that is private",
      play: (s) =>
        pipe(
          s.control.createRepository({ payload: { repository: OTHER, private: true } }),
          E.zipRight(s.control.transferIssue({ payload: { ...at(1), to: OTHER, at: day(4) } }))
        ),
      verdict: "Cancelled: Deleted"
    },
    {
      what: "It was converted to a discussion",
      play: (s) => s.control.convertToDiscussion({ payload: { ...at(1), at: day(4) } }),
      verdict: "Cancelled: Transferred"
    },
    { what: "It was turned into a pull request", play: (s) => becomesPullRequest(s, 1), verdict: "Cancelled: Transferred" },
    {
      what: "It was turned into a pull request with Bob's changes, which was merged",
      play: (s) => E.zipRight(becomesPullRequest(s, 1), s.merge(1, day(5))),
      verdict: "Cancelled: Transferred"
    },
    {
      what: "It was turned into a pull request while Bob's was open, which was merged",
      play: (s) => E.flatMap(s.open("bob", day(4)), (n) => E.zipRight(becomesPullRequest(s, 1), s.merge(n, day(5)))),
      verdict: "No vote: GoneAfterMerge",
      later: {}
    },
    {
      what: "It was locked, and is open",
      play: (s) => s.control.remark({ payload: { ...at(1), by: "maintainer", remark: { _tag: "Locked" }, at: day(4) } }),
      verdict: "Cancelled: NotPlanned"
    },
    {
      what: "Cleo, who competes and may triage, locked it and labelled it “no bounty”",
      play: (s) =>
        E.zipRight(
          s.control.remark({ payload: { ...at(1), by: "cleo", remark: { _tag: "Locked" }, at: day(4) } }),
          s.control.remark({ payload: { ...at(1), by: "cleo", remark: { _tag: "Labeled", label: "no bounty" }, at: day(4) } })
        ),
      verdict: "No vote: IssueOpen"
    },
    {
      what: "A maintainer labelled it “🚫 gittensor”, and Cleo took the label off",
      play: (s) =>
        E.zipRight(
          s.control.remark({ payload: { ...at(1), by: "maintainer", remark: { _tag: "Labeled", label: "🚫 gittensor" }, at: day(4) } }),
          s.control.remark({ payload: { ...at(1), by: "cleo", remark: { _tag: "Unlabeled", label: "🚫 gittensor" }, at: day(5) } })
        ),
      verdict: "Cancelled: NotPlanned"
    },
    {
      what: "A collaborator wrote “/gittensor no” on it",
      play: (s) =>
        E.zipRight(
          s.control.changeRepository({ payload: { repository: WIDGETS, collaborators: ["maintainer", "ada"] } }),
          s.control.remark({ payload: { ...at(1), by: "ada", remark: { _tag: "Commented", body: "/gittensor no" }, at: day(4) } })
        ),
      verdict: "Cancelled: NotPlanned"
    },
    {
      what: "It was labelled “no bounty” by someone who has deleted the account since",
      play: (s) =>
        pipe(
          s.control.createUser({ payload: { login: "gone" } }),
          E.zipRight(s.control.remark({ payload: { ...at(1), by: "gone", remark: { _tag: "Labeled", label: "no bounty" }, at: day(4) } })),
          E.zipRight(s.control.deleteUser({ payload: { login: "gone" } }))
        ),
      verdict: "No vote: RecordIncomplete"
    },
    {
      what: "It was locked, and Bob's pull request closed it",
      play: (s) =>
        E.zipRight(s.control.remark({ payload: { ...at(1), by: "maintainer", remark: { _tag: "Locked" }, at: day(4) } }), s.solve("bob")),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "Strangers commented on it, labelled it, and opened pull requests that say they close it, of which none was merged",
      play: (s) =>
        pipe(
          s.solve("bob"),
          E.zipRight(s.control.remark({ payload: { ...at(1), by: "dan", remark: { _tag: "Commented", body: "Closes #1" }, at: day(6) } })),
          E.zipRight(s.control.remark({ payload: { ...at(1), by: "dan", remark: { _tag: "Labeled", label: "wontfix" }, at: day(6) } })),
          E.zipRight(s.open("dan", day(2)))
        ),
      verdict: "Solved by Bob with #2"
    }
  ]
}

const repository: Section = {
  title: "What became of the repository",
  cases: [
    {
      what: "It was moved to another owner",
      play: (s) => E.zipRight(s.solve("bob"), s.control.changeRepository({ payload: rename("ada/widgets") })),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "It was renamed, and someone made a new one under the old name with an issue of the same number that Bob solves",
      play: (s) =>
        pipe(
          s.control.changeRepository({ payload: rename("acme/gadgets") }),
          E.zipRight(s.control.createRepository({ payload: { repository: WIDGETS, at: day(2) } })),
          E.zipRight(s.control.openIssue({ payload: { repository: WIDGETS, title: "Easy", author: "ada", at: day(2) } })),
          E.zipRight(s.solve("bob"))
        ),
      verdict: "Cancelled: RepositoryGone"
    },
    {
      what: "It was deleted, and an older repository with a younger issue of that number took its name",
      play: (s) =>
        pipe(
          s.control.changeRepository({ payload: { repository: WIDGETS, deleted: true } }),
          E.zipRight(s.control.createRepository({ payload: { repository: OTHER } })),
          E.zipRight(s.control.changeRepository({ payload: { repository: OTHER, name: WIDGETS } })),
          E.zipRight(s.control.openIssue({ payload: { repository: WIDGETS, title: "Easy", author: "ada", at: day(2) } }))
        ),
      verdict: "Cancelled: RepositoryGone"
    },
    {
      what: "The same, with an old issue that was transferred there to have that number",
      play: (s) =>
        pipe(
          s.control.changeRepository({ payload: rename("acme/gadgets") }),
          E.zipRight(s.control.createRepository({ payload: { repository: OTHER } })),
          E.zipRight(s.control.changeRepository({ payload: { repository: OTHER, name: WIDGETS } })),
          E.zipRight(
            s.control.transferIssue({
              payload: { repository: RepositoryName.make("acme/gadgets"), number: number(1), to: WIDGETS, at: day(2) }
            })
          )
        ),
      verdict: "Cancelled: RepositoryGone"
    },
    {
      what: "It was archived with the issue open",
      play: (s) => s.control.changeRepository({ payload: { repository: WIDGETS, archived: true } }),
      verdict: "Cancelled: NotPlanned"
    },
    {
      what: "It takes no pull requests any more, and Bob's is open",
      play: (s) =>
        E.zipRight(s.open("bob", day(14)), s.control.changeRepository({ payload: { repository: WIDGETS, pullRequests: "none" } })),
      verdict: "Cancelled: NotPlanned"
    },
    {
      what: "It takes pull requests of collaborators only",
      play: (s) => s.control.changeRepository({ payload: { repository: WIDGETS, pullRequests: "collaborators" } }),
      verdict: "Cancelled: NotPlanned"
    },
    {
      what: "It was made private",
      play: (s) => s.control.changeRepository({ payload: { repository: WIDGETS, private: true } }),
      verdict: "Cancelled: RepositoryGone"
    },
    {
      what: "It was made private, and the validator's token may read it",
      play: (s) => s.control.changeRepository({ payload: { repository: WIDGETS, private: true, collaborators: ["observer"] } }),
      verdict: "Cancelled: RepositoryGone"
    },
    {
      what: "It was deleted",
      play: (s) => s.control.changeRepository({ payload: { repository: WIDGETS, deleted: true } }),
      verdict: "Cancelled: RepositoryGone"
    },
    {
      what: "Its default branch was renamed after Bob's pull request was merged, which keeps the old name",
      play: (s) =>
        E.zipRight(s.solve("bob"), s.control.changeDefaultBranch({ payload: { repository: WIDGETS, to: "trunk", as: "Renamed" } })),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "Its default branch was renamed while Bob's pull request was open",
      play: (s) =>
        E.flatMap(s.open("bob", day(4)), (n) =>
          E.zipRight(s.control.changeDefaultBranch({ payload: { repository: WIDGETS, to: "trunk", as: "Renamed" } }), s.merge(n, day(5)))
        ),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "Another branch with the same history became the default after Bob's merge",
      play: (s) => E.zipRight(s.solve("bob"), s.control.changeDefaultBranch({ payload: { repository: WIDGETS, to: "next", as: "Same" } })),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "Another branch without the merge became the default after Bob's merge: it was the default when GitHub closed the issue",
      play: (s) =>
        E.zipRight(s.solve("bob"), s.control.changeDefaultBranch({ payload: { repository: WIDGETS, to: "next", as: "Orphan" } })),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "Bob's pull request went into a branch that became the default only after it, and someone closed the issue by hand",
      play: (s) =>
        pipe(
          s.solve("bob", day(4), day(5), { baseBranch: "next" }),
          E.zipRight(s.control.changeDefaultBranch({ payload: { repository: WIDGETS, to: "next", as: "Orphan" } })),
          E.zipRight(close(s, day(6)))
        ),
      verdict: "No vote: RevertUnproved"
    },
    {
      what: "A pull request of Bob's in his fork, merged by a maintainer into the fork's default branch, says it closes the issue",
      play: (s) => forkSolves(s, "bob"),
      verdict: "No vote: WorkUnproved"
    },
    {
      what: "The same, merged by Bob himself, who may not push here: GitHub closes nothing",
      play: (s) => forkSolves(s, "bob", "bob"),
      verdict: "No vote: IssueOpen"
    }
  ]
}

const fault =
  (path: string, status: number): Play =>
  (s) =>
    s.control.addFault({ payload: { fault: { _tag: "Status", status, times: 1_000, path } } })

const pushedFix = (s: Story, when: number) =>
  s.control.pushCommit({
    payload: { repository: WIDGETS, message: "Fix hinge\n\nFixes #1", by: "maintainer", closes: [number(1)], at: when }
  })
/** A pull request that fixes something else, and whose branch was updated from the default branch. */
const updated = (s: Story, author: string, opened: number, branchUpdatedAt: number, merged: number) =>
  s.solve(author, opened, merged, { closes: [], title: "Fix typo", branchUpdatedAt })

/** GitHub lists every pull request whose branch contains a commit. Only one of them brought it. */
const brought: Section = {
  title: "Who brought the commit that closed it",
  cases: [
    {
      what: "A maintainer's own commit closed it; Bob's pull request got it from the default branch, and was merged two days later",
      play: (s) => E.zipRight(pushedFix(s, day(5)), updated(s, "bob", day(4), day(6), day(7))),
      verdict: "Cancelled: SolvedOutside"
    },
    {
      what: "The same, and Bob had opened his too early",
      play: (s) => E.zipRight(pushedFix(s, day(5)), updated(s, "bob", day(2), day(6), day(7))),
      verdict: "Cancelled: SolvedOutside"
    },
    {
      what: "The same, and both came within the same minute",
      play: (s) => E.zipRight(pushedFix(s, day(5)), updated(s, "bob", day(4), day(5, 10), day(5, 30))),
      verdict: "Cancelled: SolvedOutside"
    },
    {
      what: "A commit of a stranger's pull request closed it, which Bob's later one contains",
      play: (s) => E.zipRight(s.solve("dan", day(4), day(5), { closes: [], commitCloses: [1] }), updated(s, "bob", day(4), day(6), day(7))),
      verdict: "Cancelled: SolvedOutside"
    },
    ...(["merge", "squash", "rebase", "queue"] as const).map(
      (method): Case => ({
        what: `A commit of Bob's pull request closed it, which came by ${method}, and Cleo's later one contains it`,
        play: (s) =>
          E.flatMap(s.open("bob", day(4), { closes: [], commitCloses: [1] }), (n) =>
            E.zipRight(s.merge(n, day(5), method), updated(s, "cleo", day(4), day(6), day(7)))
          ),
        verdict: "Solved by Bob with #2"
      })
    )
  ]
}

const CHANGES = [{ path: "CHANGES.md", additions: 3, deletions: 0 }]

/** A vote stands until the record says otherwise. */
const changes: Section = {
  title: "When the record changes while votes wait",
  cases: [
    {
      what: "A release bot closed it by accident, and the maintainer opened it again before the next check",
      play: (s) => E.flatMap(s.open("maintainer", day(6), { title: "chore: release main" }), (n) => s.merge(n, day(6))),
      later: { 1: (s) => reopen(s, day(7)) },
      verdict: "No vote: IssueOpen"
    },
    {
      what: "The same, and then Bob solved it",
      play: (s) => E.flatMap(s.open("maintainer", day(6), { title: "chore: release main", files: CHANGES }), (n) => s.merge(n, day(6))),
      later: { 1: (s) => E.zipRight(reopen(s, day(7)), s.solve("bob", day(8), day(9))) },
      verdict: "Solved by Bob with #3"
    },
    {
      what: "Bob's solution was voted, and reverted before it was settled",
      play: (s) => s.solve("bob"),
      later: { 1: (s) => revert(s, 2, day(10)) },
      verdict: "No vote: AlreadyReverted"
    },
    {
      what: "Bob's solution was voted, the issue was reopened, and closed by Cleo's pull request",
      play: (s) => s.solve("bob"),
      later: { 1: (s) => E.zipRight(reopen(s, day(10)), s.solve("cleo", day(11), day(12))) },
      verdict: "No vote: SharedWork"
    },
    {
      what: "It was closed as not planned at one check, and GitHub failed for the next two hours: the vote stays",
      play: (s) => close(s, day(5), "not_planned"),
      later: { 1: fault(".", 502) },
      hours: 2,
      verdict: "Cancelled: NotPlanned"
    }
  ]
}

const KNOWN = "^/repos/octocat/Hello-World"
const isPrivate =
  (value: boolean): Play =>
  (s) =>
    s.control.changeRepository({ payload: { repository: WIDGETS, private: value } })
const noFaults: Play = (s) => s.control.removeFaults({ payload: {} })

/** An absence is voted on after six hours, unless the issue comes back. */
const hours: Section = {
  title: "How long it was gone",
  cases: [
    {
      what: "The repository was private for nine seconds, during which a validator checked",
      play: isPrivate(true),
      later: { 1: isPrivate(false) },
      verdict: "No vote: IssueOpen"
    },
    { what: "It has been private for five hours", play: isPrivate(true), hours: 5, verdict: "No vote: GoneRecently" },
    { what: "It has been private for six hours", play: isPrivate(true), hours: 6, verdict: "Cancelled: RepositoryGone" },
    {
      what: "It was private for five hours, public at one check, and private again for five hours",
      play: isPrivate(true),
      later: { 6: isPrivate(false), 7: isPrivate(true) },
      hours: 12,
      verdict: "No vote: GoneRecently"
    },
    {
      what: "The same, and at that check it was closed after the time of the finalised head",
      play: isPrivate(true),
      later: { 6: (s) => E.zipRight(isPrivate(false)(s), close(s, day(30))), 7: isPrivate(true) },
      hours: 12,
      verdict: "No vote: GoneRecently"
    },
    {
      what: "It was private for five hours, and when it was public again Bob's pull request had closed the issue",
      play: (s) => E.zipRight(s.solve("bob"), isPrivate(true)(s)),
      later: { 5: isPrivate(false) },
      verdict: "Solved by Bob with #2"
    },
    {
      what: "Bob's solution was voted, and before the quorum agreed the repository was private for five hours: the vote stays",
      play: (s) => s.solve("bob"),
      later: { 1: isPrivate(true) },
      hours: 6,
      verdict: "Solved by Bob with #2"
    },
    {
      what: "The same for a day, with a restart: people decide, and the vote stays",
      play: (s) => s.solve("bob"),
      later: { 1: isPrivate(true), 3: "restart" },
      hours: 24,
      verdict: "Solved by Bob with #2"
    },
    {
      what: "Bob's pull request had landed and no one had closed the issue when the repository went private for a day",
      play: (s) => E.flatMap(s.open("bob", day(4), { files: CHANGES }), (n) => E.zipRight(s.merge(n, day(5)), reopen(s, day(6)))),
      later: { 1: isPrivate(true) },
      hours: 24,
      verdict: "No vote: GoneAfterMerge"
    },
    {
      what: "The repository was deleted after three hours of being private",
      play: isPrivate(true),
      later: { 3: (s) => s.control.changeRepository({ payload: { repository: WIDGETS, deleted: true } }) },
      hours: 6,
      verdict: "Cancelled: RepositoryGone"
    },
    {
      what: "It was private for six hours, in which the validator was restarted three times",
      play: isPrivate(true),
      later: { 1: "restart", 3: "restart", 6: "restart" },
      hours: 6,
      verdict: "Cancelled: RepositoryGone"
    },
    {
      what: "It was voted gone, and was public again before the quorum agreed",
      play: isPrivate(true),
      later: { 7: isPrivate(false) },
      hours: 7,
      verdict: "No vote: IssueOpen"
    },
    {
      what: "GitHub failed for two hours, and found nothing afterwards for five hours",
      play: fault(".", 502),
      later: { 2: (s) => E.zipRight(noFaults(s), isPrivate(true)(s)) },
      hours: 7,
      verdict: "No vote: GoneRecently"
    },
    {
      what: "Neither the repository nor one that is known to exist was found for eight hours: GitHub is ill",
      play: (s) => E.zipRight(isPrivate(true)(s), fault(KNOWN, 404)(s)),
      hours: 8,
      verdict: "No vote: GoneRecently"
    },
    {
      what: "The repository is private, and GitHub fails when it is asked for one that is known to exist",
      play: (s) => E.zipRight(isPrivate(true)(s), fault(KNOWN, 502)(s)),
      hours: 8,
      verdict: "No vote: GoneRecently"
    },
    {
      what: "The repository is private, and in the sixth hour GitHub rejected the validator's token",
      play: isPrivate(true),
      later: { 6: fault(".", 401) },
      hours: 6,
      verdict: "No vote: GitHubSilent"
    },
    {
      what: "It was private for six hours, and one check in between did not count because GitHub was ill",
      play: isPrivate(true),
      later: { 3: fault(KNOWN, 404), 4: noFaults },
      hours: 7,
      verdict: "Cancelled: RepositoryGone"
    }
  ]
}

const FORK = RepositoryName.make("bob/widgets")
const forkSolves = (s: Story, author: string, by = "maintainer") =>
  E.gen(function* () {
    yield* s.control.createRepository({ payload: { repository: FORK } })
    const { number: n } = yield* s.control.openPullRequest({
      payload: { repository: FORK, title: "Oil", author, closesElsewhere: [at(1)], at: day(4) }
    })
    yield* s.control.mergePullRequest({ payload: { repository: FORK, number: n, by, at: day(5) } })
  })

const lines = (count: number, path: string) => [
  { path, base: null, head: Array.from({ length: count }, (_, line) => `${path}(${line})\n`).join("") }
]

/** Bob's unrelated pull request is merged, a maintainer comments on the issue, and then Cleo's pull request closes it. */
const besideBobs = (s: Story, body: string) =>
  E.gen(function* () {
    yield* s.solve("bob", day(4), day(5), { closes: [], contents: lines(300, "src/feature.ts") })
    yield* s.control.remark({ payload: { ...at(1), by: "maintainer", remark: { _tag: "Commented", body }, at: day(6) } })
    yield* s.solve("cleo", day(7), day(8), { contents: lines(40, "src/hinge.ts") })
  })

const people: Section = {
  title: "Whose pull request it was",
  cases: [
    {
      what: "A maintainer writes in the issue that it regressed in Bob's larger pull request, and Cleo's closes it",
      play: (s) => besideBobs(s, "This regressed in #2."),
      verdict: "Solved by Cleo with #3"
    },
    {
      what: "A maintainer denies that Bob's larger pull request fixed it, and Cleo's closes it",
      play: (s) => besideBobs(s, "It was not fixed by #2. Was it fixed by #2 at all?"),
      verdict: "Solved by Cleo with #3"
    },
    {
      what: "Bob's larger pull request names it, opened and merged after Cleo's closed it",
      play: (s) =>
        E.zipRight(
          s.solve("cleo", day(4), day(5), { contents: lines(40, "src/hinge.ts") }),
          s.solve("bob", day(6), day(7), { closes: [], mentions: [number(1)], contents: lines(300, "src/feature.ts") })
        ),
      verdict: "Solved by Cleo with #2"
    },
    {
      what: "Thirty-one pull requests of a stranger name it before Bob's, which closes it while Cleo's is open",
      play: (s) =>
        E.gen(function* () {
          for (let junk = 0; junk < 31; junk++) yield* s.open("dan", day(3, 10 + junk), { draft: true })
          yield* s.open("cleo", day(4), { contents: lines(20, "src/cleo.ts") })
          yield* s.solve("bob", day(4), day(5), { contents: lines(40, "src/hinge.ts") })
        }),
      verdict: "Solved by Bob with #34"
    },
    {
      what: "Bob's account was renamed, and a stranger took the old name and closed the issue",
      play: (s) =>
        pipe(
          s.control.renameUser({ payload: { login: "bob", to: "robert" } }),
          E.zipRight(s.control.createUser({ payload: { login: "bob" } })),
          E.zipRight(s.solve("bob"))
        ),
      verdict: "Cancelled: SolvedOutside"
    },
    {
      what: "The account of the stranger whose pull request closed it was deleted, and both competitors' are there",
      play: (s) => E.zipRight(s.solve("dan"), s.control.deleteUser({ payload: { login: "dan" } })),
      verdict: "Cancelled: SolvedOutside"
    },
    {
      what: "A bot's pull request closed it",
      play: (s) => E.zipRight(s.control.createUser({ payload: { login: "helper[bot]", kind: "Bot" } }), s.solve("helper[bot]")),
      verdict: "No vote: NotACompetitors"
    },
    {
      what: "Ada, who wrote the issue, closed it with a pull request of her own",
      play: (s) => s.solve("ada"),
      verdict: "Cancelled: SolvedOutside"
    },
    {
      what: "Cleo's account is not known to the validator, and a stranger's pull request closed it: it may be hers",
      play: (s) => s.solve("dan"),
      cleo: "nobody's",
      verdict: "No vote: CompetitorUnknown"
    }
  ]
}

/** Bob's pull request becomes a draft two days before the deadline, and is merged after it. */
const mergedAsDraft = (s: Story, by: string) =>
  E.gen(function* () {
    const n = yield* s.open("bob", day(4))
    yield* s.control.setDraft({ payload: { ...at(n), draft: true, by, at: day(13) } })
    yield* s.control.setDraft({ payload: { ...at(n), draft: false, by: "maintainer", at: DEADLINE + 1000 } })
    yield* s.merge(n, DEADLINE + 2000)
  })

/** Bob's pull request, seen by a maintainer and changed by a force-push an hour after the deadline. */
const rebasedAndMerged = (s: Story, changed: (head: string) => string) =>
  E.gen(function* () {
    const head = "hinge.oil(1)\nhinge.oil(2)\nhinge.oil(3)\nhinge.wipe()\nhinge.move()\n"
    const contents = (text: string) => [{ path: "src/hinge.ts", base: null, head: text }]
    const n = yield* s.open("bob", day(4), { contents: contents(head), files: [] })
    yield* seen(s, n, day(6))
    yield* s.control.forcePush({ payload: { ...at(n), contents: contents(changed(head)), at: DEADLINE + 3_600_000 } })
    yield* s.merge(n, DEADLINE + 7_200_000)
  })

const moments: Section = {
  title: "When it happened",
  cases: [
    {
      what: "Opened before pull requests counted, merged after that",
      play: (s) => s.solve("cleo", day(2), day(5)),
      verdict: "Cancelled: SubmittedTooEarly by Cleo"
    },
    {
      what: "Opened before the match began",
      play: (s) => s.solve("cleo", Date.UTC(2026, 9, 30), day(5)),
      verdict: "Cancelled: SubmittedTooEarly by Cleo"
    },
    {
      what: "Opened too early as a draft, and made ready once pull requests counted",
      play: (s) =>
        E.flatMap(s.open("bob", day(2), { draft: true }), (n) =>
          E.zipRight(s.control.setDraft({ payload: { ...at(n), draft: false } }), s.merge(n, day(5)))
        ),
      verdict: "Cancelled: SubmittedTooEarly by Bob"
    },
    {
      what: "Opened in time, made a draft and ready again",
      play: (s) =>
        E.flatMap(s.open("bob", day(4)), (n) =>
          pipe(
            s.control.setDraft({ payload: { ...at(n), draft: true } }),
            E.zipRight(s.control.setDraft({ payload: { ...at(n), draft: false } })),
            E.zipRight(s.merge(n, day(5)))
          )
        ),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "Opened in the second from which pull requests count",
      play: (s) => s.solve("bob", SUBMISSIONS_FROM),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "Opened in that second, although the block's time is a fraction later",
      play: (s) => s.solve("bob", SUBMISSIONS_FROM),
      countsFrom: SUBMISSIONS_FROM + 999,
      verdict: "Solved by Bob with #2"
    },
    {
      what: "Opened a second earlier",
      play: (s) => s.solve("bob", SUBMISSIONS_FROM - 1000),
      verdict: "Cancelled: SubmittedTooEarly by Bob"
    },
    { what: "Merged in the second of the deadline", play: (s) => s.solve("bob", day(4), DEADLINE), verdict: "Solved by Bob with #2" },
    {
      what: "Merged a second after the deadline, at which it waited for a maintainer",
      play: (s) => s.solve("bob", day(4), DEADLINE + 1000),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "Opened a day before the deadline, and merged a second after it",
      play: (s) => s.solve("bob", day(14), DEADLINE + 1000),
      verdict: "No vote: LandedLate"
    },
    {
      what: "He rebased it after the deadline, a maintainer had seen it before, and it was merged",
      play: (s) => rebasedAndMerged(s, (head) => `${head}hinge.oil(40)\n`),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "The same, where it was a placeholder until the deadline",
      play: (s) => rebasedAndMerged(s, (head) => `${head}${Array.from({ length: 40 }, (_, index) => `hinge.turn(${index})\n`).join("")}`),
      verdict: "No vote: LandedLate"
    },
    {
      what: "A stale bot closed it before the deadline, and a maintainer opened it again and merged it after that",
      play: (s) =>
        E.gen(function* () {
          yield* s.control.createUser({ payload: { login: "stale", kind: "Bot" } })
          const n = yield* s.open("bob", day(4))
          yield* s.control.close({ payload: { ...at(n), by: "stale", at: day(13) } })
          yield* s.control.reopenIssue({ payload: { ...at(n), by: "maintainer", at: DEADLINE + 1000 } })
          yield* s.merge(n, DEADLINE + 2000)
        }),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "A maintainer made it a draft before the deadline, and merged it after that",
      play: (s) => mergedAsDraft(s, "maintainer"),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "Its author made it a draft before the deadline, and it was merged after that",
      play: (s) => mergedAsDraft(s, "bob"),
      verdict: "No vote: LandedLate"
    },
    {
      what: "A maintainer's commit has its changes and says that it closes the pull request, and the issue was closed by hand",
      play: (s) =>
        E.gen(function* () {
          const n = yield* s.open("bob", day(4))
          const message = `Oil the hinge\n\nCloses #${n}`
          yield* s.control.pushCommit({
            payload: {
              repository: WIDGETS,
              by: "maintainer",
              message,
              lands: { number: number(n), as: "Same" },
              closes: [number(n)],
              at: day(6)
            }
          })
          yield* close(s, day(6, 60))
        }),
      verdict: "No vote: WorkUnproved"
    },
    {
      what: "Closed as not planned, and merged a day later",
      play: (s) => E.flatMap(s.open("bob", day(4)), (n) => E.zipRight(close(s, day(5), "not_planned"), s.merge(n, day(6)))),
      verdict: "No vote: EndedAfterMerge"
    },
    {
      what: "Approved before the deadline, and merged a second after it",
      play: (s) => E.flatMap(s.open("bob", day(14)), (n) => E.zipRight(seen(s, n, day(14, 60), "APPROVED"), s.merge(n, DEADLINE + 1000))),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "Closed in the same second as the validator's finalised head, which has not ended for the validator",
      play: (s) => s.solve("bob", day(4), day(5)),
      headAt: day(5) + 400,
      verdict: "No vote: AheadOfChain"
    },
    {
      what: "Closed before the finalised head's time, with the deadline to come",
      play: (s) => s.solve("bob", day(4), day(5)),
      headAt: day(5, 1),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "Closed by a stranger before the match began",
      play: (s) => s.solve("dan", Date.UTC(2026, 9, 30), Date.UTC(2026, 9, 31)),
      verdict: "Cancelled: SolvedOutside"
    },
    {
      what: "Closed by a stranger after the deadline, before the match expired",
      play: (s) => s.solve("dan", day(4), day(16)),
      verdict: "Cancelled: SolvedOutside"
    }
  ]
}

/** Failures of other programs that must not occur here. */
const knownFailures: Section = {
  title: "Known failures of others",
  cases: [
    {
      what: "Two hotkeys with one GitHub account do not count as one: there is no vote, and no one is paid by chance",
      play: (s) => s.solve("bob"),
      cleo: "Bob's",
      verdict: "No vote: SharedAccount"
    },
    {
      what: "A competitor whose account is unknown does not prevent a vote for the other's solution",
      play: (s) => s.solve("bob"),
      cleo: "nobody's",
      verdict: "Solved by Bob with #2"
    },
    {
      what: "An ambiguous solver is no cancellation: both merged, reopened, and closed by hand",
      play: (s) =>
        pipe(
          E.flatMap(s.open("cleo", day(4)), (cleos) => E.zipRight(s.solve("bob"), s.merge(cleos, day(6)))),
          E.zipRight(reopen(s, day(7))),
          E.zipRight(close(s, day(8)))
        ),
      verdict: "No vote: SharedWork"
    }
  ]
}

export const sections: ReadonlyArray<Section> = [
  closings,
  landings,
  carried,
  twice,
  page,
  repository,
  brought,
  hidden,
  changes,
  hours,
  people,
  moments,
  reverts,
  knownFailures
]
