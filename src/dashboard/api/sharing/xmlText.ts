/** Characters that XML cannot represent: a parser rejects the whole document for one of them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
const UNWRITABLE = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/gu

/** Escapes text for XML or HTML. */
export const xmlText = (text: string): string => Bun.escapeHTML(text.replace(UNWRITABLE, "\ufffd"))
