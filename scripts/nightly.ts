/**
 * The nightly parts of CI (.ci/parts.json) and what they last came to (.ci/nightly.json). For .ci/run and .ci/nightly:
 *
 *   node scripts/run.mjs scripts/nightly.ts due                              prints the names of parts that are due; why, and which are left out, on stderr
 *   node scripts/run.mjs scripts/nightly.ts list                             prints all names
 *   node scripts/run.mjs scripts/nightly.ts command NAME                     prints what plays a part
 *   node scripts/run.mjs scripts/nightly.ts what NAME                        prints what a part checks
 *   node scripts/run.mjs scripts/nightly.ts digest NAME                      prints the digest of what it guards; nothing while that has uncommitted changes
 *   node scripts/run.mjs scripts/nightly.ts record NAME good|bad SECONDS DIGEST   writes its result, if what it guards is still what was played
 */
import { spawnSync } from "node:child_process"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Schema } from "effect"
import { digestOf, type Guarded, type Part, Parts, type Result, Results, whyDue } from "./nightly/due.ts"

const root = join(import.meta.dirname, "..")
const file = join(root, ".ci/nightly.json")
const parts = Schema.decodeUnknownSync(Parts)(readFileSync(join(root, ".ci/parts.json"), "utf8"))
const results: Readonly<Record<string, Result>> = existsSync(file) ? Schema.decodeUnknownSync(Results)(readFileSync(file, "utf8")) : {}

const git = (...args: ReadonlyArray<string>): string => {
  const { status, stdout, stderr } = spawnSync("git", args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 26 })
  if (status !== 0) throw new Error(`git ${args[0]}: ${stderr.trim()}`)
  return stdout
}

/** Documents beside the guarded files change no result. */
const NO_DOCUMENT = ":(exclude,glob)**/*.md"

const guardedBy = (part: Part): Guarded => ({
  digest: digestOf(part, git("ls-files", "-s", "--", ...part.guards, NO_DOCUMENT)),
  isChanged: git("status", "--porcelain", "--", ...part.guards, NO_DOCUMENT) !== ""
})

const [action, name = "", ...more] = process.argv.slice(2)
const fail = (text: string): never => {
  console.error(text)
  process.exit(2)
}
const named = (): Part =>
  parts.find((one) => one.name === name) ??
  fail(`no nightly part is called "${name}": there are ${parts.map((one) => one.name).join(", ")}`)

const due = (): void => {
  for (const part of parts) {
    const last = results[part.name]
    const why = whyDue(last, guardedBy(part))
    if (why !== undefined) console.log(part.name)
    console.error(
      why === undefined && last !== undefined
        ? `left out: ${part.name}: ${part.what}: good at ${last.revision.slice(0, 8)} on ${last.at.slice(0, 10)}, and what it guards is the same since`
        : `is played: ${part.name}: ${why}`
    )
  }
}

const record = ([outcome, seconds, digest]: ReadonlyArray<string>): void => {
  const part = named()
  const now = guardedBy(part)
  if (now.isChanged || now.digest !== digest) fail(`the result of ${name} is not written down: what it guards is not what it was played on`)
  const result: Result = {
    isGood: outcome === "good",
    at: new Date().toISOString(),
    revision: git("rev-parse", "HEAD").trim(),
    digest: now.digest,
    seconds: Number(seconds)
  }
  const kept = parts.flatMap((one) => {
    const known = one.name === name ? result : results[one.name]
    return known === undefined ? [] : [[one.name, known] as const]
  })
  writeFileSync(file, `${Schema.encodeSync(Results)(Object.fromEntries(kept))}\n`)
}

const actions: Readonly<Record<string, () => void>> = {
  due,
  list: () => console.log(parts.map((one) => one.name).join("\n")),
  command: () => {
    const { command } = named()
    console.log(command ?? `node scripts/test.mjs --project ${name}`)
  },
  what: () => console.log(named().what),
  digest: () => {
    const { digest, isChanged } = guardedBy(named())
    if (!isChanged) console.log(digest)
  },
  record: () => record(more)
}
const chosen = actions[action ?? ""] ?? fail(`"${action ?? ""}": due, list, command, what, digest or record`)
chosen()
