/** The files of the conformance kit. Each names the sections of docs/protocol.md that decide it: a file of lines in its first line, another one by its first key. */
import { readdirSync, readFileSync } from "node:fs"

const FOLDER = new URL("../../../conformance/", import.meta.url)

const readKit = (file: string): string => readFileSync(new URL(file, FOLDER), "utf8")

/** The names of the kit's files of cases. */
export const kitFiles = (): ReadonlyArray<string> => readdirSync(FOLDER).filter((name) => /\.jsonl?$/.test(name))

/** A document of the kit. */
export const documentIn = (file: string): unknown => JSON.parse(readKit(file))

const linesIn = (file: string): ReadonlyArray<string> => readKit(file).trimEnd().split("\n")

/** The cases of a file of lines. */
export const casesIn = (file: string): ReadonlyArray<string> => linesIn(file).slice(1)

/** The first line of a file of lines. */
export const headOf = (file: string): string => linesIn(file)[0] ?? ""

/** The anchors of the protocol's sections that decide a file. */
export const sectionsOf = (file: string): ReadonlyArray<string> => {
  const { decided_by }: { readonly decided_by: ReadonlyArray<string> } = JSON.parse(file.endsWith(".jsonl") ? headOf(file) : readKit(file))
  return decided_by
}
