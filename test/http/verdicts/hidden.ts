/** Cases of docs/verdicts.md: GitHub hides something. */
import * as E from "effect/Effect"
import { close, type Play, reopen, type Section } from "./Case.ts"
import { day, number, WIDGETS } from "./story.ts"

const hides =
  (field: string): Play =>
  (s) =>
    s.control.addFault({ payload: { fault: { _tag: "Hiding", field, times: 1_000, path: "graphql" } } })

const flag =
  (login: string, flagged = true): Play =>
  (s) =>
    s.control.flagUser({ payload: { login, flagged } })

export const hidden: Section = {
  title: "GitHub hides something",
  cases: [
    {
      what: "Bob's pull request closed it, and GitHub hides his account as a spammer's",
      play: (s) => E.zipRight(s.solve("bob"), flag("bob")(s)),
      verdict: "No vote: RecordIncomplete"
    },
    {
      what: "Bob's pull request is open at one check, and then GitHub hides it with his account, and someone closes the issue by hand",
      play: (s) => s.open("bob", day(4)),
      later: { 1: (s) => E.zipRight(flag("bob")(s), close(s, day(28))) },
      verdict: "No vote: WorkUnproved"
    },
    {
      what: "His merged one is hidden at one check, and then GitHub corrected its mistake",
      play: (s) => E.zipRight(s.solve("bob"), flag("bob")(s)),
      later: { 1: flag("bob", false) },
      verdict: "Solved by Bob with #2"
    },
    {
      what: "Dan's pull request closed it, and GitHub hides Bob's account: it is Dan's by his id",
      play: (s) => E.zipRight(s.solve("dan"), flag("bob")(s)),
      verdict: "Cancelled: SolvedOutside"
    },
    {
      what: "A maintainer's commit closed it, and GitHub hides Bob's account, with which it would hide a pull request of his that the commit carries",
      play: (s) =>
        E.zipRight(
          s.control.pushCommit({
            payload: { repository: WIDGETS, message: "Fixes #1", by: "maintainer", closes: [number(1)], at: day(5) }
          }),
          flag("bob")(s)
        ),
      verdict: "No vote: RecordIncomplete"
    },
    {
      what: "Someone closed it by hand, and GitHub hides Bob's account",
      play: (s) => E.zipRight(close(s, day(6)), flag("bob")(s)),
      verdict: "No vote: RecordIncomplete"
    },
    {
      what: "The same, and then GitHub shows it again",
      play: (s) => E.zipRight(close(s, day(6)), flag("bob")(s)),
      later: { 1: flag("bob", false) },
      verdict: "Cancelled: SolvedOutside"
    },
    {
      what: "A maintainer closed it as a duplicate, and GitHub hides Bob's account",
      play: (s) => E.zipRight(close(s, day(6), "duplicate"), flag("bob")(s)),
      verdict: "No vote: RecordIncomplete"
    },
    {
      what: "A maintainer's commit closed it, and GitHub does not show the commit",
      play: (s) =>
        E.zipRight(
          s.control.pushCommit({
            payload: { repository: WIDGETS, message: "Fixes #1", by: "maintainer", closes: [number(1)], at: day(5) }
          }),
          hides("closer")(s)
        ),
      verdict: "No vote: RecordIncomplete"
    },
    {
      what: "Someone closed it by hand, while GitHub hides a pull request that is linked to it",
      play: (s) => E.zipRight(E.zipRight(s.open("bob", day(4)), close(s, day(6))), hides("closedByPullRequestsReferences")(s)),
      verdict: "No vote: RecordIncomplete"
    },
    {
      what: "Bob's pull request closed it, while GitHub hides one that is linked to it",
      play: (s) => E.zipRight(E.zipRight(s.solve("bob"), s.open("cleo", day(6))), hides("closedByPullRequestsReferences")(s)),
      verdict: "Solved by Bob with #2"
    },
    {
      what: "A commit closed it, and GitHub hides the pull requests that have it",
      play: (s) => E.zipRight(s.solve("bob", day(4), day(5), { closes: [], commitCloses: [1] }), hides("associatedPullRequests")(s)),
      verdict: "No vote: RecordIncomplete"
    },
    {
      what: "It is closed, and GitHub hides every event",
      play: (s) => E.zipRight(s.solve("bob"), hides("timelineItems")(s)),
      verdict: "No vote: RecordIncomplete"
    },
    {
      what: "It was reopened, and GitHub hides every event",
      play: (s) => E.zipRight(E.zipRight(s.solve("bob"), reopen(s, day(6))), hides("timelineItems")(s)),
      verdict: "No vote: RecordIncomplete"
    }
  ]
}
