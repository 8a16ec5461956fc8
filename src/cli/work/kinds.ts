/** The kinds of work that `gittensor work --take` knows. `verify`: the gate and the tests of competitors' pull requests. `score`: the files of contributions. */
export const KINDS = ["verify", "score"] as const

export type Kind = (typeof KINDS)[number]
