/** Puts strangers' texts into Markdown. */

/** Escapes a stranger's name or title, so that it does not become Markdown. */
export const escapeMarkdown = (text: string): string => text.replace(/[\\`*_[\]<>#]/g, "\\$&")

/** Characters outside those of names: GitHub's logins, those of bots, and shortened accounts. */
const STRANGE = /[^\p{L}\p{N} .…[\]-]+/gu

/** A stranger's name as a span of code, in which GitHub neither notifies anybody nor links issues, commits or addresses. */
export const asCode = (name: string): string => `\`${name.replace(STRANGE, "·").slice(0, 80).trim() || "·"}\``
