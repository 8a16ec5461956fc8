/** THIRD-PARTY.md: all third-party code in the executable, with its licences. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import packageFile from "../../package.json"
import { CRATES, cratesOf } from "./crates.ts"
import { grammarNotice } from "./grammars.ts"
import type { BundledPackage } from "./packages.ts"

const text = (name: string) => readFileSync(join(import.meta.dirname, "texts", `${name}.txt`), "utf8").trim()

const fenced = (content: string) => `\`\`\`text\n${content}\n\`\`\``

const table = (packages: ReadonlyArray<BundledPackage>) =>
  ["| Package | Version | Licence |", "|---|---|---|", ...packages.map((one) => `| ${one.name} | ${one.version} | ${one.licence} |`)].join(
    "\n"
  )

/** MIT's text without a copyright line, for packages without a licence text. */
const mitWords = () => {
  const own = readFileSync(join(import.meta.dirname, "../../LICENSE"), "utf8")
  return own.slice(own.indexOf("Permission is hereby granted")).trim()
}

const textsOf = (one: BundledPackage): ReadonlyArray<string> => {
  if (one.texts.length > 0) return one.texts
  // The package omits the text that its repository has.
  if (one.name === "saxes") return [text("saxes")]
  if (one.licence === "MIT") return [`Copyright (c) ${one.authors}\n\n${mitWords()}`]
  if (one.licence === "CC0-1.0") return [`${one.authors} gave up all rights: https://creativecommons.org/publicdomain/zero/1.0/`]
  if (one.licence === "MPL-2.0") return [`${one.name} is unchanged. Its source is at ${one.source}\n\n${text("MPL-2.0")}`]
  throw new Error(`${one.name} ${one.version} brings no text of its licence, ${one.licence}: add it to scripts/release/notices.ts`)
}

/** Each licence text once, with its packages. */
const licenceTexts = (packages: ReadonlyArray<BundledPackage>) => {
  const owners = new Map<string, ReadonlyArray<string>>()
  for (const one of packages)
    for (const content of textsOf(one)) owners.set(content, [...new Set([...(owners.get(content) ?? []), `${one.name} ${one.version}`])])
  return [...owners].map(([content, names]) => `### ${names.join(", ")}\n\n${fenced(content)}`).join("\n\n")
}

const crates = () =>
  CRATES.map(({ what, folder }) => {
    const all = cratesOf(folder).map(({ name, version, licence }) => `${name} ${version} (${licence})`)
    return `<details><summary>${all.length} crates of ${what}</summary>\n\n${all.join(", ")}\n\n</details>`
  }).join("\n\n")

/** `executable` and `page`: the packages in each. */
export const notices = (executable: ReadonlyArray<BundledPackage>, page: ReadonlyArray<BundledPackage>): string => {
  const bun = packageFile.dependencies.bun
  return `# What others wrote in Gittensor ${packageFile.version}

Gittensor itself is under the MIT licence: see LICENSE. Its executable contains the following. The lists of packages are those of the bundlers.

## Packages in the program

${table(executable)}

## Packages in the page that it serves

${table(page)}

## Inside these packages

| Part | In | Licence |
|---|---|---|
| PostgreSQL, compiled to WebAssembly | @electric-sql/pglite | PostgreSQL Licence, below |
| Rust's standard library and AssemblyScript's runtime, in WebAssembly | @polkadot/wasm-crypto-wasm, the contract, the dev chain's runtime, the tree counter | MIT or Apache License 2.0 |

## Typeface

The page and the pictures of matches are set in Archivo, © 2020 The Archivo Project Authors (https://github.com/Omnibus-Type/Archivo), under the SIL Open Font License 1.1, below. They contain parts of it:
the Latin letters, in some of its widths and weights.

## Bun

The program is bundled with Bun ${bun} (MIT), unchanged, which runs it. Bun statically links these libraries: JavaScriptCore and WebKit (LGPL 2.0), TinyCC (LGPL 2.1), BoringSSL (several
licences), brotli, c-ares, libdeflate, ls-hpack, mimalloc, picohttpparser (MIT), libarchive (several), lol-html (BSD 3-Clause), zstd (BSD 3-Clause), simdutf, uSockets and uWebSockets
(Apache 2.0), zlib (Zlib), libbase64 (BSD 2-Clause) and ICU (Unicode). Bun's file LICENSE.md has the whole list: https://github.com/oven-sh/bun/blob/bun-v${bun}/LICENSE.md

The LGPL gives you the right to change those libraries and use the program with your version. To do so, build Bun ${bun} from https://github.com/oven-sh/bun with your changed
WebKit (https://github.com/oven-sh/WebKit), as its LICENSE.md describes, and build the program again with that Bun: \`BUN scripts/build.ts\` in its sources.

## Rust

The contract and the dev chain's runtime are WebAssembly that is built from these crates, each under the licence behind its name; where there is a choice, the permissive one holds. Their sources are
at https://crates.io/crates/NAME. The dev chain is for trying the program out; nothing of it runs in a validator, a miner's command or an index.

${crates()}

## Grammars

${grammarNotice()
  .replace(/^# .*\n+/, "")
  .replaceAll(/^## /gm, "### ")}

## Texts

${licenceTexts([...executable, ...page])}

### PostgreSQL

${fenced(text("PostgreSQL"))}

### SIL Open Font License 1.1 (Archivo)

${fenced(text("OFL-1.1"))}

### Apache License 2.0

${fenced(text("Apache-2.0"))}

### GNU Library General Public License 2.0 (JavaScriptCore, WebKit)

${fenced(text("LGPL-2.0"))}

### GNU Lesser General Public License 2.1 (TinyCC)

${fenced(text("LGPL-2.1"))}
`
}
