/** Writes the outcomes in the conformance kit; `--check` only compares. */
import { lineFiles, textOf } from "../test/support/conformance/kit.ts"
import { settle } from "./settle.ts"

for (const file of lineFiles()) settle(`conformance/${file.file}`, textOf(file))
