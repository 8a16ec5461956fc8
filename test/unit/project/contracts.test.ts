/** The built contract and runtimes are from today's sources, by the hashes that their builds recorded. CI rebuilds them and compares the bytes. */
import { createHash } from "node:crypto"
import { readdirSync, readFileSync, statSync } from "node:fs"
import { join, resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"

const contracts = resolve(import.meta.dirname, "../../../contracts")

const sha256 = (content: string | Uint8Array) => createHash("sha256").update(content).digest("hex")

/** The files with these names and in these folders, in byte order. */
const filesOf = (folder: string, names: ReadonlyArray<string>) =>
  names
    .flatMap((name) =>
      statSync(join(folder, name)).isFile()
        ? [name]
        : readdirSync(join(folder, name), { recursive: true, encoding: "utf8" })
            .map((entry) => `${name}/${entry.replaceAll("\\", "/")}`)
            .filter((path) => statSync(join(folder, path)).isFile())
    )
    .toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))

/** Equals `sha256sum` of all files' `sha256sum` output. */
const sourcesOf = (folder: string, names: ReadonlyArray<string>, isSource: (path: string) => boolean = () => true) =>
  sha256(
    filesOf(folder, names)
      .filter(isSource)
      .map((path) => `${sha256(readFileSync(join(folder, path)))}  ${path}\n`)
      .join("")
  )

const written = (file: string) =>
  Object.fromEntries(
    readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((line) => {
        const [hash = "", name = ""] = line.split("  ")
        return [name, hash]
      })
  )

describe("what is built from Rust", () => {
  it("the contract is made of today's sources", () => {
    const folder = join(contracts, "issue-bounties")
    const names = ["issue_bounties.contract", "next_edition.contract"]
    const sources = sourcesOf(
      folder,
      ["Cargo.toml", "Cargo.lock", "build.sh", "bundle", "next-edition.patch", "src", "without-xcm"],
      (path) => !path.startsWith("src/tests")
    )
    const artefacts = names.map((name) => [name, sha256(readFileSync(join(folder, "artifact", name)))] as const)
    assert.deepStrictEqual(
      written(join(folder, "artifact/artefacts.sha256")),
      Object.fromEntries([["sources", sources], ...artefacts]),
      "run contracts/issue-bounties/build.sh"
    )
  })

  it("the dev chain's runtimes are made of today's sources", () => {
    const folder = join(contracts, "devnet-runtime")
    const names = ["Cargo.toml", "Cargo.lock", "build.sh", "proxy.patch", "share-pool", "src", "without-xcm"]
    const packed = (name: string) => readFileSync(join(folder, "artifact", name))
    assert.deepStrictEqual(
      written(join(folder, "artifact/devnet-runtime.sha256")),
      { "devnet-runtime.wasm": sha256(Bun.gunzipSync(packed("devnet-runtime.wasm.gz"))), sources: sourcesOf(folder, names) },
      "run contracts/devnet-runtime/build.sh"
    )
    assert.deepStrictEqual(
      written(join(folder, "artifact/second-version.sha256")),
      {
        "second-version.wasm": sha256(Bun.zstdDecompressSync(packed("second-version.wasm.zst"))),
        sources: sourcesOf(folder, [...names, "second-version.patch"])
      },
      "run contracts/devnet-runtime/build.sh --second-version"
    )
  })
})
