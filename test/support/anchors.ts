/** The anchors and links of Markdown documents. */
import { existsSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"

/** GitHub's anchor of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(/\s/g, "-")

/** The anchors of a document's headings, and its explicit anchors. */
const anchorsIn = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(/^#+ (.+)$|<a id="([^"]+)"/gm)].map(([, heading, id]) => id ?? anchorOf(heading ?? "")))

/** The links of documents in a folder to files and headings that it does not have. */
export const brokenLinks = (folder: string, documents: ReadonlyArray<string>): ReadonlyArray<string> => {
  const read = (file: string) => readFileSync(join(folder, file), "utf8")
  return documents.flatMap((file) =>
    [...read(file).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = ""]) => {
      if (/^\w+:/.test(link)) return []
      const [path = "", anchor] = link.split("#")
      const target = path === "" ? file : join(dirname(file), path)
      const isFound =
        existsSync(join(folder, target)) && (anchor === undefined || !target.endsWith(".md") || anchorsIn(read(target)).has(anchor))
      return isFound ? [] : [`${file}: ${link}`]
    })
  )
}
