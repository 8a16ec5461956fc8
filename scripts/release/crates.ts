/** The Rust crates that the WebAssembly of the contract and of the dev chain's runtime is built from, by their lockfiles. */
import { readFileSync } from "node:fs"
import { join, resolve } from "node:path"

const root = resolve(import.meta.dirname, "../..")

export interface Crate {
  readonly name: string
  readonly version: string
}

/** All crates of a lockfile but our own, those included that only the compiler ran. */
export const cratesOf = (folder: string): ReadonlyArray<Crate> =>
  readFileSync(join(root, folder, "Cargo.lock"), "utf8")
    .split("[[package]]")
    .flatMap((block) => {
      const [, name] = /^name = "([^"]+)"/m.exec(block) ?? []
      const [, version] = /^version = "([^"]+)"/m.exec(block) ?? []
      return name === undefined || version === undefined || !/^source = /m.test(block) ? [] : [{ name, version }]
    })

export const CRATES = [
  { what: "the bounty contract", folder: "contracts/issue-bounties" },
  { what: "the dev chain's runtime", folder: "contracts/devnet-runtime" }
] as const
