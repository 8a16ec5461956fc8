/** What a statement begins with that is asked again and again: each session of a server plans it once. */
export const PREPARED = "/* prepared */"
