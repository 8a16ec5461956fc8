import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { examineOpenings } from "../../../src/consensus/audit/examineOpenings.ts"
import { openRecords } from "../../../src/domain/Opening.ts"
import { signedReport } from "../../../src/domain/Report.ts"
import { rootedIn } from "../../../src/domain/ScoredRecord.ts"
import { leafRules } from "../../../src/rules/contributions/leafRules.ts"
import { folder, root, run, runHere } from "../../support/cli/support.ts"
import { program } from "../../support/program.ts"
import { minersBehind, oneRepository, recordOf, report as someReport, validator } from "../../support/validator/reports.ts"

const OWN = join(root, "conformance/consensus.json")
const given = readFileSync(OWN, "utf8")
const { cases } = JSON.parse(given)

const piped = (args: ReadonlyArray<string>, input: string) =>
  Effect.promise(async () => {
    const child = Bun.spawn([...program, "simulate", "case", ...args], { stdin: new Blob([input]), stdout: "pipe", stderr: "pipe" })
    const [code, stdout, stderr] = await Promise.all([child.exited, new Response(child.stdout).text(), new Response(child.stderr).text()])
    return { code, stdout, stderr }
  })

/** What a claim could have said of a document. */
const told = ({
  repositories: _,
  cells,
  ...rest
}: {
  readonly repositories: unknown
  readonly cells: ReadonlyArray<Record<string, unknown>>
}) => ({
  ...rest,
  cells: cells.map(({ uid, repository, side, net }) => ({ uid, repository, side, net }))
})

const documentOf = ({ name, want }: { readonly name: string; readonly want: ReturnType<typeof told> }) => ({ name, ...want })

describe("gittensor simulate case", () => {
  it.live("prints what follows from each case on standard input, in the form of the input", () =>
    Effect.gen(function* () {
      const all = yield* piped(["-", "--json"], given)
      assert.deepStrictEqual([all.code, all.stderr], [0, ""])
      assert.deepStrictEqual(JSON.parse(all.stdout).cases.map(told), cases.map(documentOf))
      const one = yield* piped(["--json", "-"], JSON.stringify(cases[0]))
      assert.deepStrictEqual(told(JSON.parse(one.stdout)), documentOf(cases[0]))
      const lines = yield* piped(["-", "--json"], `${JSON.stringify(cases[0])}\n${JSON.stringify(cases[1])}\n`)
      assert.deepStrictEqual(
        lines.stdout
          .trimEnd()
          .split("\n")
          .map((line) => told(JSON.parse(line))),
        [cases[0], cases[1]].map(documentOf)
      )
    })
  )

  it.live("says of a proof which rule the report breaks, and what a proof lacks that shows nothing", () =>
    Effect.gen(function* () {
      const lie = recordOf(4, 1, { label: 3 })
      const report = { ...someReport(3), miners: minersBehind([lie]), ...rootedIn([lie], validator.address) }
      const signed = signedReport.sign(report, validator)
      const shown = new Map([[validator.address, openRecords([lie], validator.address, [0])]])
      const [finding = assert.fail()] = examineOpenings([signed], shown, leafRules(oneRepository))
      const roster = { "acme/gadgets": { emission_share: 1 } }
      const proven = yield* piped(["-"], JSON.stringify({ ...finding.proof, roster }))
      assert.deepStrictEqual([proven.code, proven.stderr], [1, "gittensor: 1 finding\n"])
      assert.match(
        proven.stdout,
        /^✗ the report [0-9a-f]{64} of epoch 3 by 5\w+ is false by itself \(roster\): record 0, .* never gives its label\n$/
      )
      const without = yield* piped(["-", "--json"], JSON.stringify(finding.proof))
      assert.strictEqual(without.code, 2)
      assert.include(without.stderr, "the report does not break that rule, as far as these openings show")
    })
  )

  it.scopedLive("tells people one line a case, and each UID of a single one", () =>
    Effect.gen(function* () {
      const all = yield* run(["simulate", "case", OWN])
      assert.deepStrictEqual([all.code, all.stderr], [0, ""])
      assert.strictEqual(all.stdout.trimEnd().split("\n").length, cases.length)
      assert.include(
        all.stdout,
        `${cases[1].name}: 66.66% of the stake reports, which is no quorum: validators keep their previous weights\n`
      )
      const one = yield* piped(["-"], JSON.stringify(cases[0]))
      assert.strictEqual(
        one.stdout,
        `${cases[0].name}: 66.66% of the stake reports; 2 cells
UID  repository  side    millionths of a point
1    a/b         author  10
2    a/b         author  30
UID  weight in ppm
1    250000
2    750000
`
      )
    })
  )

  it.scopedLive("ends with 1 when a claim is wrong, with a line for each finding, and with 2 when the input cannot be read", () =>
    Effect.gen(function* () {
      const home = yield* folder
      const file = join(home, "cases.json")
      const wrong = { ...cases[0], want: { ...cases[0].want, totalStake: "4" } }
      writeFileSync(file, JSON.stringify({ cases: [wrong, cases[1]] }))
      const text = yield* run(["simulate", "case", file])
      assert.deepStrictEqual([text.code, text.stderr], [1, "gittensor: 1 finding in 1 of 2 cases\n"])
      assert.include(text.stdout, "\n  ✗ totalStake is 3, and 4 is claimed\n")
      const json = yield* runHere(["simulate", "case", file, "--json"])
      assert.strictEqual(json.code, 1)
      assert.deepStrictEqual(JSON.parse(json.stdout).cases[0].findings, ["totalStake is 3, and 4 is claimed"])
      const missing = yield* runHere(["simulate", "case", join(home, "nothing")])
      assert.deepStrictEqual([missing.code, missing.stdout], [2, ""])
      assert.strictEqual(missing.stderr, `gittensor: ${join(home, "nothing")} can't be audited: there is no such file\n`)
      const malformed = yield* piped(["-", "--json"], '{"validators": [], "neurons": [{"uid": -1}]}')
      assert.deepStrictEqual([malformed.code, malformed.stdout], [2, ""])
      assert.include(malformed.stderr, "gittensor: standard input can't be audited: neurons[0]")
      const named = {
        ...cases[0],
        name: "one\nline\u0000\u001b[2J",
        want: { totalStake: "\u001b[31mred\nline" }
      }
      writeFileSync(file, JSON.stringify({ cases: [named] }))
      const shown = yield* runHere(["simulate", "case", file])
      assert.match(shown.stdout, /^one line \[2J: 66\.66%[^\n]*\n {2}✗ [^\n]* and \[31mred line is claimed\n/)
    })
  )
})
