/** The anchors of a document in Markdown. */

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(/\s/g, "-")

/** The anchors of a document's headings, and those that it sets itself. */
export const anchorsIn = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(/^#+ (.+)$|<a id="([^"]+)"/gm)].map(([, heading, id]) => id ?? anchorOf(heading ?? "")))
