/** `gittensor mcp` without a chain: its tools, those that need no chain, and the errors when the node is unreachable. */
import { spawnSync } from "node:child_process"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { startAgent } from "../../support/cli/agent.ts"
import { folder, root, secret } from "../../support/cli/support.ts"
import { fullStory } from "../../support/github/contributionStory.ts"

const CONTRACT = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"

const git = (home: string, ...args: ReadonlyArray<string>) => {
  const { status, stderr } = spawnSync("git", ["-C", home, "-c", "user.name=a", "-c", "user.email=a@example.org", ...args], {
    encoding: "utf8"
  })
  assert.strictEqual(status, 0, stderr)
}

/** A repository with a branch that only copies a license. */
const repository = Effect.map(folder, (home) => {
  const write = (name: string, text: string) => {
    mkdirSync(join(home, "src"), { recursive: true })
    writeFileSync(join(home, "src", name), text)
    git(home, "add", "-A")
    git(home, "commit", "-q", "-m", `Add ${name}`)
  }
  git(home, "init", "-q", "-b", "main")
  write("a.ts", "export const a = 1\n")
  git(home, "checkout", "-q", "-b", "work")
  write("b.ts", "export const twice = (n: number): number => n * 2\n")
  return home
})

describe("an agent without a chain", () => {
  it.scopedLive("is told of the tools that the documents name, checks a branch, and has a score explained", () =>
    Effect.gen(function* () {
      const { url, tokens } = yield* fullStory()
      const token = secret(tokens[0] ?? "")
      // Repositories alone are scored as the subnet's program does, without git's record, which this stand-in does not serve.
      const roster = join(yield* folder, "repositories.json")
      writeFileSync(roster, JSON.stringify({ "acme/widgets": { emission_share: 1 } }))
      const { client, call, fails, close } = yield* startAgent({
        env: { GITTENSOR_GITHUB_URL: url, GITTENSOR_GITHUB_TOKEN: token, GITTENSOR_GITHUB_PAUSE: "1 millis", GITTENSOR_ROSTER: roster }
      })
      const { tools } = yield* Effect.promise(() => client.listTools())
      const [, table = ""] = readFileSync(join(root, "docs/agents.md"), "utf8").split("## The tools")
      const named = table
        .split("\n## ", 1)[0]
        ?.split("\n")
        .flatMap((line) => (line.startsWith("| `") ? [...(line.split("|")[1] ?? "").matchAll(/`(\w+)`/g)].map(([, name]) => name) : []))
      assert.deepStrictEqual(tools.map(({ name }) => name).toSorted(), named?.toSorted())
      for (const { name, description, inputSchema, outputSchema, annotations } of tools) {
        assert.isAbove(description?.length ?? 0, 40, name)
        assert.deepStrictEqual([inputSchema.type, outputSchema?.type], ["object", "object"], name)
        assert.strictEqual(annotations?.readOnlyHint, name !== "enrol" && name !== "skip", name)
      }

      const home = yield* repository
      const { found, text } = yield* call("check", { subject: home, base: "main" })
      assert.deepInclude(found, { pullRequest: null, passed: true, findings: [], comparedWith: 0, verification: null })
      assert.include(text, "src/b.ts")
      yield* fails("check", { subject: join(home, "nowhere") }, "nowhere")
      yield* fails("check", { subject: home, head: "no-such-branch" }, "no-such-branch")

      const score = yield* call("explain_score", { pullRequest: "acme/widgets#3" })
      assert.deepInclude(score.found, { pullRequest: "acme/widgets#3", state: "MERGED" })
      assert.include(score.text, "src/oil.ts")
      yield* fails("explain_score", { pullRequest: "acme/widgets#999" }, "acme/widgets#999")
      yield* fails("explain_score", { pullRequest: "widgets" }, '"widgets"')

      yield* fails("list_issues", {}, "--contract", "GITTENSOR_CONTRACT")
      assert.strictEqual(yield* close, 0)
    })
  )

  it.scopedLive("is told that nothing answers at the node's address, and goes on after lines that are no messages", () =>
    Effect.gen(function* () {
      const { call, fails, line, said, close } = yield* startAgent({
        args: ["--contract", CONTRACT, "--endpoint", "ws://127.0.0.1:9"],
        modern: true
      })
      yield* fails("list_issues", {}, "ws://127.0.0.1:9")
      for (const text of ["{", "[]", '{"jsonrpc":"2.0"}', ""]) yield* line(text)
      yield* fails("explain_score", { pullRequest: "acme/widgets#3" }, "GITTENSOR_GITHUB_TOKEN")
      assert.isFalse((yield* call("check", { subject: yield* repository, base: "main" })).isError)
      assert.include(said.conversation, "-32700")
      assert.include(said.logs, "the line is not JSON")
      assert.strictEqual(yield* close, 0)
    })
  )
})
