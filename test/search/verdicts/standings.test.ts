/**
 * Whether merges of public repositories still stand (../shared/vectors/reverts), and whether others do that nothing reports as reverted: checked on
 * the clones in the folder GITTENSOR_TEST_CLONES, each under its `owner/name`. The first-parent line of every clone is also judged, each merge as of
 * 100 merges later.
 */
import { spawnSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { standingsOf } from "../../../src/layers/git/history/standings.ts"

const VECTORS = new URL("../../../../shared/vectors/reverts/vectors.jsonl", import.meta.url)
const CLONES = process.env.GITTENSOR_TEST_CLONES ?? ""
/** The merges of each clone to judge. */
const MERGES = Number(process.env.GITTENSOR_TEST_MERGES ?? "300")
const LATER = 100

const Vector = Schema.parseJson(
  Schema.Struct({
    repository: Schema.String,
    merge: Schema.String,
    before: Schema.String,
    head: Schema.String,
    what: Schema.Literal("taken back", "said, not exact", "stands")
  })
)

/** The clones are complete, so no server is contacted. */
const ask = (folder: string, head: string, commit: string, since?: string) =>
  standingsOf(folder, "http://127.0.0.1:1/none.git", head, [{ commit, own: [""], ...(since === undefined ? {} : { since }) }]).pipe(
    Effect.map(([standing]) => standing?._tag ?? "Unknown")
  )

const git = (folder: string, ...args: ReadonlyArray<string>): string =>
  spawnSync("git", ["-C", folder, ...args], { encoding: "utf8", maxBuffer: 1 << 28 }).stdout.trim()

const clones =
  CLONES === ""
    ? []
    : readdirSync(CLONES).flatMap((owner) =>
        readdirSync(join(CLONES, owner)).map((name) => ({ name: `${owner}/${name}`, folder: join(CLONES, owner, name) }))
      )

describe.skipIf(clones.length === 0 || !existsSync(VECTORS))("merges of public repositories", () => {
  it.live("are taken back where they were, and nowhere else", () =>
    Effect.gen(function* () {
      const vectors = readFileSync(VECTORS, "utf8")
        .trim()
        .split("\n")
        .map((one) => Schema.decodeUnknownSync(Vector)(one))
      const known = vectors.filter(({ repository }) => clones.some(({ name }) => name === repository))
      const found = yield* Effect.forEach(known, (one) =>
        Effect.map(ask(join(CLONES, one.repository), one.head, one.merge, one.before), (tag) => ({ ...one, tag }))
      )
      const of = (what: string, tag: string) => found.filter((one) => one.what === what && one.tag === tag)
      assert.deepStrictEqual(of("stands", "TakenBack"), [])
      const all = found.filter(({ what }) => what === "taken back")
      assert.isAtLeast(of("taken back", "TakenBack").length, 0.98 * all.length)
    })
  )

  for (const { folder, name } of clones)
    it.live(`are rarely taken back where nothing says so: ${name}`, () =>
      Effect.gen(function* () {
        const line = git(folder, "log", "--first-parent", "--format=%H", "-n", String(MERGES + LATER)).split("\n")
        const tags = yield* Effect.forEach(line.slice(LATER), (commit, index) => ask(folder, line[index] ?? "", commit))
        assert.isAtMost(tags.filter((tag) => tag === "TakenBack").length, 0.03 * tags.length)
      })
    )
})
