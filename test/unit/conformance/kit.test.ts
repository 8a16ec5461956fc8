/** The conformance kit: this program runs each case from its file, as another program would. */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { REPORT_FORMAT } from "../../../src/domain/Report.ts"
import { expectedScorePpm } from "../../../src/elo/expectedScore.ts"
import { decayTowards } from "../../../src/elo/timeDecay.ts"
import { noVoteReasons } from "../../../src/rules/verdicts/noVoteReasons.ts"
import { changedSince, edition, renewed, todaysOutcomes } from "../../support/conformance/edition.ts"
import { epochWeights } from "../../support/conformance/epoch.ts"
import { lineFiles } from "../../support/conformance/kit.ts"
import { casesIn, documentIn, kitFiles, sectionsOf } from "../../support/conformance/lines.ts"
import { verdictOf, writtenVerdicts } from "../../support/conformance/verdicts.ts"

const Tables = Schema.Struct({ expected_ppm: Schema.Array(Schema.Int), decay_e8: Schema.Array(Schema.Int) })

describe("the conformance kit", () => {
  it.each(lineFiles())(
    "has this program's outcomes in $file, and every case that is written here (npm run generate)",
    ({ cases, outcomes }) => {
      for (const { name, play } of cases) assert.deepStrictEqual(JSON.parse(JSON.stringify(play())), outcomes.get(name), name)
      assert.strictEqual(outcomes.size, cases.length, "each has a name of its own")
    }
  )

  it("has outcomes that reports and weights follow from only as when this edition of the rules began", () => {
    const [recorded, today] = [edition(), todaysOutcomes()]
    assert.strictEqual(recorded.format, REPORT_FORMAT)
    const what =
      "another outcome is another edition: raise REPORT_FORMAT, or say with scripts/conformance.ts --although why no report differs"
    assert.deepStrictEqual(changedSince(recorded, today), [], what)
    assert.deepStrictEqual(Object.keys(recorded.outcomes), Object.keys(today), "npm run generate")
    // A change is kept from being recorded by the way, and another edition has outcomes of its own.
    const [name = ""] = Object.keys(today)
    const other = { ...today, [name]: "changed" }
    assert.deepStrictEqual(changedSince(renewed(recorded, other), other), [name])
    assert.deepStrictEqual(changedSince(renewed({ ...recorded, format: "gittensor/report/v0" }, other), other), [])
    assert.deepStrictEqual(changedSince(renewed(recorded, other, "it is tried"), other), [])
  })

  it("has in each file the sections of docs/protocol.md that decide it, and in each of these its files", () => {
    const protocol = readFileSync(new URL("../../../docs/protocol.md", import.meta.url), "utf8")
    const named = protocol.split(/^## /m).flatMap((section) => {
      const anchor = section
        .split("\n", 1)
        .join()
        .toLowerCase()
        .replaceAll(/[^a-z ]/g, "")
        .replaceAll(" ", "-")
      return [...section.matchAll(/\(\.\.\/conformance\/(\w[\w-]*\.jsonl?)\)/g)].map(([, file = ""]) => `${anchor} ${file}`)
    })
    assert.sameMembers(
      named,
      kitFiles().flatMap((file) => sectionsOf(file).map((anchor) => `${anchor} ${file}`))
    )
  })

  it("has this program's tables", () => {
    const tables = Schema.decodeUnknownSync(Tables)(documentIn("tables.json"))
    assert.deepStrictEqual(
      tables.expected_ppm,
      Array.from({ length: 61 }, (_, step) => expectedScorePpm(25_000 * step, 0))
    )
    // A fifth of each, which is what a milli-point shows exactly.
    assert.deepStrictEqual(
      tables.decay_e8.map((factor) => Math.round(factor / 5)),
      Array.from({ length: 31 }, (_, day) => decayTowards(20_000_000, 0, day * 7_200, 216_000))
    )
  })

  it("has an epoch of the demo, whose reports come to the weights that its validators set", () => {
    const { followed, set } = epochWeights()
    assert.deepStrictEqual(followed, set)
  })

  it("has a case of every reason for which somebody is left out", () => {
    const outcomes = ["pairs.jsonl", "rules.jsonl"].flatMap(casesIn).map((line) => JSON.stringify(JSON.parse(line).outcome))
    const reasons = ["NotRegistered", "NotRated", "RatingTooLow", "CollateralTooLow", "AtMaxCompetitions", "PairedThisRound"]
    const refusals = ["another hotkey", "another subnet", "another epoch", "no commitment", "not the committed report"]
    const falsehoods = ["empty", "total", "validator", "cell", "order", "product", "roster"]
    const all = [...reasons, "FieldTooSmall", "NoTwoFit", "SameColdkey", "MetTwice", ...refusals, ...falsehoods]
    assert.deepStrictEqual(
      all.filter((why) => !outcomes.some((outcome) => outcome?.includes(`"${why}"`))),
      []
    )
  })

  it("has every verdict, and a record that people wrote for every reason for no vote", () => {
    const found = writtenVerdicts.map(verdictOf)
    assert.sameMembers([...new Set(found.map(({ _tag }) => _tag))], ["Solved", "Cancelled", "Unsolved", "NoVote"])
    const reasons = found.flatMap((outcome) => (outcome._tag === "NoVote" ? [outcome.why] : []))
    assert.sameMembers([...new Set(reasons)], Object.keys(noVoteReasons))
  })
})
