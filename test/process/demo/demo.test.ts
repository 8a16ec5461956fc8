import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it, onTestFinished } from "vitest"
import { checkSummary, fact, hasShared, shared, start, summaryOf } from "../../support/demo.ts"

/** Made-up facts. Keeper is the repository's maintainer. */
const madeUp = [
  ...[1, 2, 3, 4, 5].map((number) => fact(number, "keeper", [])),
  // The account with this login has been renamed since.
  fact(20, "ada/lovelace[bot]", [10], { author: { id: 901, login: "ada/lovelace[bot]" }, authored_at: "2026-02-01T10:00:00+0530" }),
  fact(21, "brin", [11, 12], {
    title: 'Revert "Change 20 (#20)"\n\nReverts #20',
    repository: "Made/Up",
    merge_commit_sha: null,
    more: []
  }),
  fact(22, "validator-1", [13], { author: { id: null, login: "validator-1" }, title: "" }),
  fact(26, "ada", [], { author: { id: 901, login: "ada" } }),
  // Closed by two pull requests or by the maintainer: no bounty.
  fact(23, "ada", [14]),
  fact(24, "brin", [14]),
  fact(25, "keeper", [15])
]
const madeUpSolved = [
  ["made/up", 10, "ada/lovelace[bot]", 20],
  ["Made/Up", 11, "brin", 21],
  ["Made/Up", 12, "brin", 21],
  ["made/up", 13, "validator-1", 22]
]

const linesOf = (repository: string) =>
  readFileSync(join(shared, `${repository}.jsonl`), "utf8")
    .trim()
    .split("\n")
/**
 * Facts of real repositories with three issues: the whole history of one with a single suitable issue, and the latest pull requests of one with
 * hundreds.
 */
const real = hasShared ? [...linesOf("entrius__gittensor"), ...linesOf("JSONbored__gittensory").slice(0, 40)] : []
const realSolved = hasShared
  ? [
      ["entrius/gittensor", 297, "bitloi", 302],
      ["JSONbored/gittensory", 8215, "anon-dc85ec0e", 8233],
      ["JSONbored/gittensory", 8231, "RealDiligent", 8254]
    ]
  : []
const solved = [...madeUpSolved, ...realSolved]

/** In milliseconds. Long enough for every connection to be given up, and for every request to time out. */
const FREEZE = 25_000

describe("the demo", () => {
  it(`finds the true solver for new${hasShared ? " and real" : ""} facts and pays every bounty once, even though its chain stands still twice and validators are killed three times`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "gittensor-facts-"))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, "facts.jsonl")
    writeFileSync(file, `${[...madeUp, ...real].join("\n")}\n`)
    // One more than the facts have.
    const wanted = solved.length + 1
    const { output, ended, seen } = start("--json", "--github-data", file, "--exit-after", String(wanted), "--kill-validators", "3")
    const freezeAt = async (moment: RegExp) => {
      await seen(moment)
      const chain = Number(/runs at ws\S+ as process (\d+)/.exec(output.err)?.[1])
      process.kill(chain, "SIGSTOP")
      await Bun.sleep(FREEZE)
      process.kill(chain, "SIGCONT")
    }
    // While the set-up's transactions are sent, and while the validators start.
    await freezeAt(/create treasury: /)
    await freezeAt(/adds validator 1 to the contract/)
    const { summary, log } = await summaryOf({ output, ended })
    checkSummary(summary, solved.length)
    assert.strictEqual(log.match(/the chain moves again/g)?.length, 2, log)
    assert.strictEqual(log.match(/with SIGKILL/g)?.length, 3, log)
    assert.isAtLeast(log.match(/is started again/g)?.length ?? 0, 3, log)
    assert.notMatch(log, /Validator[123]\b/)
    assert.isAtLeast(summary.agreedEpochs ?? 0, 1, log)
    assert.match(log, /validator 1, validator 2 and validator 3 committed the hash of a report of epoch \d+/)
    assert.match(log, /agree on epoch \d+ by 3 reports: 10% to the treasury \(UID \d+\).*; their weights on the chain are equal/)
    assert.match(log, /agree on epoch \d+ by 3 reports: .*; the liar signed two different reports, and neither counts/)
    assert.sameDeepMembers(
      summary.bounties.map(({ repository, number, winner, pullRequest }) => [repository, number, winner, pullRequest]),
      solved
    )
    assert.match(summary.shortfall ?? "", new RegExp(`^${wanted} issues were asked for, and the data has`))
    assert.include(log, summary.shortfall ?? "?")
  })
})
