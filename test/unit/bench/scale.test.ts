/** What docs/scale.md derives: a subnet's needs and the walls in its way, on figures that can be computed by hand. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Schema, Struct } from "effect"
import { busiest, historyOf } from "../../../bench/scale/history.ts"
import { smallMachine, subnetOf, WALLS } from "../../../bench/scale/limits.ts"
import { grown, type Limit, type Machine, needsOf, type Subnet, wallOf } from "../../../bench/scale/model.ts"
import { costsOf, figuresText, readFigures, ScaleFigures, type UnitCosts } from "../../../bench/scale/units.ts"

const costs: UnitCosts = {
  restFirst: 1,
  pointsFirst: 1,
  restNew: 4,
  pointsNew: 1,
  pointsLater: 0.05,
  listQuestions: 3,
  cpuLater: 0.001,
  cpuRestarted: 0.002,
  cpuMegabyte: 0.5,
  fileMegabytes: 0.04,
  commitsBytesPull: 1_000,
  commitsBytesMegabyte: 250_000,
  scoredBytes: 500,
  filesBytes: 200,
  evidenceBytes: 300,
  reportBytes: 100,
  eventRows: 2,
  eventBytes: 1_000,
  blockBytes: 200,
  eventCpu: 0.01,
  requestsBlock: 3,
  requestsRound: 10,
  requestsIssue: 0.5,
  blockSeconds: 0.01,
  attestSeconds: 0.0015,
  blockWeightSeconds: 3
}

const subnet: Subnet = {
  repositories: 2,
  pullRequests: 3_000,
  listedPerPullRequest: 1.4,
  windowDays: 30,
  comparedFiles: 5,
  openIssues: 10,
  competitionsADay: 1,
  competitionDays: 14,
  miners: 256,
  validators: 20,
  // An hour.
  epochBlocks: 300,
  roundBlocks: 300,
  attestBlocks: 50,
  competitionsAMiner: 1
}

const machine: Machine = {
  tokens: 1,
  cores: 2,
  diskBytes: 10_000_000_000,
  perTokenHour: 4_000,
  questionsATokenMinute: 720,
  stepMinutes: 10,
  commitCacheBytes: 500_000_000,
  fileCacheBytes: 100_000_000,
  scoreCacheBytes: 10_000_000,
  pullRequestsInMemory: 20_000,
  pullRequestsAtOnce: 8
}

const near = (found: number, wanted: number) => assert.approximately(found, wanted, Math.abs(wanted) * 1e-9)

describe("the needs of a subnet", () => {
  it("are costs by counts", () => {
    const needs = needsOf(costs, subnet, machine)
    const fresh = 3_000 / 30 / 24
    const wanted = {
      newPullRequests: fresh,
      // 42 pages of lists, and 3 questions for each of 2 repositories.
      rest: fresh * 4 + 48,
      restUsually: fresh * 4,
      points: fresh + 150,
      tokensByRest: (fresh * 4 + 48) / 4_000,
      tokensByQuestions: (fresh * 5 + 198) / 7_200,
      tokens: (fresh + 150) / 4_000,
      mainSeconds: 3,
      parsingSeconds: fresh * 0.1,
      firstRest: 3_048,
      firstPoints: 3_000,
      firstTokens: 0.762,
      firstHours: 0.762,
      firstParsingHours: 300 / 3_600,
      commitCacheBytes: 153_000_000,
      scoreCacheBytes: 1_500_000,
      evidenceBytes: 900_000,
      // 256 miners' scores take 25,600 bytes of each of 20 reports.
      diskBytes: 900_000 * 24 * 30 + 25_600 * 20 * 24 * 365 + 153_000_000 + 3_000_000 + 1_500_000,
      attestations: 200,
      attestationBlocks: 0.1,
      runningCompetitions: 14,
      eventsADay: 200 + 8 + 40,
      rowsADay: 248 * 2 + 7_200,
      databaseBytesADay: 248_000 + 1_440_000,
      indexCores: 2.48 / 86_400,
      requestsARound: 15
    }
    for (const key of Struct.keys(wanted)) near(needs[key], wanted[key])
  })

  it("jump when a round finds no scores of the last one on disk", () => {
    const ten = (change: Partial<Machine>) => needsOf(costs, grown(subnet, 10), { ...machine, ...change })
    const fresh = 30_000 / 30 / 24
    near(ten({}).points, fresh + 1_500 + 30_000)
    near(ten({}).mainSeconds, 60)
    // With room for texts, GitHub is not asked; with room for scores, nothing else is needed; with room in memory, nothing is even read.
    near(ten({ commitCacheBytes: 2e9 }).points, fresh + 1_500)
    near(ten({ scoreCacheBytes: 2e7 }).points, fresh + 1_500)
    near(ten({ scoreCacheBytes: 2e7 }).mainSeconds, 60)
    near(ten({ scoreCacheBytes: 2e7, pullRequestsInMemory: 30_000 }).mainSeconds, 30)
    near(ten({}).parsingSeconds, fresh * 0.1)
    near(ten({ fileCacheBytes: 29_999_999 }).parsingSeconds, 3_000)
    near(ten({ fileCacheBytes: 29_999_999, scoreCacheBytes: 2e7 }).parsingSeconds, fresh * 0.1)
  })

  it("never fall when the subnet grows, with the measured costs", () => {
    const figures = readFigures()
    const at = (times: number) => needsOf(costsOf(figures), grown(subnetOf(figures), times), smallMachine)
    const sizes = [0.1, 0.5, 1, 2, 3, 5, 7, 10, 20, 50, 100, 200, 500, 1_000, 10_000]
    for (const [place, times] of sizes.slice(1).entries()) {
      const [before, after] = [at(sizes[place] ?? 0), at(times)]
      for (const key of Struct.keys(after)) assert.isAtLeast(after[key], before[key], `${key} at ${times} times`)
    }
    assert.isAbove(at(10).pullRequests, at(1).pullRequests * 9.9)
  })
})

describe("a wall", () => {
  const of = (need: Limit["need"], limit: Limit["limit"]) => wallOf({ name: "", need, limit }, costs, subnet, machine)

  it("stands where the need meets the limit", () => {
    near(
      of(
        ({ pullRequests }) => pullRequests,
        ({ pullRequestsInMemory }) => pullRequestsInMemory
      ),
      20_000 / 3_000
    )
    near(
      of(
        ({ attestationBlocks }) => attestationBlocks,
        (_, { attestBlocks }) => attestBlocks
      ),
      500
    )
    near(
      of(
        ({ runningCompetitions }) => runningCompetitions,
        (_, { miners }) => miners / 2
      ),
      128 / 14
    )
    // Also where the need jumps.
    near(
      of(
        ({ tokensByPoints }) => tokensByPoints,
        ({ tokens }) => tokens
      ),
      20_000 / 3_000
    )
  })

  it("is passed already where today's need is above the limit, and nowhere when the need does not grow", () => {
    near(
      of(
        ({ pullRequests }) => pullRequests,
        () => 1_500
      ),
      0.5
    )
    assert.strictEqual(
      of(
        ({ requestsABlock }) => requestsABlock,
        () => 3
      ),
      Number.POSITIVE_INFINITY
    )
  })

  it("moves away, and never closer, by the change that docs/scale.md names", () => {
    const figures = readFigures()
    const [measured, today] = [costsOf(figures), subnetOf(figures)]
    for (const wall of WALLS) {
      const before = wallOf(wall, measured, today, smallMachine)
      const after = wallOf(wall, measured, { ...today, ...wall.by.subnet }, { ...smallMachine, ...wall.by.machine })
      assert.isAbove(after, before, wall.name)
    }
  })
})

describe("the figures in docs/scale.json", () => {
  it("are read as they are written, with the command of each", () => {
    const history = { command: "c", repositories: 1, mergedInWindow: 2, files: 3, comparedFiles: 2.5 }
    const read = Schema.decodeUnknownSync(Schema.parseJson(ScaleFigures))(
      figuresText("a machine", history, { ...costs, restFirst: 1.23456 })
    )
    assert.deepStrictEqual(costsOf(read), { ...costs, restFirst: 1.235 })
    assert.deepStrictEqual(read.history, history)
    assert.include(read.units.attestSeconds.command, "bench -- contract")
    assert.throws(() => figuresText("a machine", history, { ...costs, eventRows: 1 / 0 }))
  })
})

describe("histories", () => {
  it("have their busiest 30 days found", () => {
    const day = 86_400_000
    assert.strictEqual(busiest([]), 0)
    assert.strictEqual(busiest([70 * day, 0, day, 29.5 * day, 30 * day, 30.5 * day]), 4)
  })

  it("are counted by repository, with the files whose trees are compared", () => {
    const folder = mkdtempSync(join(tmpdir(), "gittensor-history-"))
    const one = (repository: string, day: string, ...paths: ReadonlyArray<string>) =>
      JSON.stringify({ repository, merged_at: `2026-${day}T12:00:00-07:00`, files: paths.map((path) => ({ path, additions: 1 })) })
    const lines = [one("a/b", "01-01", "src/a.ts", "README.md"), one("a/b", "03-01", "x.py"), one("c/d", "01-01", "logo.png")]
    writeFileSync(join(folder, "history.jsonl"), `${lines.join("\n")}\n`)
    const found = historyOf([join(folder, "history.jsonl")])
    rmSync(folder, { recursive: true })
    assert.deepStrictEqual(found, { repositories: 2, mergedInWindow: 2, files: 1.33, comparedFiles: 0.67 })
  })
})
