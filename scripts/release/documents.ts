/** The documents of a release: docs/validator.md, and all documents that it links to, directly or indirectly. */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join, normalize } from "node:path"

/** The first document for a reader of the archive. */
export const FIRST_DOCUMENT = "docs/validator.md"

/** Links within the repository: the text, the path as it is written, and an anchor. */
const LINK = /\[([^\]\n]+)\]\((?!\w+:)([^)#\s]+)(#[^)\s]*)?\)/g

/** Whether an archive contains the path as a document or a part of one. Links to other paths, such as sources, become plain text. */
const isDocument = (path: string): boolean =>
  /^(?!src\/|lab\/|executable\/|test\/|wasm\/|bench\/|scripts\/).*\.(md|svg|png|json)$/.test(path)

/** The paths that a document links to, from the repository's root. */
const linkedFrom = (document: string, text: string): ReadonlyArray<string> =>
  [...text.matchAll(LINK)].map(([, , path = ""]) => normalize(join(dirname(document), path)))

/** All documents that are reachable from the first one. */
const reachable = (root: string): ReadonlySet<string> => {
  const found = new Set<string>()
  const visit = (path: string): void => {
    if (found.has(path) || !isDocument(path) || !existsSync(join(root, path))) return
    found.add(path)
    if (path.endsWith(".md")) linkedFrom(path, readFileSync(join(root, path), "utf8")).forEach(visit)
  }
  visit(FIRST_DOCUMENT)
  return found
}

/** Copies the documents from the repository into a folder, at the same paths. */
export const copyDocuments = (root: string, place: string): void => {
  const documents = reachable(root)
  for (const path of documents) {
    mkdirSync(dirname(join(place, path)), { recursive: true })
    if (!path.endsWith(".md")) cpSync(join(root, path), join(place, path))
    else {
      const text = readFileSync(join(root, path), "utf8")
      const kept = text.replace(LINK, (link, words: string, to: string) =>
        documents.has(normalize(join(dirname(path), to))) ? link : words
      )
      writeFileSync(join(place, path), kept)
    }
  }
}
