/** Markdown with texts of others in it. */

/** Strangers' names and titles must not become Markdown. */
export const escaped = (text: string): string => text.replace(/[\\`*_[\]<>#]/g, "\\$&")

/** What names have: GitHub's logins, those of bots, and shortened accounts. */
const STRANGE = /[^\p{L}\p{N} .…[\]-]+/gu

/** A stranger's name as a span of code, in which GitHub neither notifies anybody nor links issues, commits or addresses. */
export const asCode = (name: string): string => `\`${name.replace(STRANGE, "·").slice(0, 80).trim() || "·"}\``
