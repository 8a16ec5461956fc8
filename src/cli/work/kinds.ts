/** The kinds of work for `gittensor work --take`. `verify`: the gate and the tests of competitors' pull requests. `score`: contributions' files. */
export const KINDS = ["verify", "score"] as const

export type Kind = (typeof KINDS)[number]
