/**
 * Writes the outcomes in the conformance kit, and its tables; `--check` only compares. Where an outcome changed from which reports or weights follow, the rules
 * have another edition (REPORT_FORMAT), or `--although WHY` says why not.
 */
import { parseArgs } from "node:util"
import { EXPECTED_PPM } from "../src/elo/expectedScore.ts"
import { DECAY_E8 } from "../src/elo/timeDecay.ts"
import { EDITION, edition, renewed, todaysOutcomes } from "../test/support/conformance/edition.ts"
import { lineFiles, textOf } from "../test/support/conformance/kit.ts"
import { settle } from "./settle.ts"

for (const file of lineFiles()) settle(`conformance/${file.file}`, textOf(file))
const tables = { decided_by: ["a-round-who-is-paired"], expected_ppm: EXPECTED_PPM, decay_e8: DECAY_E8 }
const { although } = parseArgs({ options: { although: { type: "string" } }, strict: false }).values
const why = typeof although === "string" ? although : undefined
settle(EDITION, `${JSON.stringify(renewed(edition(), todaysOutcomes(), why), null, 2)}\n`)
settle("conformance/tables.json", `${JSON.stringify(tables)}\n`)
