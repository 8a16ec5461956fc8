/** The anchors of a Markdown document. */

/** GitHub's anchor of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(/\s/g, "-")

/** The anchors of a document's headings, and its explicit anchors. */
export const anchorsIn = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(/^#+ (.+)$|<a id="([^"]+)"/gm)].map(([, heading, id]) => id ?? anchorOf(heading ?? "")))
