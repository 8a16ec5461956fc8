/**
 * Records of situations in which people decide about a bounty, each with a fair observer's verdict. Alice's pull request is #57, Bob's #58, a
 * stranger's #59.
 */
import type { ConsentRecord } from "../../../src/domain/consent.ts"
import type { IssueEvidence, PullRequestEvidence } from "../../../src/domain/IssueEvidence.ts"
import type { MatchContext } from "../../../src/rules/verdicts/verdictCase.ts"
import { GONE_FOR, STANDS_FOR } from "../../support/figures.ts"
import {
  ALICE,
  AUTHOR,
  alike,
  answer,
  BOB,
  bobs,
  bot,
  by,
  byCommit,
  closed,
  competition,
  DAY,
  DEADLINE,
  HAND,
  HOUR,
  issue,
  MAINTAINER,
  OPEN,
  pullRequest,
  reopened,
  START,
  STRANGER,
  SUBMISSIONS_FROM,
  someone,
  strangers,
  withCompetition
} from "../../support/rules/githubRecord.ts"

export interface PeopleCase {
  readonly id: string
  readonly what: string
  readonly evidence: IssueEvidence
  /** The verdict before the deadline, if it is tested. */
  readonly before?: string
  /** The verdict once the time for verdicts is over. */
  readonly verdict: string
  readonly facts?: Partial<MatchContext>
}

const T = SUBMISSIONS_FROM
const maintainers = (change: Partial<PullRequestEvidence> = {}) =>
  pullRequest({
    number: 60,
    authorId: MAINTAINER,
    authorLogin: "maintainer",
    createdAt: T + 2 * DAY,
    mergedAt: T + 2 * DAY + HOUR,
    ...change
  })
/** Alice's open pull request, proved to have existed a day before the others'. */
const first = (change: Partial<PullRequestEvidence> = {}) => pullRequest({ ...OPEN, thereSince: T + DAY, createdAt: T + DAY, ...change })
const copy = (change: Partial<PullRequestEvidence> = {}) =>
  bobs({ createdAt: T + 2 * DAY, thereSince: T + 2 * DAY, mergedAt: T + 3 * DAY, mergedBy: someone(MAINTAINER), ...change })
const waits = (change: Partial<PullRequestEvidence> = {}) => pullRequest({ ...OPEN, changedAt: DEADLINE - 7 * DAY, ...change })

const WEEK = 7 * DAY
const earlier = (accounts: ReadonlyArray<number>) => ({
  earlier: [{ accounts, startedAt: START - 5 * WEEK, submissionsFrom: START - 5 * WEEK + 2 * DAY, deadline: START - 3 * WEEK }]
})
/** Opened during the preceding match. */
const ofBefore = { createdAt: START - 4 * WEEK }

const SOLVED = "Solved by alice with #57"

const REFUSED: ConsentRecord = {
  repository: "acme/widgets",
  isArchived: false,
  file: { _tag: "Refuses", says: "bounties: false" },
  issue: { isLocked: false, words: [] }
}

