/** The kinds of work that `gittensor work --take` knows. `score`: the files of contributions. */
export const KINDS = ["score"] as const

export type Kind = (typeof KINDS)[number]
