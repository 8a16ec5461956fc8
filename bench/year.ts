/**
 * `npm run bench -- year [--minutes=30] [--faults=TEXT] [--table=FILE]`: all faults of test/support/year around a validator, an index and a server, whose test CI
 * plays in short; with `--faults` those that the regular expression fits. Prints what came of each as a table, also after a failure, and writes it to the file,
 * or into its part of a document. A Prometheus that is installed (or GITTENSOR_TEST_PROMETHEUS names) says which alerts fire. If all were played and went well,
 * docs/operate.md gets it. Ends after twice the minutes and the last fault, with exit code 1 if one was not played, not noticed, not recovered from or lost
 * something. Play it before a release, on an idle machine.
 */
import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { cpus, tmpdir, totalmem } from "node:os"
import { join } from "node:path"
import { Effect, Schema } from "effect"
import { withPart } from "../scripts/marked.ts"
import { Row } from "../test/support/year/row.ts"

const decodeRows = Schema.decodeUnknownSync(Schema.parseJson(Schema.Array(Row)))

/** The longest quotation in the table. */
const LONGEST = 90

const quoted = (text: string): string => {
  const plain = text
    .replace(/(?:ws|http|postgres):\/\/[^\s,)"\\]+/g, "…")
    .replace(/\b5[1-9A-HJ-NP-Za-km-z]{47}\b/g, "5…")
    .replaceAll("|", "/")
    .replace(/[\\"`<>]/g, "")
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST)}…` : plain
}

const cellsOf = ({ what, noticed, where, text, alerts, recovered, lost, wrong, before, after }: Row): ReadonlyArray<string> => [
  what,
  noticed === null ? "—" : String(noticed),
  ...(wrong.length > 0 ? [`**${quoted(wrong.join("; "))}**`] : [noticed === null ? "nothing: it goes on" : `${where}: ${quoted(text)}`]),
  alerts.join(", "),
  String(recovered),
  lost.length === 0 ? "nothing" : lost.join(", "),
  `${before} → ${after} MB`
]

const tableOf = (rows: ReadonlyArray<Row>): string => {
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? "processor"}, ${Math.round(totalmem() / 1e9)} GB`
  return [
    `Played on ${new Date().toISOString().slice(0, 10)} on ${machine}. Times are in blocks of 100 ms at least; memory is the validator's; alerts are those of deploy/prometheus that a Prometheus fired, if one is installed, with durations as much shorter as blocks.`,
    "",
    "| fault | noticed after | said | alerts | recovered after | lost | memory |",
    "|---|---|---|---|---|---|---|",
    ...rows.map((row) => `| ${cellsOf(row).join(" | ")} |`)
  ].join("\n")
}

const PART = "a year's faults"
/** A file's new text: a document with this part keeps the rest. */
const inserted = (text: string, table: string): string =>
  text.includes(`<!-- ${PART}:`) ? withPart(text, PART, table, "npm run bench -- year") : `${table}\n`

export const year = (option: (name: string) => string | undefined) =>
  Effect.sync(() => {
    const folder = mkdtempSync(join(tmpdir(), "gittensor-year-"))
    const [rows, minutes, faults] = [join(folder, "rows.json"), Number(option("minutes") ?? 30), option("faults")]
    const { status } = spawnSync("npm", ["test", "--", "test/process/validator/year.test.ts"], {
      stdio: ["ignore", "inherit", "inherit"],
      env: {
        ...process.env,
        // The test's own limit.
        PROPERTY_SCALE: String(Math.ceil(minutes / 10) + 1),
        GITTENSOR_YEAR_MINUTES: String(minutes),
        GITTENSOR_YEAR_ROWS: rows,
        ...(faults === undefined ? {} : { GITTENSOR_YEAR_FAULTS: faults })
      }
    })
    const played = existsSync(rows) ? decodeRows(readFileSync(rows, "utf8")) : []
    const table = tableOf(played)
    console.log(`\n${table}\n\nThe programs' logs are in ${folder}.`)
    const file = option("table") ?? (faults === undefined && status === 0 ? "docs/operate.md" : undefined)
    if (file !== undefined) writeFileSync(file, inserted(existsSync(file) ? readFileSync(file, "utf8") : "", table))
    if (status !== 0) {
      console.error("Something was not played, not noticed, did not recover or was lost: see the lines above.")
      process.exit(1)
    }
    return { faults: played.length, mostBlocksUntilNoticed: Math.max(0, ...played.map(({ noticed }) => noticed ?? 0)) }
  })