export const people: ReadonlyArray<PeopleCase> = [
  {
    id: "V1",
    what: "Bob copies Alice's patch to the letter into a pull request of his own, and it is merged",
    evidence: issue([closed(by(copy()), T + 3 * DAY)], { linkedPullRequests: [first(), copy()], likenesses: [alike(57, 58)] }),
    verdict: SOLVED
  },
  {
    id: "V2",
    what: "The same, where Bob's names Alice's",
    evidence: issue([closed(by(copy()), T + 3 * DAY)], {
      linkedPullRequests: [first(), copy()],
      likenesses: [alike(57, 58, 40, { names: true })]
    }),
    verdict: SOLVED
  },
  ...(
    [
      ["35 of its forty lines", alike(57, 58, 35), "NoVote: SharedWork"],
      ["its lines by other names", alike(57, 58, 0, { renamed: 40, fresh: 40 }), "NoVote: SharedWork"],
      ["24 of its lines, of which nine are not the issue's", alike(57, 58, 24, { fresh: 9 }), "Solved by bob with #58"],
      ["38 of its lines, all but three in a lock file", alike(57, 58, 38, { written: 3, fresh: 3 }), "Solved by bob with #58"],
      ["23 of its lines", alike(57, 58, 23), "Solved by bob with #58"]
    ] as const
  ).map(([what, likeness, verdict], index) => {
    const work = likeness.written === undefined ? { lines: 40 } : { lines: 40, written: 5, fresh: 5 }
    return {
      id: `V2${"bcdef".charAt(index)}`,
      what: `Bob's pull request is merged, a day after Alice's, with ${what}`,
      evidence: issue([closed(by(copy({ work })), T + 3 * DAY)], {
        linkedPullRequests: [first({ work }), copy({ work })],
        likenesses: [likeness]
      }),
      verdict
    }
  }),
  {
    id: "V4",
    what: "Alice's merged pull request names Bob as a co-author, who has a linked open one",
    evidence: issue([closed(by(pullRequest()))], { linkedPullRequests: [pullRequest(), bobs(OPEN)] }),
    verdict: SOLVED
  },
  {
    id: "V6",
    what: "A maintainer copies Alice's patch to the letter into a pull request of his own",
    evidence: issue([closed(by(maintainers()), T + 2 * DAY + HOUR)], {
      linkedPullRequests: [first(), maintainers()],
      likenesses: [alike(57, 60)]
    }),
    verdict: SOLVED
  },
  {
    id: "V7",
    what: "Alice becomes a collaborator after the pairing and merges her own, without a review",
    evidence: issue([closed(by(pullRequest({ mergedBy: someone(ALICE) })), T + 5 * HOUR, "completed", someone(ALICE))], {
      writers: [ALICE, MAINTAINER]
    }),
    verdict: "NoVote: OwnMerge"
  },
  {
    id: "V7+",
    what: "The same, and then a maintainer approves it",
    evidence: issue([
      closed(
        by(pullRequest({ mergedBy: someone(ALICE), answers: [answer("Approved", T + DAY)] })),
        T + 5 * HOUR,
        "completed",
        someone(ALICE)
      )
    ]),
    verdict: SOLVED
  },
  {
    id: "V9",
    what: "Automatic closing is off: merged, linked, closed by hand by a maintainer",
    evidence: issue([closed(HAND, T + DAY)], { linkedPullRequests: [pullRequest()] }),
    verdict: SOLVED
  },
  {
    id: "V10",
    what: "Split in three, the original closed as completed by hand, while Alice's pull request is open",
    evidence: issue([closed(HAND, T + DAY)], { linkedPullRequests: [pullRequest({ ...OPEN, isDraft: true })] }),
    before: "NoVote: WorkUnproved",
    verdict: "NoVote: WorkUnproved"
  },
  {
    id: "V28",
    what: "Alice's only deletes the failing test, and is merged",
    evidence: issue([closed(by(pullRequest({ work: { lines: 12 } })))]),
    verdict: SOLVED
  },
  {
    id: "N1a",
    what: "Merged and linked, and closed by hand in the second half of the time for verdicts",
    evidence: issue([closed(HAND, DEADLINE + 30 * HOUR)], { linkedPullRequests: [pullRequest()] }),
    verdict: SOLVED
  },
  {
    id: "V13",
    what: "After the merge a maintainer reopens it for a follow-up, and leaves it open",
    evidence: issue([closed(by(pullRequest())), reopened(T + DAY)], { state: "open" }),
    before: "NoVote: IssueOpen",
    verdict: "NoVote: EndedAfterMerge"
  },
  {
    id: "V15",
    what: "A maintainer reopens it as half solved, and Alice's second pull request closes it",
    evidence: issue([
      closed(by(pullRequest())),
      reopened(T + DAY),
      closed(by(pullRequest({ number: 61, mergedAt: T + 2 * DAY, work: { lines: 60 } })), T + 2 * DAY)
    ]),
    verdict: "Solved by alice with #61"
  },
  {
    id: "V20",
    what: "A bot's account opens the pull request on Alice's order, and it is merged",
    evidence: issue([closed(by(strangers({ isBots: true })))]),
    verdict: "NoVote: NotACompetitors"
  },
  {
    id: "V23",
    what: "Second match of the same two: Alice's pull request of the first is merged now",
    evidence: issue([closed(by(pullRequest(ofBefore)))]),
    facts: earlier([ALICE, BOB]),
    verdict: SOLVED
  },
  {
    id: "V24",
    what: "Second match, another pair: a pull request of the first is merged at last",
    evidence: issue([closed(by(strangers(ofBefore)))]),
    facts: earlier([STRANGER, 777]),
    before: "NoVote: CanBeUndone",
    verdict: "Cancelled: SolvedOutside"
  },
  {
    id: "V26",
    what: "Closed as a duplicate, and Alice's open pull request, which says that it closes it, is merged before the deadline",
    evidence: issue([closed(HAND, T + HOUR, "duplicate")], { linkedPullRequests: [pullRequest()] }),
    verdict: SOLVED
  },
  {
    id: "V26 hidden account",
    what: "A maintainer closes it as a duplicate, and GitHub hides Alice's account with all that it wrote",
    evidence: issue([closed(HAND, T + HOUR, "duplicate")]),
    facts: { competitors: [{ ...competition.competitors[0], exists: false }, competition.competitors[1]] },
    verdict: "NoVote: RecordIncomplete"
  },
  {
    id: "V26 hidden links",
    what: "Closed as not planned, and GitHub links more pull requests to it than it shows",
    evidence: issue([closed(HAND, T + HOUR, "not_planned")], { hasHiddenLinks: true }),
    verdict: "NoVote: RecordIncomplete"
  },
  {
    id: "V30",
    what: "A bot closes it as not planned while Alice's pull request waits, and Bob has none",
    evidence: issue([closed(HAND, T + DAY, "not_planned", bot)], { linkedPullRequests: [waits(), waits({ number: 58, authorId: BOB })] }),
    before: "NoVote: IssueOpen",
    verdict: "NoVote: WaitsForProject"
  },
  {
    id: "V6r",
    what: "A maintainer's pull request has 30 of Alice's forty lines, by other names",
    evidence: issue([closed(by(maintainers()), T + 2 * DAY + HOUR)], {
      linkedPullRequests: [first(), maintainers()],
      likenesses: [alike(57, 60, 4, { renamed: 30, fresh: 30 })]
    }),
    verdict: "NoVote: SharedWork"
  },
  {
    id: "V31",
    what: "A maintainer commits Alice's patch with other white space under his own name",
    evidence: issue([closed(byCommit(), T + 3 * DAY)], {
      linkedPullRequests: [first()],
      pushes: [{ commit: "cccc", work: { lines: 40 }, standing: null }],
      likenesses: [alike(57, "cccc")]
    }),
    verdict: SOLVED
  },
  {
    id: "M1",
    what: "Approved on day 5 of 14, merged a minute after the deadline",
    evidence: issue([
      closed(
        by(pullRequest({ mergedAt: DEADLINE + 60_000, changedAt: T + 2 * DAY, answers: [answer("Approved", START + 5 * DAY)] })),
        DEADLINE + 60_000
      )
    ]),
    verdict: SOLVED
  },
  {
    id: "M1-",
    what: "Pushed after the deadline to what was approved, and merged",
    evidence: issue([
      closed(
        by(pullRequest({ mergedAt: DEADLINE + HOUR, changedAt: DEADLINE + 60_000, answers: [answer("Approved", START + 5 * DAY)] })),
        DEADLINE + HOUR
      )
    ]),
    verdict: "NoVote: LandedLate"
  },
  {
    id: "M2",
    what: "Nobody reviews: Alice's and Bob's wait for a maintainer on holiday",
    evidence: issue([], { state: "open", linkedPullRequests: [waits(), waits({ number: 58, authorId: BOB })] }),
    before: "NoVote: IssueOpen",
    verdict: "NoVote: WaitsForProject"
  },
  {
    id: "M2b",
    what: "Alice's waits, a maintainer made Bob's a draft, and a stale bot closed a second one of Alice's",
    evidence: issue([], {
      state: "open",
      linkedPullRequests: [
        waits({ closedAt: DEADLINE - DAY, turns: [{ at: DEADLINE - DAY, by: bot, as: "Closed" }] }),
        waits({ number: 58, authorId: BOB, isDraft: true, turns: [{ at: DEADLINE - DAY, by: someone(MAINTAINER), as: "Draft" }] })
      ]
    }),
    verdict: "NoVote: WaitsForProject"
  },
  {
    id: "M2c",
    what: "Alice opened hers as a draft, and Bob closed his own",
    evidence: issue([], {
      state: "open",
      linkedPullRequests: [
        waits({ turns: [{ at: DEADLINE + DAY, by: someone(ALICE), as: "Ready" }] }),
        waits({ number: 58, authorId: BOB, closedAt: DEADLINE - DAY, turns: [{ at: DEADLINE - DAY, by: someone(BOB), as: "Closed" }] })
      ]
    }),
    verdict: "Unsolved for alice and bob"
  },
  {
    id: "M2d",
    what: "Alice's was closed by a commit, and Bob's by a maintainer who named one",
    evidence: issue([], {
      state: "open",
      linkedPullRequests: [
        waits({ closedAt: DEADLINE - DAY, turns: [{ at: DEADLINE - DAY, by: someone(MAINTAINER), as: "Closed", isByCommit: true }] }),
        waits({
          number: 58,
          authorId: BOB,
          closedAt: DEADLINE - DAY,
          answers: [answer("NamedCommit", DEADLINE - DAY)],
          turns: [{ at: DEADLINE - DAY, by: someone(MAINTAINER), as: "Closed" }]
        })
      ]
    }),
    verdict: "NoVote: WorkUnproved"
  },
  {
    id: "M2e",
    what: "Bob closed Alice's, who opened it again after the deadline; a maintainer closed Bob's without a word",
    evidence: issue([], {
      state: "open",
      linkedPullRequests: [
        waits({
          turns: [
            { at: DEADLINE - DAY, by: someone(BOB), as: "Closed" },
            { at: DEADLINE + DAY, by: someone(ALICE), as: "Reopened" }
          ]
        }),
        waits({
          number: 58,
          authorId: BOB,
          closedAt: DEADLINE - DAY,
          turns: [{ at: DEADLINE - DAY, by: someone(MAINTAINER), as: "Closed" }]
        })
      ]
    }),
    verdict: "Unsolved for bob"
  },
  {
    id: "M2f",
    what: "Changes were requested of Alice's a week before the deadline, and she pushed afterwards; a bot with push access asked Bob's",
    evidence: issue([], {
      state: "open",
      linkedPullRequests: [
        waits({ changedAt: DEADLINE - DAY, thereSince: DEADLINE - DAY, answers: [answer("ChangesRequested", DEADLINE - 7 * DAY)] }),
        waits({
          number: 58,
          authorId: BOB,
          answers: [{ as: "ChangesRequested", at: DEADLINE - 6 * DAY, by: MAINTAINER, isBot: true }]
        })
      ]
    }),
    verdict: "NoVote: WaitsForProject"
  },
  {
    id: "M2g",
    what: "Both were opened two days before the deadline; the project asked for changes of Alice's and said nothing of Bob's",
    evidence: issue([], {
      state: "open",
      linkedPullRequests: [
        waits({
          createdAt: DEADLINE - 2 * DAY,
          changedAt: DEADLINE - 2 * DAY,
          thereSince: DEADLINE - 2 * DAY,
          answers: [answer("ChangesRequested", DEADLINE - DAY)]
        }),
        waits({ number: 58, authorId: BOB, createdAt: DEADLINE - 2 * DAY, changedAt: DEADLINE - 2 * DAY })
      ]
    }),
    verdict: "Unsolved for bob"
  },
  {
    id: "V10-",
    what: "A maintainer closes it as completed by hand, and nobody has a pull request",
    evidence: issue([closed(HAND, T + DAY)]),
    before: "NoVote: NothingLanded",
    verdict: "Cancelled: SolvedOutside"
  },
  {
    id: "S38",
    what: "Alice's 'Part of' is merged, and a release bot closes the issue",
    evidence: issue([closed(HAND, T + 2 * DAY, "completed", bot)], {
      namedPullRequests: [pullRequest({ says: "mention" })],
      namings: [{ pullRequest: 57, at: T + HOUR, by: ALICE }]
    }),
    before: "NoVote: EndedAfterMerge",
    verdict: "NoVote: EndedAfterMerge"
  },
  {
    id: "S41",
    what: "Alice closes the issue by hand, and a maintainer merges hers, which is linked",
    evidence: issue([closed(HAND, T + DAY, "completed", someone(ALICE))], {
      linkedPullRequests: [pullRequest({ mergedAt: T + 2 * DAY, mergedBy: someone(MAINTAINER) })]
    }),
    before: "NoVote: EndedAfterMerge",
    verdict: "NoVote: EndedAfterMerge"
  },
  {
    id: "M2h",
    what: "A maintainer merged Bob's part of it after the deadline, and left the issue open",
    evidence: issue([], {
      state: "open",
      linkedPullRequests: [bobs({ createdAt: DEADLINE - DAY, mergedAt: DEADLINE + DAY, mergedBy: someone(MAINTAINER) })]
    }),
    verdict: "NoVote: EndedAfterMerge"
  },
  {
    id: "V27",
    what: "A maintainer closed it as not planned, and then as completed",
    evidence: issue([closed(HAND, T + DAY, "not_planned"), closed(HAND, T + 2 * DAY)]),
    before: "NoVote: EndedAfterMerge",
    verdict: "NoVote: EndedAfterMerge"
  },
  {
    id: "M2a",
    what: "Nobody reviews Alice's, and Bob has none",
    evidence: issue([], { state: "open", linkedPullRequests: [waits()] }),
    verdict: "Unsolved for bob"
  },
  {
    id: "M6",
    what: "'Fixes #42' is typed into Alice's pull request after its merge, and a maintainer closes the issue by hand",
    evidence: issue([closed(HAND, T + 2 * DAY)], {
      linkedPullRequests: [pullRequest({ says: "afterwards" })],
      namings: [{ pullRequest: 57, at: T + DAY, by: ALICE }]
    }),
    verdict: "NoVote: NamedAfterwards"
  },
  {
    id: "M11",
    what: "The issue's author, who may not push, reopens it",
    evidence: issue([closed(by(pullRequest())), reopened(T + DAY, AUTHOR)], { state: "open" }),
    verdict: SOLVED
  },
  {
    id: "M13",
    what: "The issue's author, who may not push, closes it as completed while both work",
    evidence: issue([closed(HAND, T + DAY, "completed", someone(AUTHOR))]),
    before: "NoVote: IssueOpen",
    verdict: "Unsolved for alice and bob"
  },
  {
    id: "P1",
    what: "Alice's nine tenths are merged first, Bob's one line closes it a day later",
    evidence: issue([closed(by(bobs({ mergedAt: T + 2 * DAY, work: { lines: 4 } })), T + 2 * DAY)], {
      namedPullRequests: [pullRequest({ says: "mention" })],
      namings: [{ pullRequest: 57, at: T + HOUR, by: ALICE }]
    }),
    verdict: "NoVote: SharedWork"
  },
  {
    id: "P3",
    what: "Bob's typo closes it a minute before Alice's is merged",
    evidence: issue([closed(by(bobs({ mergedAt: T + DAY, work: { lines: 2 } })), T + DAY)], {
      linkedPullRequests: [pullRequest({ mergedAt: T + DAY + 60_000 })]
    }),
    verdict: "NoVote: SharedWork"
  },
  {
    id: "P6",
    what: "A maintainer pushes Alice's branch with a fix-up on top, and GitHub calls hers merged",
    evidence: issue([closed(byCommit(pullRequest()))]),
    verdict: SOLVED
  },
  {
    id: "L4",
    what: "A bot lands a commit that both pull requests have, whose author's address Bob has claimed",
    evidence: issue([closed(byCommit(), T + 3 * DAY, "completed", bot)], {
      linkedPullRequests: [first(), bobs({ ...OPEN, createdAt: T + 2 * DAY, thereSince: T + 2 * DAY })],
      pushes: [{ commit: "cccc", work: { lines: 40 }, standing: null }],
      likenesses: [alike(57, "cccc"), alike(58, "cccc"), alike(57, 58)]
    }),
    verdict: SOLVED
  },
  {
    id: "R1",
    what: "Alice opens the issue's 12-line test in the first second, and Bob's 300 lines contain it",
    evidence: issue([closed(by(copy({ work: { lines: 312 } })), T + 3 * DAY)], {
      linkedPullRequests: [first({ work: { lines: 12 } })],
      likenesses: [alike(57, 58, 12)]
    }),
    verdict: "Solved by bob with #58"
  },
  {
    id: "R2",
    what: "Both write the same line, Alice's is older, Bob's is merged",
    evidence: issue([closed(by(copy({ work: { lines: 2 } })), T + 3 * DAY)], {
      linkedPullRequests: [first({ work: { lines: 2 } })],
      likenesses: [alike(57, 58, 2)]
    }),
    verdict: "Solved by bob with #58"
  },
  {
    id: "R4",
    what: "Alice's typo is merged, and a stranger's 300 lines close it",
    evidence: issue([closed(by(strangers({ work: { lines: 300 } })), T + 2 * DAY)], {
      namedPullRequests: [pullRequest({ says: "mention", work: { lines: 2 } })],
      namings: [{ pullRequest: 57, at: T + HOUR, by: ALICE }]
    }),
    verdict: "NoVote: SharedWork"
  },
  {
    id: "R6",
    what: "Both were asked for changes, and push an empty commit before the deadline",
    evidence: issue([], {
      state: "open",
      linkedPullRequests: [
        waits({ changedAt: T + DAY, thereSince: DEADLINE - DAY, answers: [answer("ChangesRequested", T + 3 * DAY)] }),
        waits({
          number: 58,
          authorId: BOB,
          changedAt: T + DAY,
          thereSince: DEADLINE - DAY,
          answers: [answer("ChangesRequested", T + 3 * DAY)]
        })
      ]
    }),
    verdict: "Unsolved for alice and bob"
  },
  {
    id: "R7",
    what: "Alice's is merged without naming it, and a maintainer writes 'fixed by #57' and closes it",
    evidence: issue([closed(HAND, T + 2 * DAY)], {
      namedPullRequests: [pullRequest({ says: undefined })],
      namings: [{ pullRequest: 57, at: T + 2 * DAY, by: MAINTAINER, solves: true }]
    }),
    verdict: SOLVED
  },
  {
    id: "R11",
    what: "Alice's was opened in the submission window, is merged, and closes it",
    evidence: issue([closed(by(pullRequest({ createdAt: T - HOUR })))]),
    before: "NoVote: CanBeUndone",
    verdict: "Cancelled: SubmittedTooEarly by alice"
  },
  {
    id: "E1",
    what: "Alice's typo was opened too early and merged, and Bob's work closes it",
    evidence: issue([closed(by(bobs()))], {
      linkedPullRequests: [pullRequest({ createdAt: START + HOUR, mergedAt: T, work: { lines: 30 } })]
    }),
    verdict: "Solved by bob with #58"
  },
  {
    id: "E2",
    what: "A copy of a stranger's earlier pull request by Alice is merged",
    evidence: issue([closed(by(pullRequest({ createdAt: T + 2 * DAY, thereSince: T + 2 * DAY, mergedAt: T + 3 * DAY })), T + 3 * DAY)], {
      linkedPullRequests: [strangers({ ...OPEN, createdAt: T + DAY, thereSince: T + DAY })],
      likenesses: [alike(57, 59)]
    }),
    verdict: "NoVote: NotACompetitors"
  },
  {
    id: "E3",
    what: "Two like pull requests, and nothing proves which was first",
    evidence: issue([closed(by(copy({ thereSince: undefined })), T + 3 * DAY)], {
      linkedPullRequests: [first({ thereSince: undefined })],
      likenesses: [alike(57, 58)]
    }),
    verdict: "NoVote: WorkUnproved"
  },
  {
    id: "E4",
    what: "Closed as not planned by a maintainer, for three days",
    evidence: issue([closed(HAND, T + DAY, "not_planned")]),
    facts: { deadline: null, graceEnds: null, isOverdue: false, watched: { blocks: STANDS_FOR, needed: STANDS_FOR, notCounted: null } },
    verdict: "Cancelled: NotPlanned"
  },
  {
    id: "E5",
    what: "Closed as not planned after Alice's work had landed",
    evidence: issue([closed(by(pullRequest())), reopened(T + DAY), closed(HAND, T + 2 * DAY, "not_planned")]),
    verdict: "NoVote: EndedAfterMerge"
  },
  {
    id: "E5 refused",
    what: "The repository's file says that it wants no bounties, and nobody's work has landed",
    evidence: issue([], { state: "open", consent: REFUSED }),
    facts: { deadline: null, graceEnds: null, isOverdue: false, watched: { blocks: STANDS_FOR, needed: STANDS_FOR, notCounted: null } },
    verdict: "Cancelled: NotPlanned"
  },
  {
    id: "E5 refused for a day",
    what: "The same, for a day",
    evidence: issue([], { state: "open", consent: REFUSED }),
    facts: { deadline: null, graceEnds: null, isOverdue: false, watched: { blocks: 7_200, needed: STANDS_FOR, notCounted: null } },
    verdict: "NoVote: CanBeUndone"
  },
  {
    id: "E5 refused late",
    what: "The same after Alice's work had landed, and before anybody had closed the issue",
    evidence: issue([], { state: "open", consent: REFUSED, linkedPullRequests: [pullRequest()] }),
    verdict: "NoVote: EndedAfterMerge"
  },
  {
    id: "E5 refused and solved",
    what: "The same, and the project says that Alice's work solved it",
    evidence: issue([closed(by(pullRequest()))], { consent: REFUSED }),
    verdict: SOLVED
  },
  {
    id: "E5 gone",
    what: "The repository is made private for months after Alice's work had landed",
    evidence: { _tag: "RepositoryGone" },
    facts: { hadLanded: true, watched: { blocks: GONE_FOR, needed: GONE_FOR, notCounted: null } },
    verdict: "NoVote: GoneAfterMerge"
  },
  {
    id: "AR1",
    what: "A pull request of Alice's that a validator saw open is archived, which hides it, and nobody closes the issue",
    evidence: issue([], { state: "open" }),
    facts: { sawOpen: [{ number: 57, authorId: ALICE }] },
    verdict: "NoVote: WorkUnproved"
  },
  {
    id: "AR2",
    what: "The same, and a maintainer closes the issue by hand",
    evidence: issue([closed(HAND)]),
    facts: { sawOpen: [{ number: 57, authorId: ALICE }] },
    verdict: "NoVote: WorkUnproved"
  },
  {
    id: "AR3",
    what: "A stranger's is archived",
    evidence: issue([], { state: "open" }),
    facts: { sawOpen: [{ number: 57, authorId: 303 }] },
    verdict: "Unsolved for alice and bob"
  },
  {
    id: "AR4",
    what: "One of Bob's is archived, and Alice's landed: it is hers",
    evidence: issue([closed(by(pullRequest()))]),
    facts: { sawOpen: [{ number: 58, authorId: BOB }] },
    before: SOLVED,
    verdict: SOLVED
  },
  {
    id: "E6",
    what: "Bob, who wrote the issue, closes it by hand, and then Alice's pull request, which says that it closes it, is merged",
    evidence: issue([closed(HAND, T + HOUR, "completed", someone(BOB))], { authorId: BOB, linkedPullRequests: [pullRequest()] }),
    verdict: SOLVED
  },
  {
    id: "L1",
    what: "A maintainer pushes Alice's three lines, as the commit that her open pull request has, and GitHub does not see a merge",
    evidence: issue([closed(byCommit(first({ work: { lines: 3 } })), T + 3 * DAY)], { pushes: [{ commit: "cccc", standing: null }] }),
    verdict: SOLVED
  },
  {
    id: "L2",
    what: "Alice, who can push, pushes it herself",
    evidence: issue([closed(byCommit(first()), T + 3 * DAY, "completed", someone(ALICE))], { writers: [ALICE, MAINTAINER] }),
    verdict: "NoVote: OwnMerge"
  },
  {
    id: "L3",
    what: "A stranger's open pull request had the pushed commit before Alice's",
    evidence: issue(
      [closed(byCommit(first({ thereSince: T + 2 * DAY }), strangers({ ...OPEN, createdAt: T, thereSince: T + HOUR })), T + 3 * DAY)],
      { pushes: [{ commit: "cccc", standing: null }] }
    ),
    verdict: "Cancelled: SolvedOutside"
  },
  {
    id: "L4",
    what: "A bot closes the issue, and Alice's pull request, opened after that, says that it closes it, and is merged",
    evidence: issue([closed(HAND, T, "completed", bot)], { linkedPullRequests: [pullRequest()] }),
    verdict: SOLVED
  },
  {
    id: "D1",
    what: "Alice's waits as a draft, and its text says since before the deadline that only the limit on open pull requests made it one",
    evidence: issue([], {
      state: "open",
      linkedPullRequests: [waits({ isDraft: true, limitedSince: T + DAY }), waits({ number: 58, authorId: BOB })]
    }),
    verdict: "NoVote: WaitsForProject"
  },
  {
    id: "D2",
    what: "Its text says so only since the deadline",
    evidence: issue([], { state: "open", linkedPullRequests: [waits({ isDraft: true, limitedSince: DEADLINE + HOUR })] }),
    verdict: "Unsolved for alice and bob"
  },
  {
    id: "RV1",
    what: "Alice's is merged and reopened, and Bob's revert, whose title repeats that it fixes the issue, closes it",
    evidence: issue([
      closed(by(pullRequest({ mergedBy: someone(MAINTAINER) }))),
      reopened(T + DAY),
      closed(
        by(bobs({ reverts: 57, createdAt: T + 2 * DAY, mergedAt: T + 2 * DAY + HOUR, mergedBy: someone(MAINTAINER) })),
        T + 2 * DAY + HOUR
      )
    ]),
    before: "NoVote: EndedAfterMerge",
    verdict: "NoVote: EndedAfterMerge"
  },
  {
    id: "L5",
    what: "A maintainer closes the issue and Alice's pull request for another one, which only then names it",
    evidence: issue([closed(HAND, T + 3 * DAY)], {
      namedPullRequests: [first({ closedAt: T + 3 * DAY, number: 61, says: "afterwards" })],
      namings: []
    }),
    verdict: "Cancelled: SolvedOutside"
  },
  ...[
    { id: "W1", what: "and merged in the time for verdicts", before: "old", earlier: { lines: 40, kept: 40, of: 42 }, verdict: SOLVED },
    {
      id: "W2",
      what: "to fill a placeholder of five lines, and merged then",
      before: "old",
      earlier: { lines: 5, kept: 5, of: 40 },
      verdict: "NoVote: LandedLate"
    },
    {
      id: "W3",
      what: "over a head of which nobody knows since when it was there, and merged then",
      before: "new",
      earlier: { lines: 40, kept: 40, of: 42 },
      verdict: "NoVote: LandedLate"
    }
  ].map(({ before, earlier, id, verdict, what }): PeopleCase => {
    const late = pullRequest({
      changedAt: DEADLINE + HOUR,
      mergedAt: DEADLINE + DAY,
      mergedBy: someone(MAINTAINER),
      answers: [answer("Approved", DEADLINE - DAY)],
      pushes: [{ at: DEADLINE + HOUR, before, ...(before === "old" ? { thereSince: DEADLINE - DAY } : {}) }],
      earlier: [{ head: before, ...earlier }]
    })
    return {
      id,
      what: `Alice's approved pull request is rebased an hour after the deadline, ${what}`,
      evidence: issue([closed(by(late), DEADLINE + DAY)]),
      verdict
    }
  }),
  ...[
    { id: "W4", what: "rebases it without a change", kept: 40, verdict: "Unsolved for alice and bob" },
    { id: "W5", what: "changes a line", kept: 39, verdict: "Unsolved for bob" }
  ].map(({ id, kept, verdict, what }): PeopleCase => {
    const asked = waits({
      changedAt: DEADLINE - DAY,
      thereSince: DEADLINE - DAY,
      answers: [{ ...answer("ChangesRequested", DEADLINE - 5 * DAY), head: "old", mayPush: true }],
      earlier: [{ head: "old", lines: 40, kept, of: 40 }]
    })
    return {
      id,
      what: `The project asks for changes five days before the deadline, and Alice ${what}`,
      evidence: issue([], { state: "open", linkedPullRequests: [asked] }),
      verdict
    }
  }),
  {
    id: "E7",
    what: "Alice, who lost, reopens her issue",
    evidence: issue([closed(by(bobs())), reopened(T + DAY, ALICE)], { state: "open", authorId: ALICE, writers: [ALICE, MAINTAINER] }),
    verdict: "Solved by bob with #58"
  }
]

/** The facts before the deadline, and once the time for verdicts is over. */
export const beforeDeadline = ({ facts }: PeopleCase) => withCompetition({ deadline: null, isOverdue: false, graceEnds: null, ...facts })
export const afterGrace = ({ facts }: PeopleCase) =>
  withCompetition({ deadline: DEADLINE, isOverdue: true, graceEnds: DEADLINE + 2 * DAY, ...facts })
