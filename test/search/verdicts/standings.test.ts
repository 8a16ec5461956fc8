/**
 * Whether merges of public repositories still stand, on the clones in the folder GITTENSOR_TEST_CLONES, each under its `owner/name`: those in
 * ../shared/vectors/reverts; all of which a later headline says that it reverts them, and whose files are byte for byte what they were; and the last
 * GITTENSOR_TEST_MERGES of each first-parent line, each as of 100 merges later.
 */
import { spawnSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { standingsOf } from "../../../src/layers/git/history/standings.ts"
import { TAKEN_BACK } from "./takenBack.ts"

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

/** The clones are asked alone. null: one lacks something. */
const ask = (folder: string, head: string, commit: string, since?: string) =>
  standingsOf(folder, "http://127.0.0.1:1/none.git", head, [{ commit, own: [""], ...(since === undefined ? {} : { since }) }]).pipe(
    Effect.map(([standing]) => standing?._tag ?? null),
    Effect.orElseSucceed(() => null)
  )

const git = (folder: string, ...args: ReadonlyArray<string>): string =>
  spawnSync("git", ["-C", folder, ...args], { encoding: "utf8", maxBuffer: 1 << 28 }).stdout.trim()

const clones =
  CLONES === ""
    ? []
    : readdirSync(CLONES).flatMap((owner) =>
        readdirSync(join(CLONES, owner)).map((name) => ({ name: `${owner}/${name}`, folder: join(CLONES, owner, name) }))
      )

/** The merges that headlines say are reverted, with the commit that reverts them, if it gives back all their files. */
const revertsIn = (folder: string) => {
  const titles = new Map<string, readonly [merge: string, before: string]>()
  const line = git(folder, "log", "--first-parent", "--reverse", "--format=%H %P%x00%s").split("\n")
  return line.flatMap((one) => {
    const [commits = "", subject = ""] = one.split("\0")
    const [head = "", parent = ""] = commits.split(" ")
    const [, title = ""] = /^revert "(.+)"/iu.exec(subject) ?? []
    const [merge = "", before = ""] = titles.get(title) ?? titles.get(title.replace(/ \(#\d+\)$/u, "")) ?? []
    for (const name of [subject, subject.replace(/ \(#\d+\)$/u, "")]) titles.set(name, [head, parent])
    if (before === "") return []
    const changed = (to: string) => new Set(git(folder, "diff-tree", "-r", "--no-renames", "--name-only", before, to).split("\n"))
    const [own, now] = [changed(merge), changed(head)]
    return [...own].some((path) => now.has(path)) ? [] : [{ merge, before, head }]
  })
}

describe.skipIf(clones.length === 0)("merges of public repositories", () => {
  it.live("are taken back where vectors say so, and stand where they say that", () =>
    Effect.gen(function* () {
      const vectors = existsSync(VECTORS) ? readFileSync(VECTORS, "utf8").trim().split("\n") : []
      const known = vectors
        .map((one) => Schema.decodeUnknownSync(Vector)(one))
        .filter(({ repository }) => clones.some(({ name }) => name === repository))
      const found = yield* Effect.forEach(known, (one) =>
        Effect.map(ask(join(CLONES, one.repository), one.head, one.merge, one.before), (tag) => ({ ...one, tag }))
      )
      const of = (what: string) => found.filter((one) => one.what === what && one.tag !== null)
      const isFound = ({ tag }: { readonly tag: string | null }) => tag === "TakenBack"
      assert.deepStrictEqual(of("stands").filter(isFound), [])
      assert.isAtLeast(of("taken back").filter(isFound).length, 0.98 * of("taken back").length)
      assert.isAtLeast(of("said, not exact").filter(isFound).length, 0.8 * of("said, not exact").length)
    })
  )

  it.live("are taken back where headlines say so and all files are as before: 98 of 100", () =>
    Effect.gen(function* () {
      const found = yield* Effect.forEach(clones, ({ folder }) =>
        Effect.forEach(revertsIn(folder), (one) => Effect.map(ask(folder, one.head, one.merge, one.before), (tag) => ({ ...one, tag })))
      )
      const known = found.flat().filter(({ tag }) => tag !== null)
      const missed = known.filter(({ tag }) => tag !== "TakenBack")
      assert.isAtMost(missed.length, 0.02 * known.length, JSON.stringify(missed))
    })
  )

  it.live("stand where nobody took them back, but for 3 of 1,000", () =>
    Effect.gen(function* () {
      const found = yield* Effect.forEach(clones, ({ folder, name }) => {
        const line = git(folder, "log", "--first-parent", "--format=%H", "-n", String(MERGES + LATER)).split("\n")
        return Effect.forEach(line.slice(LATER), (commit, index) =>
          Effect.map(ask(folder, line[index] ?? "", commit), (tag) => ({ name, commit, tag }))
        )
      })
      const accused = found.flat().filter(({ commit, tag }) => tag === "TakenBack" && !TAKEN_BACK.has(commit))
      assert.isAtMost(accused.length, 0.003 * found.flat().length, JSON.stringify(accused))
    })
  )
})
