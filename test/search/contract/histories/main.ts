/**
 * Plays histories and prints, as a line of JSON, how many broke each property: `main.ts --from SEED --histories N`, on the real runtime with
 * `--real`.
 */
import { parseArgs } from "node:util"
import { Effect } from "effect"
import { modelChain } from "../../../support/histories/model.ts"
import { type Broken, playHistories } from "../../../support/histories/properties.ts"
import { realChains } from "./real.ts"

const { values } = parseArgs({
  options: {
    from: { type: "string", default: "1" },
    histories: { type: "string", default: "100" },
    real: { type: "boolean", default: false }
  }
})

const newChain = values.real ? await Effect.runPromise(realChains) : modelChain
const played: Broken = playHistories(Number(values.from), Number(values.histories), newChain)
console.log(JSON.stringify(played))
