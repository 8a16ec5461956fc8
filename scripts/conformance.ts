/** Writes the outcomes in the conformance kit, and its tables; `--check` only compares. */
import { EXPECTED_PPM } from "../src/elo/expectedScore.ts"
import { DECAY_E8 } from "../src/elo/timeDecay.ts"
import { lineFiles, textOf } from "../test/support/conformance/kit.ts"
import { settle } from "./settle.ts"

for (const file of lineFiles()) settle(`conformance/${file.file}`, textOf(file))
const tables = { decided_by: ["a-round-who-is-paired"], expected_ppm: EXPECTED_PPM, decay_e8: DECAY_E8 }
settle("conformance/tables.json", `${JSON.stringify(tables)}\n`)
