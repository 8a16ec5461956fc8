/** The npm packages whose files are in the executable, with their licences. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

export interface BundledPackage {
  readonly name: string
  readonly version: string
  /** As the package states it: an SPDX expression. */
  readonly licence: string
  /** The texts of its licence and notices; empty if the package has none. */
  readonly texts: ReadonlyArray<string>
  readonly authors: string
  /** The URL of its source. */
  readonly source: string
}

/** The folders of these files' packages. */
const foldersOf = (files: ReadonlyArray<string>): ReadonlyArray<string> => {
  const found = files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0] ?? [])
  return [...new Set(found)].toSorted()
}

const TEXT = /^(licen[cs]e|copying|notice|unlicense)([.-].*)?$/i

const nameOf = (person: unknown): ReadonlyArray<string> => {
  if (typeof person === "string") return [person.replace(/ *<[^>]*>/, "")]
  return typeof person === "object" && person !== null && "name" in person ? [String(person.name)] : []
}

const addressIn = (repository: unknown): string => {
  const named = typeof repository === "object" && repository !== null && "url" in repository ? String(repository.url) : String(repository)
  return named
    .replace(/^git\+/, "")
    .replace(/^git@([^:]+):/, "https://$1/")
    .replace(/\.git$/, "")
}

/** The package of a folder. */
const packageIn = (folder: string): BundledPackage => {
  const about: Readonly<Record<string, unknown>> = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
  const { author, contributors, license } = about
  const named = [...nameOf(author), ...(Array.isArray(contributors) ? contributors.flatMap(nameOf) : [])]
  const texts = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && TEXT.test(entry.name))
    .map(({ name }) => readFileSync(join(folder, name), "utf8").replaceAll("\r\n", "\n").trim())
  return {
    name: String(about.name),
    version: String(about.version),
    licence: typeof license === "string" ? license : "none",
    texts: texts.toSorted(),
    source: addressIn(about.repository),
    authors: named.length === 0 ? `the authors of ${String(about.name)}` : named.join(", ")
  }
}

/** These files' packages, by name and version. */
export const packagesOf = (files: ReadonlyArray<string>): ReadonlyArray<BundledPackage> => {
  const all = new Map(
    foldersOf(files)
      .map((folder) => packageIn(folder))
      .map((one) => [`${one.name}@${one.version}`, one])
  )
  return [...all].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
}

/** The licences that allow the distribution of a program with the package, whatever the program's own licence is. */
const PERMISSIVE: ReadonlySet<string> = new Set([
  "0BSD",
  "Apache-2.0",
  "Apache-2.0 WITH LLVM-exception",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BSL-1.0",
  "BlueOak-1.0.0",
  "CC0-1.0",
  "ISC",
  "MIT",
  // Applies only to its own files, which are unchanged and whose source the notices name.
  "MPL-2.0",
  "PostgreSQL",
  "Unicode-3.0",
  "Unlicense",
  "Zlib"
])

/** Whether an SPDX expression without parentheses allows the choice of a permissive licence. */
const leavesChoice = (expression: string): boolean =>
  expression.split(/\bOR\b/).some((choice) => choice.split(/\bAND\b/).every((licence) => PERMISSIVE.has(licence.trim())))

/** Whether an SPDX expression allows the choice of a permissive licence. Unknown licences and exceptions ("WITH …") do not count. */
export const isPermissive = (expression: string): boolean => {
  const shorter = expression.replaceAll(/\(([^()]*)\)/g, (_, inner: string) => (leavesChoice(inner) ? "MIT" : "none"))
  return shorter === expression ? leavesChoice(expression) : isPermissive(shorter)
}

/** A sentence for each package or crate that must not be in the executable. */
export const forbidden = (
  packages: ReadonlyArray<{ readonly name: string; readonly version: string; readonly licence: string }>
): ReadonlyArray<string> =>
  packages
    .filter(({ licence }) => !isPermissive(licence))
    .map(({ name, version, licence }) => `${name} ${version} is in the executable, and its licence is not a permissive one: ${licence}`)
