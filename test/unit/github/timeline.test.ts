/** The events of a pull request from GitHub's timeline, in forms that the simulated GitHub does not produce. */
import { assert, describe, it } from "@effect/vitest"
import { type Played, playsOf } from "../../../src/layers/github/display/timeline.ts"

type Push = NonNullable<Played["pushes"]["nodes"][number]>

const QUIET: Played = {
  id: "PR_1",
  title: "Save twice",
  createdAt: 100,
  state: "OPEN",
  isDraft: false,
  reviewDecision: null,
  mergedAt: null,
  closedAt: null,
  mergedBy: null,
  author: { login: "bob" },
  changes: { nodes: [] },
  reviews: { nodes: [] },
  pushes: { totalCount: 0, nodes: [] },
  mentions: { nodes: [] }
}

const run = (conclusion: string | null, completedAt: number | null) => ({ __typename: "CheckRun", conclusion, completedAt }) as const

const commit = (
  oid: string,
  committedDate: number,
  checks: { readonly state: string; readonly runs: ReadonlyArray<ReturnType<typeof run>> } | null = null
): Push => ({
  __typename: "PullRequestCommit",
  id: `PRC_${oid}`,
  commit: { oid, committedDate, statusCheckRollup: checks === null ? null : { state: checks.state, contexts: { nodes: checks.runs } } }
})

const withPushes = (nodes: ReadonlyArray<Push>, totalCount = nodes.length, more: Partial<Played> = {}): Played => ({
  ...QUIET,
  ...more,
  pushes: { totalCount, nodes }
})

const told = (played: Played) => playsOf(played).map(({ kind, at, commit: of, times }) => [at, kind, of, times])

describe("a pull request's timeline", () => {
  it("counts commits made before the opening to the opening, and tells those after it in a row as one", () => {
    assert.deepStrictEqual(told(withPushes([commit("a", 50), commit("b", 100), commit("c", 150), commit("d", 160)])), [
      [100, "opened", null, 1],
      [160, "pushed", "d", 2]
    ])
  })

  it("says how many pushes GitHub has beyond those that are read", () => {
    assert.deepStrictEqual(told(withPushes([commit("c", 150)], 5_000)), [
      [100, "opened", null, 1],
      [150, "pushed", "c", 5_000]
    ])
  })

  it("takes the end of the last check for passing, and that of the first failure for failing", () => {
    const checks = (state: string, ...runs: ReadonlyArray<ReturnType<typeof run>>) =>
      told(withPushes([commit("a", 50, { state, runs })])).slice(1)
    assert.deepStrictEqual(checks("SUCCESS", run("SUCCESS", 120), run("SKIPPED", 130), run("NEUTRAL", 125)), [[130, "passing", "a", 1]])
    assert.deepStrictEqual(checks("SUCCESS", run("SUCCESS", 60)), [[100, "passing", "a", 1]])
    assert.deepStrictEqual(checks("FAILURE", run("SUCCESS", 110), run("TIMED_OUT", 130), run("FAILURE", 120)), [[120, "failing", "a", 1]])
    assert.deepStrictEqual(checks("PENDING", run("SUCCESS", 110), run(null, null)), [])
    assert.deepStrictEqual(told(withPushes([commit("a", 50)])).slice(1), [])
  })

  it("orders what happened at one moment by its kind, then by GitHub's id, whatever the order in which GitHub lists it", () => {
    const changes = (["ReopenedEvent", "ClosedEvent", "ReadyForReviewEvent"] as const).map((__typename, place) => ({
      __typename,
      id: `E_${place}`,
      createdAt: 200,
      actor: null
    }))
    const one = { ...QUIET, changes: { nodes: changes } }
    const other = { ...QUIET, changes: { nodes: changes.toReversed() } }
    assert.deepStrictEqual(
      told(one).map(([, kind]) => kind),
      ["openedAsDraft", "ready", "closed", "reopened"]
    )
    assert.deepStrictEqual(playsOf(other), playsOf(one))
  })

  it("does not tell that a merge closes as well, nor what strangers' pull requests call a revert", () => {
    const closed = { __typename: "ClosedEvent", id: "E_1", createdAt: 300, actor: null } as const
    const mention = (id: string, isCrossRepository: boolean, title: string, mergedAt: number | null) => ({
      id,
      isCrossRepository,
      source: { __typename: "PullRequest", title, mergedAt, mergedBy: null } as const
    })
    const merged = {
      ...QUIET,
      mergedAt: 300,
      changes: { nodes: [closed] },
      mentions: {
        nodes: [
          mention("M_1", true, 'Revert "Save twice"', 310),
          mention("M_2", false, 'Revert "Save once"', 310),
          mention("M_3", false, 'Revert "Save twice"', null)
        ]
      }
    }
    assert.deepStrictEqual(
      told(merged).map(([, kind]) => kind),
      ["opened", "merged"]
    )
    const reverted = { ...merged, mentions: { nodes: [mention("M_4", false, 'Revert "Save twice"', 320)] } }
    assert.deepStrictEqual(told(reverted).at(-1), [320, "reverted", null, 1])
  })
})
