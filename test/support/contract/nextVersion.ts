/** The code of the contract's next version, to which tests upgrade it. */
import { readFileSync } from "node:fs"
import { Schema } from "effect"
import { root } from "../devnet/support.ts"

const Bundle = Schema.parseJson(Schema.Struct({ source: Schema.Struct({ hash: Schema.String, wasm: Schema.String }) }))

export const next = Schema.decodeSync(Bundle)(readFileSync(`${root}contracts/issue-bounties/artifact/next_version.contract`, "utf8")).source
