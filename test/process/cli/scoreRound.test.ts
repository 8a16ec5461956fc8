import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { folder, root, run } from "../../support/cli/support.ts"
import { program } from "../../support/program.ts"
import { differences, Want } from "../../unit/scoring/rules/rounds.ts"

/** In ms. Processes start slowly on a busy machine. */

const OWN = join(root, "test/unit/scoring/round.jsonl")
const given = readFileSync(OWN, "utf8")
const { want } = Schema.decodeUnknownSync(Schema.parseJson(Schema.Struct({ want: Want })))(given)
const printed = Schema.decodeUnknownSync(
  Schema.parseJson(Schema.Struct({ rewards: Want.fields.rewards, pull_requests: Want.fields.pull_requests }))
)

const written = (name: string, text: string | Uint8Array) =>
  Effect.map(folder, (home) => {
    writeFileSync(join(home, name), text)
    return join(home, name)
  })

const round = { now: "2026-08-01T12:00:00Z", repos: {}, uids: {}, pulls: {}, issues: {}, files: {} }

describe("gittensor score-round", () => {
  it.scopedLive("prints a file's rewards and pull requests as one line of JSON", () =>
    Effect.gen(function* () {
      const { code, stdout, stderr } = yield* run(["score-round", OWN])
      assert.deepStrictEqual([code, stderr], [0, ""])
      assert.strictEqual(stdout.trimEnd().split("\n").length, 1)
      assert.deepStrictEqual(Object.keys(JSON.parse(stdout)), ["rewards", "pull_requests", "pools"])
      assert.deepStrictEqual(differences(printed(stdout), want), [])
    })
  )

  it.scopedLive("reads standard input, and scores with another roster's weights", () =>
    Effect.gen(function* () {
      const roster = { version: 1, repositories: {}, languages: {}, token_weights: { structural_bonus: {}, leaf_tokens: {} } }
      const file = yield* written("roster.json", JSON.stringify(roster))
      const child = Bun.spawn([...program, "score-round", "-", "--roster", file, "--json"], {
        stdin: new Blob([given]),
        stdout: "pipe",
        stderr: "pipe"
      })
      const [code, stdout, stderr] = yield* Effect.promise(() =>
        Promise.all([child.exited, new Response(child.stdout).text(), new Response(child.stderr).text()])
      )
      assert.deepStrictEqual([code, stderr], [0, ""])
      const { pull_requests } = printed(stdout)
      assert.strictEqual(pull_requests.length, want.pull_requests.length)
      assert.deepStrictEqual(
        pull_requests.map(({ token_score }) => token_score),
        pull_requests.map(() => 0)
      )
    })
  )

  it.scopedLive("pays a roster's pools and the round's treasury, and names the pools that it recycles in one line", () =>
    Effect.gen(function* () {
      const emission = {
        version: 1,
        pools: {
          work: { kind: "oss_contributions", share: 0.5 },
          bounties: { kind: "issue_competitions", share: 0.2 },
          essays: { kind: "essays", share: 0.1 }
        }
      }
      const roster = { version: 1, repositories: {}, languages: {}, token_weights: { structural_bonus: {}, leaf_tokens: {} }, emission }
      const file = yield* written("roster.json", JSON.stringify(roster))
      const input = yield* written("round.json", JSON.stringify({ ...round, uids: { "0": null, "7": null }, treasury_uid: 7 }))
      const { code, stdout, stderr } = yield* run(["score-round", input, "--roster", file])
      assert.strictEqual(code, 0)
      assert.deepStrictEqual(JSON.parse(stdout), {
        rewards: { "0": 0.8, "7": 0.2 },
        pull_requests: [],
        pools: [
          { name: "bounties", kind: "issue_competitions", share: 0.2, goes_to: "treasury" },
          { name: "essays", kind: "essays", share: 0.1, goes_to: "recycled" },
          { name: "work", kind: "oss_contributions", share: 0.5, goes_to: "miners" }
        ]
      })
      assert.strictEqual(stderr.trimEnd().split("\n").length, 1)
      assert.include(stderr, "this program does not compute these pools, and their shares are recycled: essays (kind essays, share 0.1)")
    })
  )

  it.scopedLive.each([
    ["no JSON", "{", "is not a recorded round: it is not JSON"],
    ["no text", Uint8Array.of(0x22, 0xff, 0x22), "is not a recorded round: it is not UTF-8"],
    [
      "a figure out of its range",
      JSON.stringify({ ...round, repos: { "a/b": { emission_share: 1, maintainer_cut: 0.6 } } }),
      'is not a recorded round: repos["a/b"].maintainer_cut: '
    ]
  ] as const)("refuses %s in one line with its place, and exit code 2", ([name, text, expected]) =>
    Effect.gen(function* () {
      const file = yield* written("round.json", text)
      const { code, stdout, stderr } = yield* run(["score-round", file])
      assert.deepStrictEqual([code, stdout], [2, ""], name)
      assert.strictEqual(stderr.trimEnd().split("\n").length, 1)
      assert.include(stderr, expected)
    })
  )

  it.scopedLive("names a file that is missing or a folder, and a roster that cannot be used", () =>
    Effect.gen(function* () {
      const home = yield* folder
      const missing = yield* run(["score-round", "/nowhere/round.json"])
      assert.deepStrictEqual(
        [missing.code, missing.stderr],
        [2, "gittensor: /nowhere/round.json is not a recorded round: there is no such file\n"]
      )
      const directory = yield* run(["score-round", home])
      assert.deepStrictEqual([directory.code, directory.stderr], [2, `gittensor: ${home} is not a recorded round: it is a folder\n`])
      const roster = yield* written("roster.json", JSON.stringify({ version: 1, repositories: { "a/b": {} } }))
      const wrong = yield* run(["score-round", OWN, "--roster", roster])
      assert.strictEqual(wrong.code, 2)
      assert.include(wrong.stderr, 'can\'t be used: repositories["a/b"].emission_share: is missing')
    })
  )
})
