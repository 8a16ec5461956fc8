/** The Rust crates in the WebAssembly of the contract and of the dev chain's runtime. */
import { readFileSync } from "node:fs"
import { join, resolve } from "node:path"

const root = resolve(import.meta.dirname, "../..")

export interface Crate {
  readonly name: string
  readonly version: string
  /** An SPDX expression. */
  readonly licence: string
}

export const CRATES = [
  { what: "the bounty contract", folder: "contracts/issue-bounties" },
  { what: "the dev chain's runtime", folder: "contracts/devnet-runtime" }
] as const

/** `name version` of each third-party crate in a lockfile, including those that only the compiler ran. */
export const lockedCrates = (folder: string): ReadonlyArray<string> =>
  readFileSync(join(root, folder, "Cargo.lock"), "utf8")
    .split("[[package]]")
    .flatMap((block) => {
      const [, name] = /^name = "([^"]+)"/m.exec(block) ?? []
      const [, version] = /^version = "([^"]+)"/m.exec(block) ?? []
      return name === undefined || version === undefined || !/^source = /m.test(block) ? [] : [`${name} ${version}`]
    })

/** The text of contracts/crates.txt: a line for each crate. */
export const crateList = (all: ReadonlyArray<{ readonly folder: string; readonly crates: ReadonlyArray<Crate> }>): string =>
  all
    .map(({ folder, crates }) => {
      const lines = crates.map(({ name, version, licence }) => `${name} ${version} ${licence}`)
      return [`# ${folder}`, ...lines.toSorted(), ""].join("\n")
    })
    .join("\n")

/** The crates below a folder's heading in contracts/crates.txt. */
export const cratesOf = (folder: string): ReadonlyArray<Crate> => {
  const lines = readFileSync(join(root, "contracts/crates.txt"), "utf8").split("\n")
  const from = lines.indexOf(`# ${folder}`) + 1
  return lines.slice(from, lines.indexOf("", from)).flatMap((line) => {
    const [, name, version, licence] = /^(\S+) (\S+) (.+)$/.exec(line) ?? []
    return name === undefined || version === undefined || licence === undefined ? [] : [{ name, version, licence }]
  })
}
