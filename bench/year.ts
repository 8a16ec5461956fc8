/**
 * `npm run bench -- year [--minutes=30]`: all faults of test/support/year around a validator, an index and a server, whose test CI plays in short. Writes the table of
 * docs/operate.md, and keeps the validator's data folder, on which CI starts the stores of later programs. Play it before a release.
 */
import { spawnSync } from "node:child_process"
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { Effect, Schema } from "effect"
import packageFile from "../package.json"
import { withPart } from "../scripts/marked.ts"
import { Row } from "../test/support/year/rehearsal.ts"
import { executable } from "./machine.ts"

const decodeRows = Schema.decodeUnknownSync(Schema.parseJson(Schema.Array(Row)))

/** The longest quotation in the table. */
const LONGEST = 110

const quoted = (text: string): string => {
  const plain = text
    .replace(/(?:ws|http|postgres):\/\/[^\s,)"\\]+/g, "…")
    .replaceAll("|", "/")
    .replaceAll("\\", "")
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST)}…` : plain
}

const tableOf = (rows: ReadonlyArray<Row>): string =>
  [
    "| fault | noticed after | said | recovered after | lost | memory |",
    "|---|---|---|---|---|---|",
    ...rows.map(({ what, noticed, where, text, recovered, lost, before, after }) =>
      [
        "",
        ` ${what} `,
        noticed === null ? " — " : ` ${noticed} `,
        noticed === null ? " it goes on " : ` ${where}: ${quoted(text)} `,
        ` ${recovered} `,
        ` ${lost.length === 0 ? "nothing" : lost.join(", ")} `,
        ` ${before} → ${after} MB `,
        ""
      ].join("|")
    )
  ].join("\n")

export const year = (minutes: number) =>
  Effect.sync(() => {
    const folder = mkdtempSync(join(tmpdir(), "gittensor-year-"))
    const rows = join(folder, "rows.json")
    const { status } = spawnSync("npm", ["test", "--", "test/process/validator/year.test.ts"], {
      stdio: ["ignore", "inherit", "inherit"],
      env: {
        ...process.env,
        GITTENSOR_YEAR_MINUTES: String(minutes),
        GITTENSOR_YEAR_ROWS: rows,
        GITTENSOR_TEST_EXECUTABLE: resolve(executable())
      }
    })
    if (status !== 0)
      throw new Error(`something was not noticed, did not recover or was lost: see the lines above, and the logs in ${folder}`)
    const played = decodeRows(readFileSync(rows, "utf8"))
    const page = "docs/operate.md"
    writeFileSync(page, withPart(readFileSync(page, "utf8"), "a year's faults", tableOf(played), "npm run bench -- year"))
    copyFileSync(`${rows}.data.tar.gz`, `test/support/releases/${packageFile.version}.tar.gz`)
    rmSync(folder, { recursive: true })
    return { faults: played.length, mostBlocksUntilNoticed: Math.max(...played.map(({ noticed }) => noticed ?? 0)) }
  })
