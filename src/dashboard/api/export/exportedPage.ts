/** The page's own files as a folder or a bucket serves them: under any prefix, without headers and without an API. */
import { CURRENT } from "../definition/export.ts"
import type { Page, PageFile } from "../page/Page.ts"

/** Tells the page where its data is, relative to index.html. */
const DATA = "gittensor-data"

/** A policy in the document itself can't restrict who frames it. */
const policyInDocument = (policy: string): string =>
  policy
    .split("; ")
    .filter((rule) => !rule.startsWith("frame-ancestors"))
    .join("; ")

const relative = (attribute: "href" | "src") => ({
  element: (element: HTMLRewriterTypes.Element) => {
    const address = element.getAttribute(attribute)
    if (address?.startsWith("/")) element.setAttribute(attribute, `.${address}`)
  }
})

/** index.html with relative addresses, the place of its data, and its policy. */
export const exportedIndex = ({ index, policy }: Page): PageFile => {
  const html = new HTMLRewriter()
    .on("meta[charset]", {
      element: (element) => {
        element.after(`<meta name="${DATA}" content="${CURRENT}" />`, { html: true })
        element.after(`<meta http-equiv="Content-Security-Policy" content="${policyInDocument(policy)}" />`, { html: true })
      }
    })
    .on("link", relative("href"))
    .on("script", relative("src"))
    .on("noscript", { element: (element) => void element.setInnerContent("This page needs JavaScript.") })
    .transform(new TextDecoder().decode(index.bytes))
  return { ...index, bytes: new TextEncoder().encode(html) }
}
