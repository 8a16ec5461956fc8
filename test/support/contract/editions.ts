/** The tested upgrades: to the made-up next edition, and from the last release to today's edition. */
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { Option, Schema } from "effect"
import type { Hex } from "../../../src/domain/hex.ts"
import { root } from "../devnet/support.ts"

/** A contract's file, and the parts of it that an upgrade needs. */
interface Built {
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

const builtOf = (text: string): Built => {
  const { contract, source } = Schema.decodeSync(Bundle)(text)
  return { text, ...source, edition: Number.parseInt(contract.version, 10) }
}

const git = (...args: ReadonlyArray<string>) => spawnSync("git", ["-C", root, ...args], { encoding: "utf8", maxBuffer: 2 ** 26 })

const ARTEFACTS = "contracts/issue-bounties/artifact"
const read = (name: string) => builtOf(readFileSync(`${root}${ARTEFACTS}/${name}`, "utf8"))

/** Today's edition of the contract. */
export const present = read("issue_bounties.contract")

/** The made-up next edition. contracts/README.md says what it changes. */
export const next = read("next_edition.contract")

/** The contract of the newest tag whose contract differs from today's, if its edition counts. */
export const lastReleased = Option.fromNullable(
  git("tag", "--sort=-creatordate")
    .stdout.split("\n")
    .filter((tag) => tag !== "")
    .map((tag) => git("show", `${tag}:${ARTEFACTS}/issue_bounties.contract`))
    .flatMap(({ status, stdout }) => (status === 0 ? [builtOf(stdout)] : []))
    .find(({ edition, hash }) => hash !== present.hash && edition >= 3)
)
