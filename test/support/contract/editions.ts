/** The tested upgrades: to the made-up next edition, and from the last release to today's edition. */
import { readFileSync } from "node:fs"
import { Option, Schema } from "effect"
import type { Hex } from "../../../src/domain/hex.ts"
import { root } from "../devnet/support.ts"

/** A contract's file, and the parts of it that an upgrade needs. */
export interface Built {
  readonly file: string
  readonly text: string
  readonly hash: string
  readonly wasm: Hex
  readonly edition: number
}

const isHex = (text: string): text is Hex => text.startsWith("0x")
const Bundle = Schema.parseJson(
  Schema.Struct({
    source: Schema.Struct({ hash: Schema.String, wasm: Schema.String.pipe(Schema.filter(isHex)) }),
    contract: Schema.Struct({ version: Schema.String })
  })
)

const read = (name: string): Built => {
  const file = `${root}contracts/issue-bounties/artifact/${name}`
  const text = readFileSync(file, "utf8")
  const { contract, source } = Schema.decodeSync(Bundle)(text)
  return { file, text, ...source, edition: Number.parseInt(contract.version, 10) }
}

/** Today's edition of the contract. */
export const present = read("issue_bounties.contract")

/** The made-up next edition. contracts/README.md says what it changes. */
export const next = read("next_edition.contract")

/** The edition that was released last, kept as it was released; none while today's is the same. */
export const lastReleased = Option.liftPredicate(read("edition_3.contract"), ({ hash }) => hash !== present.hash)
