/** A miner's status shows its pull requests for a match, including those of earlier matches, and whether they count. */
import { assert, describe, it } from "@effect/vitest"
import { statusLines } from "../../../src/cli/mine/status.ts"
import { AccountAddress } from "../../../src/domain/Account.ts"
import type { ShownPullRequest } from "../../../src/layers/github/display/GitHubDisplay.ts"
import { type Names, noNames } from "../../../src/roles/miner/names.ts"
import { ownPulls } from "../../../src/roles/miner/ownPulls.ts"
import type { MinerCompetition } from "../../../src/roles/miner/status.ts"
import { key } from "../../support/axon/support.ts"
import { HEAD, status, voted } from "../terminal/fixture.ts"

const ME = 7

/** A block each second. */
const moment = (block: number) => ({ block, at: block * 1_000, estimated: false })

const match = (id: number, from: number, change: Partial<MinerCompetition> = {}): MinerCompetition => ({
  id,
  issue: 3,
  repository: "acme/widgets",
  number: 42,
  bounty: 1n,
  atStake: { collateral: 0n, slash: 0n },
  opponent: { uid: 2, hotkey: key(2).address, ratingMilliPoints: null },
  phase: "over",
  outcome: "expired",
  pullRequest: null,
  startedAt: moment(from),
  submissionsFrom: moment(from + 10),
  deadline: moment(from + 50),
  payee: null,
  ballot: null,
  ...change
})

const running = match(9, 300, { phase: "submissions", outcome: "running", payee: key(1).address })
const miner = { ...status, githubAccount: ME, competitions: [running, match(5, 100), match(2, 0), match(4, 20, { issue: 8 })] }

const pull = (number: number, openedAt: number, change: Partial<ShownPullRequest> = {}): ShownPullRequest => ({
  repository: "ACME/widgets",
  number,
  title: "",
  state: "open",
  draft: false,
  checks: null,
  review: null,
  author: "me",
  authorId: ME,
  createdAt: openedAt * 1_000,
  mergedAt: null,
  closedAt: null,
  additions: 1,
  deletions: 0,
  files: 1,
  isLinked: false,
  ...change
})

const shown = [
  pull(1, -1),
  pull(2, 20),
  pull(3, 110),
  pull(4, 151),
  pull(5, 305),
  pull(6, 310, { draft: true }),
  pull(7, 120, { state: "closed", closedAt: 299_000 }),
  pull(8, 120, { state: "closed", closedAt: 301_000 }),
  pull(9, 120, { authorId: 8 }),
  pull(10, 120, { repository: "acme/other" })
]

describe("a miner's pull requests for a match", () => {
  it("are those of the match, and what is left over from earlier ones, which counts if it was opened in time there", () => {
    assert.deepStrictEqual(
      ownPulls(miner, running, shown).map(({ competition, early, number }) => [number, competition, early]),
      [
        [1, null, true],
        [2, 2, false],
        [3, 5, false],
        [4, 5, true],
        [5, 9, true],
        [6, 9, false],
        [8, 5, false]
      ]
    )
  })

  it("are too early before pull requests count, unless an earlier match has them", () => {
    const window = match(9, 300, { phase: "window", outcome: "running" })
    assert.deepStrictEqual(
      ownPulls({ ...miner, competitions: [window, match(5, 100)] }, window, [pull(3, 110), pull(6, 310)]).map(({ early }) => early),
      [false, true]
    )
  })

  it("stand in the status, with what it means that one waits", () => {
    const text = statusLines(miner, { ...noNames, pulls: new Map([[3, shown]]) }).join("\n")
    assert.include(
      text.replaceAll(/\n {6}/g, " "),
      "pull request #3: open; left over from match 5: it counts here too; waits for a maintainer"
    )
    assert.include(text.replaceAll(/\n {6}/g, " "), "pull request #6: draft; opened in time\n")
    assert.notInclude(text, "#7")
    assert.notInclude(statusLines(miner).join("\n"), "pull request #", "GitHub was not asked")
  })

  it("have their author by name wherever the status names the two", () => {
    const choice = (hotkey: string) => ({ _tag: "Solved", hotkey: AccountAddress.make(hotkey), pullRequest: 3 }) as const
    const rival = key(2).address
    const { ballot } = voted(
      { choice: choice(miner.hotkey), weight: 200n, since: HEAD - 9 },
      { choice: choice(rival), weight: 50n, since: HEAD - 9 },
      { choice: choice(key(3).address), weight: 50n, since: HEAD - 9 }
    )
    const one = { ...miner, competitions: [{ ...running, ballot }] }
    const logins = new Map([
      [miner.hotkey, "hazel-rook"],
      [rival, "amber-kite"]
    ])
    const lines = (names: Partial<Names>) =>
      statusLines(one, { ...noNames, ...names })
        .join("\n")
        .replaceAll(/\n {6,8}/g, " ")
    assert.match(lines({ logins }), /^\S*hazel-rook\S* {2}UID 7 since/)
    assert.include(lines({ logins }), `  hotkey ${miner.hotkey}`)
    assert.include(lines({ logins }), "solved by you, #3 has 66.66%")
    assert.include(lines({ logins }), "solved by amber-kite, #3: 16.66%")
    assert.include(lines({ logins }), `solved by ${key(3).address}, #3: 16.66%`)
    assert.include(lines({}), "solved by UID 2, #3: 16.66%")
    assert.include(lines({}).split("\n")[0], miner.hotkey)
  })

  it("are nobody's while no account is linked", () => {
    assert.deepStrictEqual(ownPulls({ ...miner, githubAccount: null }, running, [pull(1, 310, { authorId: null })]), [])
  })
})
