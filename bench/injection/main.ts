/** `npm run bench -- injection`: how many texts that are aimed at a judge are found, and how many harmless ones and files of installed packages are accused. */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { withPart } from "../../scripts/marked.ts"
import { isAside } from "../../src/domain/filePaths.ts"
import { secretsIn } from "../../src/quality/gate/secretRules.ts"
import { findInjection } from "../../src/quality/rules/injection/findInjection.ts"
import { rates } from "./rates.ts"

/** Every so many of the installed packages' files are read. */
const EVERY = 40
const MOST_BYTES = 100_000

const share = (found: number, texts: number): string => `${((100 * found) / Math.max(1, texts)).toFixed(1)}%`

const installed = async () => {
  const paths = readdirSync("node_modules", { recursive: true, encoding: "utf8" })
    .filter((path) => /\.(?:js|mjs|ts|md|json|py|css)$/.test(path))
    .toSorted()
    .filter(
      (path, index) =>
        index % EVERY === 0 && statSync(join("node_modules", path)).isFile() && statSync(join("node_modules", path)).size <= MOST_BYTES
    )
  let accused = 0
  let secrets = 0
  let rejected = 0
  for (const path of paths) {
    const text = readFileSync(join("node_modules", path), "utf8")
    if (findInjection(text) !== undefined) accused += 1
    if ((await secretsIn(path, text)).length === 0) continue
    secrets += 1
    if (!isAside(path)) rejected += 1
  }
  return { files: paths.length, accused, secrets, rejected }
}

export const injection = Effect.gen(function* () {
  const { hostile, harmless } = rates()
  const code = yield* Effect.promise(installed)
  const row = (name: string, texts: number, found: number) => `| ${name} | ${texts} | ${found} | ${share(found, texts)} |`
  const part = [
    "| texts | number | found | share |",
    "|---|---|---|---|",
    row(`aimed at a judge, in ${hostile.languages} languages, held out`, hostile.heldOut.texts, hostile.heldOut.found),
    row("the same, to which the phrases were adjusted", hostile.adjusted.texts, hostile.adjusted.found),
    row("harmless, held out", harmless.heldOut.texts, harmless.heldOut.found),
    row("the same, to which the phrases were adjusted", harmless.adjusted.texts, harmless.adjusted.found),
    row("files of installed packages", code.files, code.accused),
    row("the same: a secret is found", code.files, code.secrets),
    row("the same: a secret that would reject", code.files, code.rejected)
  ].join("\n")
  process.stderr.write(`${part}\n`)
  const path = "docs/reference/quality.md"
  writeFileSync(path, withPart(readFileSync(path, "utf8"), "injection", part, "npm run bench -- injection"))
  return {
    heldOutHostile: hostile.heldOut.texts,
    heldOutFound: hostile.heldOut.found,
    heldOutHarmless: harmless.heldOut.texts,
    heldOutAccused: harmless.heldOut.found
  }
})
